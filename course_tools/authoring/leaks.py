"""What a student notebook must not show: solutions and what they printed, hidden tests, answers to predictions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course_tools.authoring.student import tagged, tags
from course_utils.exercises import engine
from course_utils.exercises.progress_table import progress_from

SOLUTION_REGION = re.compile(r"^\s*### BEGIN SOLUTION\n(.*?)^\s*### END SOLUTION", re.DOTALL | re.MULTILINE)
HIDDEN = "### BEGIN HIDDEN"


def leaks(executed: NotebookNode, student: NotebookNode) -> list[str]:
    """Return everything in the student notebook that gives a solution or the answer to a prediction away.

    Args:
        executed: the executed notebook with solutions.
        student: the notebook made from it.
    """
    return [
        *_solution_lines(executed, student),
        *_outputs(executed, student),
        *_uses_of_answers(student),
        *(f"cell {position}: hidden test" for position, cell in enumerate(student.cells) if HIDDEN in cell.source),
    ]


def _solution_lines(executed: NotebookNode, student: NotebookNode) -> Iterator[str]:
    """Find lines of a solution: short ones in the exercise's own cell, longer ones anywhere."""
    handed_out = "\n".join(cell.source for cell in student.cells)
    lecture = "\n".join(SOLUTION_REGION.sub("", cell.source) for cell in executed.cells if "solution" not in tags(cell))
    for cell in executed.cells:
        regions = SOLUTION_REGION.findall(cell.source) + ([cell.source] if "solution" in tags(cell) else [])
        lines = {line.strip() for region in regions for line in region.splitlines()} - {""}
        given = {line.strip() for line in SOLUTION_REGION.sub("", cell.source).splitlines()}
        blank = {line.strip() for one in _same_exercise(student, cell) for line in one.source.splitlines()}
        for line in sorted(lines):
            anywhere = (
                len(line) > 7 and line not in lecture and line in handed_out
            )  # what the lecture says is no secret
            if anywhere or line in blank - given:
                yield f"solution line in the student notebook: {line}"


def _same_exercise(student: NotebookNode, cell: NotebookNode) -> list[NotebookNode]:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return [one for one in student.cells if grade_id and one.metadata.get("nbgrader", {}).get("grade_id") == grade_id]


def _outputs(executed: NotebookNode, student: NotebookNode) -> Iterator[str]:
    """Find outputs that are neither a lecture cell's own nor what a check or the progress table says of blanks."""
    known = {(cell.source, str(cell.outputs and _data(cell))) for cell in executed.cells if cell.cell_type == "code"}
    for position, cell in enumerate(student.cells):
        if not cell.get("outputs"):
            continue
        if (exercise_id := tagged(cell, "check")) is not None:
            if _text(cell) != repr(engine.find(exercise_id).not_attempted()):
                yield f"cell {position}: a check of the student notebook shows another outcome than not attempted"
        elif (number := tagged(cell, "progress")) is not None:
            if _text(cell) != repr(progress_from(number, {})):
                yield f"cell {position}: the progress table of the student notebook shows more than blank exercises"
        elif tagged(cell, "exercise") is not None or "solution" in tags(cell):
            yield f"cell {position}: output of an exercise cell in the student notebook"
        elif "reveals" in tags(cell):
            yield f"cell {position}: the student notebook shows the answer to a prediction before it is made"
        elif (cell.source, str(_data(cell))) not in known:
            yield f"cell {position}: an output that the lecture's own cell does not have"


def _uses_of_answers(student: NotebookNode) -> Iterator[str]:
    """Find lecture cells that use a name which only an exercise defines: their outputs would show the answer."""
    code = [cell for cell in student.cells if cell.cell_type == "code"]
    trees = {id(cell): ast.parse(cell.source) for cell in code}
    in_lecture = [cell for cell in code if not (tagged(cell, "exercise") or tagged(cell, "check"))]
    answers = {name for cell in code if tagged(cell, "exercise") for name in _bound(trees[id(cell)])}
    answers -= {name for cell in in_lecture for name in _bound(trees[id(cell)])}
    for cell in in_lecture:
        used = {
            node.id
            for node in ast.walk(trees[id(cell)])
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for name in sorted(used & answers):
            yield f"cell {student.cells.index(cell)}: the lecture uses {name}, which only an exercise defines"


def _bound(tree: ast.Module) -> Iterator[str]:
    """Return the names that a cell defines, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def _text(cell: NotebookNode) -> str:
    return "\n".join(str(output.get("data", {}).get("text/plain", output.get("text", ""))) for output in cell.outputs)


def _data(cell: NotebookNode) -> list[object]:
    """Return what the outputs of a cell show, without the count of the run."""
    return [output.get("data", output.get("text")) for output in cell.outputs]
