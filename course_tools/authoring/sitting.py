"""What a sitting is: its size, its optional sections, its predictions, its thread, its tags.

Each function returns what breaks a rule.
"""

from __future__ import annotations

from nbformat import NotebookNode

from course_tools import syllabus
from course_tools.authoring import drawing
from course_tools.authoring.reading import code_lines, headings, prose, section
from course_tools.authoring.student import is_notes, tagged, tags
from course_tools.syllabus import Lecture

MINUTES = 75
# A sitting of 60 to 75 minutes is about 25 slides of two or three cells each, with a title, a recap and a quiz around
# them. What is practiced and what only the teacher sees takes no time of the lesson and is not counted.
CELLS = 70
CODE_LINES = 350
SLIDES = 28
DRAWING_LINES = 6
TAGS = {"setup", "predict", "reveals", "optional", "hide-input", "solution", "claim", "nbval-ignore-output"}
KINDS = {"topic", "defines", "deviates", "claim", "erratum", "exercise", "check", "progress"}  # tags with an id


def problems(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return what breaks a rule for sittings."""
    return [
        *_size(notebook, lecture),
        *_drawing(notebook),
        *_optional_sections(notebook),
        *_predictions(notebook),
        *_story(notebook, lecture),
        *_tags(notebook),
    ]


def _size(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    lesson = [cell for cell in notebook.cells if not (is_notes(cell) or _is_practice(cell))]
    code = [cell for cell in lesson if cell.cell_type == "code"]
    slides = [cell for cell in lesson if _starts_slide(cell) and "optional" not in tags(cell)]
    counted = [
        (lecture.minutes, MINUTES, "minutes in the syllabus"),
        (len(lesson), CELLS, "cells without exercises and notes"),
        (sum(map(code_lines, code)), CODE_LINES, "lines of code without exercises"),
        (len(slides), SLIDES, "slides in core sections without exercises"),
    ]
    found = [f"{size} {what}, a sitting has at most {limit}: split it" for size, limit, what in counted if size > limit]
    calls = sum(cell.source.count("by_profile(") for cell in code)
    if calls > 1:
        found.append(f"{calls} calls of by_profile, at most one is asked for: let one call set all lengths")
    return found


def _is_practice(cell: NotebookNode) -> bool:
    return any(tagged(cell, kind) for kind in ("exercise", "check", "progress")) or "solution" in tags(cell)


def _starts_slide(cell: NotebookNode) -> bool:
    kind = cell.metadata.get("slideshow", {}).get("slide_type")
    has_heading = cell.cell_type == "markdown" and cell.source.startswith("#")
    return kind in {"slide", "subslide"} or (has_heading and kind != "skip")


def _drawing(notebook: NotebookNode) -> list[str]:
    """Return the cells that draw at length: drawing code lives in plots and diagrams."""
    found = []
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or _is_practice(cell):
            continue
        by_hand = drawing.lines_by_hand(cell.source)
        if by_hand > DRAWING_LINES:
            found.append(f"cell {position}: {by_hand} lines of matplotlib, at most {DRAWING_LINES}: move them to plots")
        lines = drawing.telling_lines(cell.source)
        if drawing.only_draws(cell.source) and lines > DRAWING_LINES:
            found.append(
                f"cell {position}: it only draws, in {lines} lines without alt text and brackets, at most "
                f"{DRAWING_LINES}: move the drawing to plots or diagrams"
            )
    return found


def _optional_sections(notebook: NotebookNode) -> list[str]:
    """Return where tag and heading of an optional section disagree."""
    found = []
    announced: set[int] = set()
    for heading in headings(notebook):
        if not heading.title.endswith("(optional)"):
            continue
        if not heading.opens_cell:
            found.append(f"cell {heading.position}: an optional section starts with a cell of its own")
        announced.update(section(notebook, heading))
    for position, cell in enumerate(notebook.cells):
        if (position in announced) > ("optional" in tags(cell)):
            found.append(f"cell {position}: it is in an optional section and lacks the tag optional")
        if (position in announced) < ("optional" in tags(cell)):
            found.append(f"cell {position}: tagged optional, but no heading above it ends in (optional)")
    return found


def _predictions(notebook: NotebookNode) -> list[str]:
    """Return predictions that nothing answers, and answers to no prediction, section by section."""
    found = []
    if not any("predict" in tags(cell) for cell in notebook.cells):
        found.append("no cell is tagged predict: a sitting asks for at least one prediction")
    opens_section = {heading.position for heading in headings(notebook)}
    waiting = None  # position of the prediction that is still to be answered
    asked = False
    for position, cell in enumerate([*notebook.cells, None]):
        asks = cell is not None and "predict" in tags(cell)
        if cell is None or asks or position in opens_section:
            if waiting is not None:
                found.append(f"cell {waiting}: no code tagged reveals answers the prediction in its section")
            waiting, asked = (position, True) if asks else (None, False)
        if cell is None:
            break
        says_so = cell.cell_type == "markdown" and "Predict first" in cell.source and not is_notes(cell)
        if says_so != asks:
            found.append(
                f"cell {position}: a prediction is Markdown that says **Predict first.** and is tagged predict"
            )
        if "reveals" in tags(cell):
            if not asked or cell.cell_type != "code":
                found.append(f"cell {position}: tagged reveals, but it is not code that answers a prediction above it")
            waiting = None
    return found


def _story(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return what is missing of the thread from one sitting to the next."""
    numbers = [one.number for one in syllabus.lectures()]
    sections = [heading for heading in headings(notebook) if heading.level == 2]
    recap = next((section(notebook, one) for one in sections if one.title.startswith("Recap")), range(0))
    opening_end = sections[1].position if len(sections) > 1 else len(notebook.cells)
    opening, ending = _text(notebook, range(opening_end)), _text(notebook, recap)
    found = []
    if lecture.number != numbers[0] and not ("last time" in opening and "today" in opening):
        found.append('the first section does not say where the sitting stands: "Last time …", "today …"')
    if lecture.number != numbers[-1] and "**next.**" not in ending:
        found.append("the recap does not end with what comes next: **Next.** …")
    return found


def _text(notebook: NotebookNode, positions: range) -> str:
    cells = [notebook.cells[position] for position in positions]
    return " ".join(prose(cell.source) for cell in cells if cell.cell_type == "markdown" and not is_notes(cell)).lower()


def _tags(notebook: NotebookNode) -> list[str]:
    """Return tags that nothing reads: misspelt, they would be passed over in silence."""
    return [
        f"cell {position}: tag {tag!r} is none of the course's (CONTRIBUTING.md lists them)"
        for position, cell in enumerate(notebook.cells)
        for tag in tags(cell)
        if tag not in TAGS and not (tag.partition(":")[0] in KINDS and tag.partition(":")[2])
    ]
