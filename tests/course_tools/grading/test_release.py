"""The folder of ``course release`` under nbgrader's own commands."""

import os
import shutil
import subprocess
import sysconfig

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring.pairing import read_notebook, read_source
from course_tools.authoring.student import tagged, tags
from course_tools.cli import app
from course_tools.grading import release
from course_utils.exercises import engine

LECTURE = syllabus.lectures()[0]


def short_source(lecture):
    """Return the set-up, the exercises and their checks of a lecture without the rest, which takes its time."""
    notebook = read_source(lecture)
    notebook.cells = [
        cell for cell in notebook.cells if "setup" in tags(cell) or tagged(cell, "exercise") or tagged(cell, "check")
    ]
    return notebook


def nbgrader(course, *arguments):
    scripts = sysconfig.get_path("scripts")  # nbgrader calls alembic, which an activated environment has in its path
    done = subprocess.run(
        [f"{scripts}/nbgrader", *arguments],
        cwd=course,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nbgrader")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "read_source", short_source)
        result = CliRunner().invoke(app, ["release", LECTURE.number, "--to", str(folder)])
    assert result.exit_code == 0, result.output
    nbgrader(folder, "generate_assignment", LECTURE.slug)
    return folder


def assignment(course, step):
    return course / step / LECTURE.slug / f"{LECTURE.slug}.ipynb"


def test_students_get_neither_solutions_nor_hidden_tests(course):
    text = assignment(course, "release").read_text(encoding="utf-8")
    solution = read_notebook(assignment(course, "source"))
    assert "HIDDEN" not in text and "SOLUTION" not in text and "SEED" not in text
    lines = [line for cell in solution.cells for line in release_lines(cell.source)]
    assert len(lines) > 6
    assert [line for line in lines if line in text] == []


def release_lines(source):
    """Return the lines of code between solution markers."""
    inside, found = False, []
    for line in source.splitlines():
        inside = (inside or "### BEGIN SOLUTION" in line) and "### END SOLUTION" not in line
        if inside and "###" not in line and len(line.strip()) > 12 and not line.strip().startswith("#"):
            found.append(line.strip())
    return found


def test_nbgrader_validates_the_solution(course):
    assert "Success! Your notebook passes all the tests." in nbgrader(
        course, "validate", str(assignment(course, "source"))
    )


def test_nbgrader_autogrades_it(course):
    for student, step in {"ann": "source", "bob": "release"}.items():
        handed_in = course / "submitted" / student / LECTURE.slug
        handed_in.mkdir(parents=True)
        shutil.copy(assignment(course, step), handed_in)
    nbgrader(course, "autograde", LECTURE.slug)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        points = {one.student.id: (one.score, one.max_score) for one in gradebook.assignment_submissions(LECTURE.slug)}
    exercises = len(engine.of_lecture(LECTURE.number))
    assert points == {"ann": (exercises, exercises), "bob": (0, exercises)}


def test_an_assignment_is_never_replaced(course):
    before = assignment(course, "source").read_bytes()
    result = CliRunner().invoke(app, ["release", LECTURE.number, "--to", str(course)])
    assert result.exit_code == 1
    assert "move it away first" in result.output
    assert assignment(course, "source").read_bytes() == before


@pytest.mark.parametrize("lecture", syllabus.lectures(), ids=lambda lecture: lecture.number)
def test_every_exercise_has_one_point_and_ids_are_unique(lecture):
    made = release.assignment(read_source(lecture))
    settings = [cell.metadata["nbgrader"] for cell in made.cells if "nbgrader" in cell.metadata]
    ids = [one["grade_id"] for one in settings]
    assert len(set(ids)) == len(ids)
    exercises = len(engine.of_lecture(lecture.number))
    assert sum(one.get("points", 0) for one in settings) == exercises == sum(one["solution"] for one in settings)


def test_an_assignment_is_whole_or_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "read_source", short_source)

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release.files, "create", full)
    result = CliRunner().invoke(app, ["release", LECTURE.number, "--to", str(tmp_path)])
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True), result.output
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    (tmp_path / "file").write_text("mine")
    result = CliRunner().invoke(app, ["release", LECTURE.number, "--to", str(tmp_path / "file")])
    assert (result.exit_code, "name another folder with --to" in result.stderr) == (1, True), result.output
    assert (tmp_path / "file").read_text() == "mine"
