"""A lecture as a page of the site: outputs as stored, answers and solutions folded, sliders that move."""

from __future__ import annotations

import ast
import copy
import html
import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from course_tools import syllabus
from course_tools.authoring.pairing import paired_notebook
from course_tools.authoring.student import is_notes, tagged, tags
from course_tools.site import frames
from course_tools.syllabus import Lecture
from course_utils.exercises import engine

ANCHORED = ("topic", "defines", "erratum", "exercise")  # tags that other pages link to
FOLDED = "<details><summary>What to conclude</summary>\n\n{text}\n\n</details>"
_MARKERS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)
_DATA_ADDRESS = "application/vnd.jupyter.widget-view+json"


def anchor(kind: str, name: str) -> str:
    """Return the id that a page gives to a place: ``anchor("topic", "batch-norm")`` is ``"topic-batch-norm"``."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}"


def page_notebook(lecture: Lecture) -> NotebookNode:
    """Return the notebook that the site shows for a lecture.

    Speaker notes, checks, and the progress table are left out. An answer to a prediction, a solution and a hint are
    folded; a slider shows the pictures stored for it, or its still picture where there are none.

    Args:
        lecture: its source and its executed notebook are read.
    """
    notebook = copy.deepcopy(paired_notebook(lecture))
    notebook.cells = [made for cell in _with_answers_folded(notebook.cells) for made in _page_cells(lecture, cell)]
    notebook.cells[1:1] = [_doors(lecture)]
    notebook.cells.append(_functions_used(notebook))
    notebook.metadata = NotebookNode(kernelspec=notebook.metadata.kernelspec)
    return notebook


def _with_answers_folded(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    before: NotebookNode | None = None
    for cell in cells:
        if is_notes(cell):
            continue
        answers = before is not None and "reveals" in tags(before) and cell.cell_type == "markdown"
        if answers and not cell.source.startswith("#"):
            cell.source = FOLDED.format(text=cell.source)
        yield cell
        before = cell


def _page_cells(lecture: Lecture, cell: NotebookNode) -> Iterator[NotebookNode]:
    """Yield what stands on the page for a cell: nothing, or the cell with anchors and hints before it."""
    if tagged(cell, "check") or tagged(cell, "progress") or cell.source.startswith("hint("):
        return
    exercise = tagged(cell, "exercise")
    kinds = ANCHORED if cell.cell_type == "markdown" else ANCHORED[:-1]  # the task of an exercise is its place
    names = [anchor(kind, name) for kind in kinds for name in _ids(cell, kind)]
    if names:
        yield new_markdown_cell("".join(f'<span id="{name}" class="anchor"></span>' for name in names))
    if exercise and is_solution(cell):
        yield _hints(exercise)
    if cell.cell_type == "code":
        _fold_code(cell)
        _let_sliders_move(lecture, cell)
    yield cell


def is_solution(cell: NotebookNode) -> bool:
    """Return whether a cell holds the solution of an exercise."""
    return "solution" in tags(cell) or bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _ids(cell: NotebookNode, kind: str) -> list[str]:
    return [tag.partition(":")[2] for tag in tags(cell) if tag.startswith(f"{kind}:")]


def _hints(exercise_id: str) -> NotebookNode:
    exercise = engine.find(exercise_id)
    steps = [
        f"<details><summary>Hint {number} of {len(exercise.hints)}</summary>\n\n{escaped(text)}\n\n</details>"
        for number, text in enumerate(exercise.hints, start=1)
    ]
    return new_markdown_cell("\n".join(steps))


def escaped(text: str) -> str:
    """Return plain text so that Markdown shows it unchanged."""
    return re.sub(r"([*_`$\[\]<>|\\])", r"\\\1", text)


def _fold_code(cell: NotebookNode) -> None:
    """Mark what the page folds, with what the reader clicks on."""
    if is_solution(cell):
        cell.source = _MARKERS.sub("", cell.source)
        _tag(cell, "hide-cell", "Show a solution", "Hide the solution")
    elif "reveals" in tags(cell):
        _tag(cell, "hide-cell", "Show what happens", "Hide what happens")
    elif {"hide-input", "setup"} & set(tags(cell)):
        _tag(cell, "hide-input", "Show the code", "Hide the code")


def _tag(cell: NotebookNode, name: str, show: str, hide: str) -> None:
    cell.metadata.tags = [tag for tag in tags(cell) if not tag.startswith("hide-")] + [name]
    cell.metadata.mystnb = {"code_prompt_show": show, "code_prompt_hide": hide}


def _let_sliders_move(lecture: Lecture, cell: NotebookNode) -> None:
    for output in cell.outputs:
        output.get("data", {}).pop(_DATA_ADDRESS, None)
    path = frames.file_of(lecture, cell.source)
    if frames.CALL in cell.source and path.exists():
        cell.outputs = [new_output("display_data", {"text/html": slider_html(path.stem, json.loads(path.read_text()))})]


def first_slider(number: str) -> str:
    """Return the first slider of a lecture as ``slider_html`` does; an empty text where it has none."""
    lecture = syllabus.lecture(number)
    cells = paired_notebook(lecture).cells
    paths = [frames.file_of(lecture, cell.source) for cell in cells if frames.CALL in cell.source]
    return slider_html(paths[0].stem, json.loads(paths[0].read_text(encoding="utf-8"))) if paths else ""


def slider_html(name: str, moving: dict) -> str:
    """Return controls and picture of a slider; ``course.js`` moves them.

    Args:
        name: unique on the page.
        moving: as ``frames.stored`` returns it.
    """
    rows, first = [], 0
    for control in moving["controls"]:
        first = first * len(control["values"]) + control["start"]
        label = html.escape(control["name"].replace("_", " "))
        values = html.escape(json.dumps(control["values"], ensure_ascii=False))
        rows.append(
            f'<label>{label} <input type="range" min="0" max="{len(control["values"]) - 1}" '
            f'value="{control["start"]}" data-values="{values}"> <output></output></label>'
        )
    alt = html.escape(moving["alt"])
    pictures = html.escape(json.dumps(moving["pictures"]))
    return (
        f'<div class="moving" id="moving-{name}" data-pictures="{pictures}">{"".join(rows)}'
        f'<img class="dark-light" alt="{alt}" width="{moving["width"]}" '  # the theme leaves it as bright as its paper
        f'src="data:image/webp;base64,{moving["pictures"][first]}">'
        "</div>"
    )


def _doors(lecture: Lecture) -> NotebookNode:
    """Return the line below the title: the files of this lecture."""
    number = lecture.number
    return new_markdown_cell(
        f'<a href="../files/{lecture.student.name}" download>Notebook</a> · '
        f'<a href="../slides/{lecture.slug}.html">Slides</a> · '
        f"[Exercises](../exercises/{number}.md) · [Teaching notes](../teaching/{number}.md) · "
        f"to work in it: `course lab {number}`",
    )


def _functions_used(notebook: NotebookNode) -> NotebookNode:
    """Return the list of what the lecture takes from ``course_utils``, linked to the API."""
    found: dict[str, None] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(_plain(cell.source))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
                    for alias in node.names:
                        found.setdefault(f"{node.module}.{alias.name}")
    links = ", ".join(f"{{py:obj}}`{name} <{name}>`" for name in sorted(found))
    return new_markdown_cell(f"**From the course's package:** {links}." if links else "")


def _plain(source: str) -> str:
    """Return code without the lines that only IPython understands."""
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
