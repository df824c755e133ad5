"""A lecture as an assignment for nbgrader, for those who teach with its hub: cells that grade themselves, one a check.

nbgrader runs what students write without isolation. ``course grade`` reads the same notebooks and does isolate.
"""

from __future__ import annotations

import contextlib
import copy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_tools import files
from course_tools.authoring.pairing import notebook_text, read_source
from course_tools.authoring.student import tagged, tags
from course_tools.syllabus import Lecture

CONFIG = "nbgrader_config.py"
HIDDEN_TEST = """\
### BEGIN HIDDEN TESTS
from course_utils.exercises import engine

_result = engine.judge(engine.find("{id}"), {answer}, engine.GRADING_SEED)
assert _result.status == engine.CORRECT, _result.message
### END HIDDEN TESTS"""
CONFIG_TEXT = """\
# Written by `course release`; yours to change.
c = get_config()
c.CourseDirectory.course_id = "course"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\npass"}
c.ExecutePreprocessor.timeout = 600
"""


class ReleaseError(Exception):
    """An assignment cannot be written; the message says why."""


def release(lecture: Lecture, folder: Path) -> list[Path]:
    """Write the source version of an assignment below ``folder``, and nbgrader's settings where there are none.

    Args:
        lecture: becomes the assignment of its slug.
        folder: of an nbgrader course, new or old.

    Returns:
        The files written.

    Raises:
        ReleaseError: the assignment is there already (nbgrader knows its students' work by it), or it cannot be
            written; there is no half of one.
    """
    path = folder / "source" / lecture.slug / f"{lecture.slug}.ipynb"
    if path.exists():
        raise ReleaseError(f"{path} exists; move it away first if you mean to replace the assignment")
    content = notebook_text(assignment(read_source(lecture))).encode()
    config = folder / CONFIG
    written = [path]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # the instructor's own
            files.create(config, CONFIG_TEXT.encode())
            written.append(config)
        files.create(path, content)
    except OSError as error:
        raise ReleaseError(f"{path} cannot be written ({error.strerror}); name another folder with --to") from error
    return written


def assignment(source: NotebookNode) -> NotebookNode:
    """Return a lecture with a graded cell of one point after each check; the test in it is hidden from students."""
    notebook = copy.deepcopy(source)
    cells = []
    for cell in notebook.cells:
        if "solution" in tags(cell):
            continue
        cells.append(cell)
        exercise_id = tagged(cell, "check") if cell.cell_type == "code" else None
        if exercise_id is not None:
            cells.append(_graded_cell(exercise_id, cell.source))
    notebook.cells = cells
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03d}"
    return notebook


def _graded_cell(exercise_id: str, check: str) -> NotebookNode:
    answer = check.partition(",")[2].rstrip().removesuffix(")").strip()
    marker = {"grade": True, "grade_id": f"points-{exercise_id.replace('.', '-')}", "locked": True, "points": 1}
    settings = {**marker, "schema_version": 3, "solution": False, "task": False, "cell_type": "code"}
    source = f"# 1 point for exercise {exercise_id}\n" + HIDDEN_TEST.format(id=exercise_id, answer=answer)
    return new_code_cell(source, metadata={"nbgrader": settings, "tags": [f"points:{exercise_id}"]})
