"""What stands on which slide: the cells of a lecture, sorted, with the slide types that nbconvert reads.

An author marks cells as ``slide``, ``subslide``, ``fragment``, ``notes`` or ``skip``. The rest follows from tags and
headings: set-up, checks, hints, progress and optional sections are on no slide; a heading starts one; what a
prediction asks for comes one click later, and so does its explanation; an exercise is its task with a blank, and its
solution stands one slide later, where it is asked for.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import ClearSolutions
from traitlets.config import Config

from course_tools.authoring.student import tagged, tags
from course_tools.slides import folding

OFF_SLIDES = {"setup", "optional"}
STARTS = {"slide", "subslide"}
PREDICT = "**Predict first.**"
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_MINUTES = re.compile(r"\((\d+) min\)")
_ANSWERS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
_MARKERS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)


def slide_cells(notebook: NotebookNode, solutions: bool = False) -> list[NotebookNode]:
    """Return the cells of a deck in their order on the slides; each carries its slide type.

    Args:
        notebook: the executed lecture with solutions (unchanged by this).
        solutions: whether each exercise is followed by a slide with its solution.

    Raises:
        ValueError: no cell is on a slide.
    """
    following = [*notebook.cells[1:], NotebookNode(source="")]
    shown = [
        _folded(cell)
        for cell, after in zip(notebook.cells, following, strict=True)
        if not (_is_off_slides(cell) or (_is_hint(after) and not heading(cell)))  # a sentence leads to the hint
    ]
    shown = [cell for cell in shown if cell.source or cell.get("outputs")]
    if all(slide_type(cell) == "notes" for cell in shown):
        raise ValueError("no cell of this lecture is on a slide")
    apart = _with_predictions_apart(_with_answers_apart(shown))
    typed = _typed(_with_exercise_slides(apart, solutions))
    return [cell for slide in _with_titles(_slides(typed)) for cell in _with_notes_in_front(slide)]


def heading(cell: NotebookNode) -> tuple[int, str] | None:
    """Return level (1 to 3) and text of the heading that a cell begins with, or None."""
    found = _HEADING.match(cell.source.lstrip()) if cell.cell_type == "markdown" else None
    return (len(found[1]), found[2]) if found else None


def slide_type(cell: NotebookNode) -> str:
    """Return what the cell is marked as: slide, subslide, fragment, notes, skip, or ``-``, which goes on."""
    return cell.metadata.get("slideshow", {}).get("slide_type") or "-"


def _mark(cell: NotebookNode, kind: str) -> NotebookNode:
    cell.metadata.slideshow = {"slide_type": kind}
    return cell


def _text_cell(source: str, kind: str, *names: str) -> NotebookNode:
    return _mark(new_markdown_cell(source, metadata={"tags": list(names)}), kind)


def _is_off_slides(cell: NotebookNode) -> bool:
    return (
        slide_type(cell) == "skip"
        or cell.cell_type == "raw"
        or bool(OFF_SLIDES & set(tags(cell)))
        or tagged(cell, "check") is not None
        or tagged(cell, "progress") is not None
        or _is_hint(cell)
    )


def _is_hint(cell: NotebookNode) -> bool:
    return cell.source.startswith("hint(")


def _folded(cell: NotebookNode) -> NotebookNode:
    """Return a copy of a cell with the code that its slide shows, none where it is hidden."""
    cell = copy.deepcopy(cell)
    if "hide-input" in tags(cell):
        cell.source = ""
    elif cell.cell_type == "code" and tagged(cell, "exercise") is None:
        cell.source = folding.folded(cell.source)
    return cell


def _with_answers_apart(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Move the answers that a page folds (``<details>``) to a slide after their questions."""
    for cell in cells:
        folded = _ANSWERS.search(cell.source) if cell.cell_type == "markdown" else None
        if folded is None:
            yield cell
            continue
        cell.source = cell.source[: folded.start()] + cell.source[folded.end() :]
        yield cell
        yield _text_cell(f"### {folded[1].strip()}\n\n{folded[2].strip()}", "subslide")


def _with_predictions_apart(cells: Iterator[NotebookNode]) -> Iterator[NotebookNode]:
    """Set a prediction apart from the text that leads to it, so that the question alone is marked as one."""
    for cell in cells:
        text, _, question = cell.source.partition(f"\n\n{PREDICT}") if "predict" in tags(cell) else ("", "", "")
        if question:
            asked = copy.deepcopy(cell)
            cell.source, cell.metadata.tags = text, [tag for tag in tags(cell) if tag != "predict"]
            asked.source, asked.metadata.tags = PREDICT + question, ["predict"]
            yield from (cell, _mark(asked, "-"))
        else:
            yield cell


def _with_exercise_slides(cells: Iterator[NotebookNode], solutions: bool) -> Iterator[NotebookNode]:
    """Lay out each exercise; whatever follows it starts a slide of its own."""
    after_exercise = False
    for exercise_id, group in itertools.groupby(cells, key=lambda cell: tagged(cell, "exercise")):
        if exercise_id is not None:
            yield from _exercise(exercise_id, list(group), solutions)
        else:
            for cell in group:
                if after_exercise and slide_type(cell) not in STARTS | {"notes"}:
                    _mark(cell, "subslide")
                after_exercise &= slide_type(cell) == "notes"
                yield cell
        after_exercise |= exercise_id is not None


def _exercise(exercise_id: str, cells: list[NotebookNode], solutions: bool) -> Iterator[NotebookNode]:
    solved = [cell for cell in cells if _is_solution(cell)]
    for position, cell in enumerate(_blank(cells)):
        yield _mark(cell, "subslide" if position == 0 else "notes" if slide_type(cell) == "notes" else "-")
    minutes = _MINUTES.search(cells[0].source)
    yield _text_cell("Your turn" + (f": {minutes[1]} minutes" if minutes else ""), "-", "your-turn")
    if solutions and solved:
        yield _text_cell(f"### Solution {exercise_id}", "subslide", f"exercise:{exercise_id}")
        for cell in solved:
            cell.source = _MARKERS.sub("", cell.source)
            yield _mark(cell, "-")


def _is_solution(cell: NotebookNode) -> bool:
    return "solution" in tags(cell) or bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _blank(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells of a task as a student gets them: without solutions, without outputs."""
    given = [cell for cell in cells if "solution" not in tags(cell)]
    given = [cell for cell in given if cell.cell_type == "code" or not _is_solution(cell)]
    task = NotebookNode(cells=copy.deepcopy(given), metadata=NotebookNode())
    config = Config({"ClearSolutions": {"code_stub": {"python": "..."}}})
    task, _ = ClearSolutions(config=config).preprocess(task, {})
    for cell in task.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.source = cell.source.removesuffix("\n...")  # below "answer = None", which says it all
    return task.cells


def _typed(cells: Iterator[NotebookNode]) -> list[NotebookNode]:
    """Give each cell the slide type that follows from its place, where the author did not start a slide."""
    typed: list[NotebookNode] = []
    revealed = False
    for cell in cells:
        kind, found = slide_type(cell), heading(cell)
        reveals = "reveals" in tags(cell)
        if kind != "notes":
            if not typed or (found and found[0] <= 2):
                kind = "slide"
            elif found and kind != "slide":
                kind = "subslide"
            elif kind == "-" and (reveals or (revealed and cell.cell_type == "markdown")):
                kind = "fragment"
            revealed = reveals or (revealed and cell.cell_type == "code")
        typed.append(_mark(cell, kind))
    return typed


def _slides(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the cells of each slide."""
    slides: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if slide_type(cell) in STARTS and any(slide_type(one) != "notes" for one in slides[-1]):
            slides.append([])
        slides[-1].append(cell)
    return slides


def _with_titles(slides: list[list[NotebookNode]]) -> Iterator[list[NotebookNode]]:
    """Put the heading that was last on top of a slide which has none."""
    last = ""
    for slide in slides:
        first = next(cell for cell in slide if slide_type(cell) != "notes")
        found = heading(first)
        if found and tagged(first, "exercise") is None:
            last = found[1]
        elif not found and last:
            title = _text_cell(f"### {last}", slide_type(first), "running-title")
            slide = [title, *slide]
            _mark(first, "-")
        yield slide


def _with_notes_in_front(slide: list[NotebookNode]) -> list[NotebookNode]:
    """Move the notes of a slide before its first fragment, so that they are there from its first click on."""
    notes = [cell for cell in slide if slide_type(cell) == "notes"]
    shown = [cell for cell in slide if slide_type(cell) != "notes"]
    until = next((place for place, cell in enumerate(shown) if slide_type(cell) == "fragment"), len(shown))
    return [*shown[:until], *notes, *shown[until:]]
