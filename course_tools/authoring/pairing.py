"""The pair of a lecture: its source text and the executed notebook that an instructor teaches from."""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_tools.syllabus import Lecture

EXECUTED = "executed_source"
WRITTEN = "written_text"
# What a source says of a cell, in the order in which it says it; any other metadata are a program's own.
CELL_METADATA = ("slideshow", "tags", "nbgrader", "lines_to_next_cell")
NBGRADER_METADATA = ("grade_id", "solution", "grade", "locked", "task", "schema_version")
SOURCE_HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---
"""


def paired_notebook(lecture: Lecture) -> NotebookNode:
    """Return the lecture's source as a notebook, with the stored outputs of every code cell that did not change.

    A code cell whose text changed comes back without outputs: an old output never stands under a new cell.

    Raises:
        FileNotFoundError: the source is missing.
    """
    notebook = stamped(read_source(lecture))
    if lecture.solution.exists():
        stored = read_notebook(lecture.solution)
        if EXECUTED in stored.metadata:
            notebook.metadata[EXECUTED] = stored.metadata[EXECUTED]
        outputs = defaultdict(list)
        for cell in stored.cells:
            if cell.cell_type == "code":
                outputs[cell.source].append((cell.outputs, cell.execution_count))
        for cell in notebook.cells:
            if cell.cell_type == "code" and outputs[cell.source]:
                cell.outputs, cell.execution_count = outputs[cell.source].pop(0)
    return notebook


def read_source(lecture: Lecture) -> NotebookNode:
    """Return the lecture's source as a notebook without outputs, with stable cell ids and metadata."""
    return read_text(lecture.source.read_text(encoding="utf-8"))


def read_text(text: str) -> NotebookNode:
    """Return the text of a source as a notebook without outputs, with stable cell ids and metadata."""
    return with_stable_metadata(jupytext.reads(text, fmt="py:percent"))


def lecture_text(notebook: NotebookNode) -> str:
    """Return the text of a notebook as its source would hold it; outputs and a program's own metadata are no text."""
    bare = copy.deepcopy(notebook)
    bare.metadata = NotebookNode()
    for cell in bare.cells:
        cell.metadata = _in_order(cell.metadata, CELL_METADATA)
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader = _in_order(cell.metadata.nbgrader, NBGRADER_METADATA)
    body = jupytext.writes(bare, "py:percent").split("\n# ---\n", 1)[1]
    return SOURCE_HEADER + body


def _in_order(metadata: NotebookNode, keys: tuple[str, ...]) -> NotebookNode:
    return NotebookNode({key: metadata[key] for key in keys if key in metadata})


def text_hash(text: str) -> str:
    """Return a hash of the text of a lecture."""
    return hashlib.sha256(text.encode()).hexdigest()


def stamped(notebook: NotebookNode) -> NotebookNode:
    """Note in a notebook which text it was written with, so that a later edit by a person is seen."""
    notebook.metadata[WRITTEN] = text_hash(lecture_text(notebook))
    return notebook


def with_stable_metadata(notebook: NotebookNode) -> NotebookNode:
    """Give cells numbered ids and keep of the metadata only what every run writes alike (no widget state)."""
    executed = notebook.metadata.get(EXECUTED)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    if executed is not None:
        notebook.metadata[EXECUTED] = executed
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def source_hash(notebook: NotebookNode) -> str:
    """Return a hash of all code cells, in order: what an execution ran."""
    code = "\n\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()


def is_stale(notebook: NotebookNode) -> bool:
    """Return True where the outputs were not produced by the code that stands in the notebook now."""
    return notebook.metadata.get(EXECUTED) != source_hash(notebook)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file.

    Raises:
        ValueError: the file is no valid notebook; the message names it.
    """
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # whatever is wrong inside, the reader needs the file's name
        raise ValueError(f"{path.name} is not a valid notebook: {error}") from error


def notebook_text(notebook: NotebookNode) -> str:
    """Return the file content of a notebook, the same on every system."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"
