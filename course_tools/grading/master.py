"""What grading takes from the course and not from a student: imports, given code, the cells that check."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nbformat import NotebookNode

from course_tools.authoring.pairing import read_source
from course_tools.authoring.student import student_notebook, tagged, tags
from course_tools.syllabus import Lecture
from course_utils.exercises import engine
from course_utils.exercises.engine import Exercise


@dataclass(frozen=True)
class Task:
    """One exercise as it is graded.

    Attributes:
        exercise: its check.
        imports: of the lecture; they run before anything else.
        given: cells of code that the exercise gives; they run before the student's cells.
        stub: the student's cell as handed out.
        check: the cell that hands the answer to ``check``.
    """

    exercise: Exercise
    imports: str
    given: tuple[str, ...]
    stub: str
    check: str


def tasks(lecture: Lecture) -> dict[str, Task]:
    """Return the tasks of a lecture by exercise id, read from its source."""
    blank = student_notebook(read_source(lecture))
    code = [cell for cell in blank.cells if cell.cell_type == "code"]
    imports = "\n".join(_imports(cell.source) for cell in code if "setup" in tags(cell))
    found = {}
    for exercise_id, exercise in engine.of_lecture(lecture.number).items():
        cells = [cell for cell in code if tagged(cell, "exercise") == exercise_id]
        given = tuple(cell.source for cell in cells if not _is_answer(cell))
        (stub,) = [cell.source for cell in cells if _is_answer(cell)]
        (check,) = [cell.source for cell in code if tagged(cell, "check") == exercise_id]
        found[exercise_id] = Task(exercise, imports, given, stub, check)
    return found


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _imports(source: str) -> str:
    """Return the import statements of a cell: data that a setup cell loads is for the lecture, not for exercises."""
    body = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(node) for node in body)
