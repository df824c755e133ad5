"""The student notebook: the executed lecture with its exercises blank."""

from __future__ import annotations

import copy
import itertools

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import ClearSolutions
from traitlets.config import Config

from course_tools import syllabus
from course_tools.authoring.pairing import EXECUTED, with_stable_metadata
from course_utils.exercises import engine
from course_utils.exercises.progress_table import Progress, progress_from

STUB = "# YOUR CODE HERE\npass"
KERNEL = """\
# Run this cell first. It says what to do if this notebook runs in a Python without the course.
import importlib.util
if importlib.util.find_spec("course_utils") is None:
    raise ModuleNotFoundError(
        "This kernel does not have the course. Close the notebook and open it with `course lab`; "
        "in VS Code, choose Select Kernel (top right) and the Python in .venv of the course. "
        "If the course is not installed yet, its README says how (Start)."
    )"""
FOLDED = "<details><summary>Run the folded cell above, then compare with your guess.</summary>\n\n{text}\n\n</details>"


def student_notebook(executed: NotebookNode) -> NotebookNode:
    """Return the notebook that a student opens.

    Solutions are cleared by nbgrader's own preprocessor; cells tagged ``solution`` and speaker notes are left out;
    lecture cells keep their outputs. A cell that answers a prediction has no output and is folded in JupyterLab; it
    counts as not run, so that nothing is compared with it. The text right after it, which says the answer, is folded
    too. An exercise cell has no output; a check shows what it answers to a blank exercise, and the progress table that
    nothing was attempted yet. A first code cell of its own says what to do in a Python without the course.

    Args:
        executed: the executed notebook with solutions (unchanged by this).
    """
    notebook = copy.deepcopy(executed)
    notebook.cells = [cell for cell in notebook.cells if not ("solution" in tags(cell) or is_notes(cell))]
    _fold_answers(notebook)
    config = Config({"ClearSolutions": {"code_stub": {"python": STUB}}})
    notebook, _ = ClearSolutions(config=config).preprocess(notebook, {})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _blank_outputs(cell)
    notebook.cells.insert(1, _first_cell(syllabus.repository()))
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = None if "reveals" in tags(cell) else count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    notebook.metadata.pop(EXECUTED, None)
    notebook.metadata.pop("celltoolbar", None)
    return with_stable_metadata(notebook)


def tags(cell: NotebookNode) -> list[str]:
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def tagged(cell: NotebookNode, kind: str) -> str | None:
    """Return the id behind a tag of this kind (``tagged(cell, "check")`` → ``"02.3"``), or None."""
    return next((tag.partition(":")[2] for tag in tags(cell) if tag.startswith(f"{kind}:")), None)


def is_notes(cell: NotebookNode) -> bool:
    """Return True for the speaker notes, which only the teacher sees."""
    return cell.metadata.get("slideshow", {}).get("slide_type") == "notes"


def _fold_answers(notebook: NotebookNode) -> None:
    """Fold the text that follows the answer to a prediction, so that nobody reads it by accident; no new section."""
    for before, cell in itertools.pairwise(notebook.cells):
        if "reveals" in tags(before) and cell.cell_type == "markdown" and not cell.source.startswith("#"):
            cell.source = FOLDED.format(text=cell.source)


def _blank_outputs(cell: NotebookNode) -> None:
    if (exercise_id := tagged(cell, "check")) is not None:
        cell.outputs = [_shown(engine.find(exercise_id).not_attempted())]
    elif (number := tagged(cell, "progress")) is not None:
        cell.outputs = [_shown(progress_from(number, {}))]
    elif tagged(cell, "exercise") is not None:
        cell.outputs = []
    elif "reveals" in tags(cell):
        cell.outputs = []
        cell.metadata["jupyter"] = {"source_hidden": True}  # its comments and assertions say the answer


def _shown(value: engine.Result | Progress) -> NotebookNode:
    """Return the output of a cell that ends with this value."""
    data = {"text/plain": repr(value), "text/html": value._repr_html_()}
    return new_output("execute_result", data=data)


def _first_cell(repository: str) -> NotebookNode:
    """Return the cell that says what to do where the course is missing; on Colab it fetches a published one."""
    return new_code_cell(_colab(repository) if repository else KERNEL, metadata={"tags": ["setup"]})


def _colab(repository: str) -> str:
    folder = f"/content/{repository.partition('/')[2]}"
    return f"""\
# Run this cell first. On Colab it fetches the course, which takes a minute.
KEEP_IN_DRIVE = False  # on Colab, True keeps your own files in your Google Drive
import importlib.util, subprocess, sys
if "google.colab" in sys.modules:
    if importlib.util.find_spec("course_utils") is None:
        address = "https://github.com/{repository}"
        subprocess.run(["git", "clone", "--depth", "1", address, "{folder}"], check=True)
        sys.path.insert(0, "{folder}")
    from course_tools import colab
    colab.set_up(KEEP_IN_DRIVE)
{KERNEL.partition("import importlib.util")[2].strip()}"""
