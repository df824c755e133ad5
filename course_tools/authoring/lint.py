"""The house rules of a lecture, each as a function that returns what breaks it.

The rules are those of CONTRIBUTING.md; the test suite applies them to every lecture and to planted faults.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course_tools.authoring import notation, sitting, words
from course_tools.authoring.claims import IGNORE_OUTPUT, claim_problems
from course_tools.authoring.pairing import read_source
from course_tools.authoring.reading import headings
from course_tools.authoring.readme import readable_time
from course_tools.authoring.student import tagged, tags
from course_tools.syllabus import Lecture
from course_utils.exercises import engine
from course_utils.plots.page import SHORTEST_ALT

CODE_LINES = 25
CODE_COLUMNS = 91  # longer lines wrap on the page
MARKDOWN_WORDS = 170
COMPARED_OUTPUTS = 10
COMPARED_IN_COPY = 8  # answers to predictions are missing from a student's copy; its checks and progress table are not
MIN_EXERCISES = 4
MIN_EXERCISES_GUEST = 1
COMPARED_IN_GUEST = 2
MAX_BYTES = 1_500_000
METADATA = {"tags", "slideshow", "nbgrader", "lines_to_next_cell"}
PROGRESS_CELL = 'from course_utils.exercises import progress\n\nprogress("{number}")'


def problems(lecture: Lecture) -> list[str]:
    """Return what in a lecture's source breaks a house rule, all of it at once."""
    if not lecture.source.exists():
        return [f"{lecture.source.name} does not exist; the syllabus has a row for it"]
    return source_problems(read_source(lecture), lecture)


def source_problems(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return what in a lecture's text and tags breaks a house rule; first of all, what cannot be read."""
    return _unreadable(notebook) or [
        *_unwritten(notebook),
        *_headings(notebook),
        *_rhythm(notebook, lecture),
        *_course_plan(notebook, lecture),
        *_exercises(notebook, lecture),
        *_progress(notebook, lecture),
        *sitting.problems(notebook, lecture),
        *claim_problems(notebook),
        *words.problems(notebook, lecture),
        *notation.problems(notebook, lecture),
    ]


def _unreadable(notebook: NotebookNode) -> list[str]:
    """Return the cells whose header, code or solution region is not what a reader of the source takes it for."""
    found = []
    for position, cell in enumerate(notebook.cells):
        for key in sorted(set(cell.metadata) - METADATA):
            found.append(f"cell {position}: its header is not understood: {cell.metadata[key]!r} ({key})")
        if cell.source.count("### BEGIN SOLUTION") != cell.source.count("### END SOLUTION"):
            found.append(f"cell {position}: each ### BEGIN SOLUTION needs its ### END SOLUTION")
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                found.append(f"cell {position}, line {error.lineno}: {error.msg}")
    return found


def output_problems(notebook: NotebookNode, least_compared: int = COMPARED_OUTPUTS) -> list[str]:
    """Return what in an executed notebook's outputs would trouble a reader or make the comparison empty.

    Args:
        notebook: a solution notebook, or a student's copy.
        least_compared: how many text outputs are to be compared when it is run again.
    """
    compared = 0
    found = []
    for where, cell, output in _outputs(notebook):
        if output.output_type == "error":
            found.append(f"{where}: stored error {output.ename}")
        if output.get("name") == "stderr":
            found.append(f"{where}: stored stderr output")
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
            found.append(f"{where}: stored widget")
        alts = _alts(output)
        if any(len(alt) < SHORTEST_ALT for alt in alts):
            found.append(f"{where}: figure without alt text; show it with plots.show(figure, alt=…)")
        has_text = output.output_type == "stream" or ("text/plain" in output.get("data", {}) and not alts)
        compared += has_text and IGNORE_OUTPUT not in tags(cell)
    if compared < least_compared:
        found.append(f"only {compared} text outputs are compared, {least_compared} are asked for")
    return found


def _alts(output: NotebookNode) -> list[str]:
    """Return the alt text of each picture in an output, empty where it has none (a bare PNG has none)."""
    data = output.get("data", {})
    found = [re.search(r'\balt="([^"]*)"', tag) for tag in re.findall(r"<img\b[^>]*>", data.get("text/html", ""))]
    return [match.group(1) if match else "" for match in found] + [""] * ("image/png" in data)


def _outputs(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    for position, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            yield f"cell {position}", cell, output


def _unwritten(notebook: NotebookNode) -> list[str]:
    """Return what `course new` left for the author to write."""
    return [
        f"cell {position}: still to be written: {left.strip()}"
        for position, cell in enumerate(notebook.cells)
        for left in re.findall(r"TODO:?(.*)", cell.source)
    ]


def _headings(notebook: NotebookNode) -> list[str]:
    all_headings = headings(notebook)
    found = []
    if [heading.position for heading in all_headings if heading.level == 1] != [0]:
        found.append("exactly one H1 is asked for, in the first cell")
    for above, heading in itertools.pairwise(all_headings):
        if heading.level > above.level + 1:
            found.append(f"cell {heading.position}: heading level jumps from {above.level} to {heading.level}")
    return found


def _rhythm(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    found = []
    for position, cell in enumerate(notebook.cells):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type == "code" and len(lines) > CODE_LINES:
            found.append(f"cell {position}: {len(lines)} lines of code, at most {CODE_LINES} are read in one go")
        if cell.cell_type == "code" and (longest := max(map(len, lines), default=0)) > CODE_COLUMNS:
            found.append(f"cell {position}: a line of {longest} characters, beyond {CODE_COLUMNS} it wraps on the page")
        words = len(cell.source.split())
        if cell.cell_type == "markdown" and words > MARKDOWN_WORDS:
            found.append(f"cell {position}: {words} words, at most {MARKDOWN_WORDS} are read in one go")
        if cell.cell_type == "markdown" and re.search(r"!\[\s*\]\(", cell.source):
            found.append(f"cell {position}: picture without alt text")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for needed in ("## Recap", "## References"):
        if needed not in text:
            found.append(f"no {needed!r} in the lecture")
    return found


def _course_plan(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    topics = list(dict.fromkeys(found for cell in notebook.cells if (found := tagged(cell, "topic"))))
    errata = {found for cell in notebook.cells if cell.cell_type == "code" and (found := tagged(cell, "erratum"))}
    found = []
    times = f"| {lecture.minutes} min | {lecture.exercise_minutes} min | {readable_time(lecture.cpu_seconds)} |"
    if times not in notebook.cells[0].source:
        found.append(f"the first cell does not say the times of the syllabus: {times}")
    if lecture.guest and (topics or lecture.topics):
        found.append("a guest lecture has no topics of the course plan; take out guest = true, or the topics")
    if topics != list(lecture.topics):
        found.append(f"topics {topics} are tagged, the syllabus has {list(lecture.topics)}")
    if errata != set(lecture.errata):
        found.append(f"errata {sorted(errata)} are proven, the syllabus has {sorted(lecture.errata)}")
    for position, cell in enumerate(notebook.cells):
        proves = tagged(cell, "erratum") or tagged(cell, "claim") or "claim" in tags(cell)
        if cell.cell_type == "code" and proves and "assert" not in cell.source:
            found.append(f"cell {position}: a claim or an erratum without an assertion")
        if IGNORE_OUTPUT in tags(cell) and not tagged(cell, "check") and "assert" not in cell.source:
            found.append(f"cell {position}: its output is not compared, so it must assert what it shows")
    return found


def _exercises(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    known = engine.of_lecture(lecture.number)
    found = []
    least = MIN_EXERCISES_GUEST if lecture.guest else MIN_EXERCISES
    if len(known) < least:
        found.append(f"exercises: {len(known)} of at least {least}")
    for exercise_id, exercise in known.items():
        heading = f"### Exercise {exercise_id} · {exercise.title} ({exercise.minutes} min)"
        cells = [cell for cell in notebook.cells if tagged(cell, "exercise") == exercise_id]
        if not any(cell.source.startswith(heading) for cell in cells):
            found.append(f"no heading {heading!r}")
        if not any(f"# Exercise {exercise_id}" in cell.source for cell in cells if cell.cell_type == "code"):
            found.append(f"the code of exercise {exercise_id} does not name it in a comment")
        if not any(tagged(cell, "check") == exercise_id for cell in notebook.cells):
            found.append(f"no cell checks exercise {exercise_id}")
    tagged_ids = {found_id for cell in notebook.cells if (found_id := tagged(cell, "exercise"))}
    found.extend(f"exercise {missing} has no check" for missing in sorted(tagged_ids - set(known)))
    minutes = sum(exercise.minutes for exercise in known.values())
    if minutes != lecture.exercise_minutes:
        found.append(f"the exercises take {minutes} minutes, the syllabus says {lecture.exercise_minutes}")
    return found


def _progress(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return what is wrong with the progress table: one cell, the last that holds code, before the quiz."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [tagged(cell, "progress") for cell in code].count(None) != len(code) - 1 or not tagged(code[-1], "progress"):
        return [f"one cell is tagged progress:{lecture.number}, and it is the last one of code"]
    found = []
    if code[-1].source != PROGRESS_CELL.format(number=lecture.number):
        found.append(f"the cell tagged progress:{lecture.number} holds other code than CONTRIBUTING.md says")
    following = notebook.cells[notebook.cells.index(code[-1]) + 1 :]
    after = ("## Quiz", "## References")
    if not following or not following[0].source.startswith(after):
        found.append(f"the progress table does not stand right before {' or '.join(after)}")
    return found
