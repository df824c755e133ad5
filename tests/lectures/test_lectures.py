"""The house rules hold for every lecture, and nothing derived has drifted from its source."""

import datetime
import tomllib
from pathlib import Path

import pytest

from course_tools import syllabus
from course_tools.authoring import build, lint
from course_tools.authoring.leaks import leaks
from course_tools.authoring.pairing import read_notebook

LECTURES = syllabus.lectures()
by_lecture = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.number)


def test_nothing_has_drifted():
    problems = build.problems()
    assert not problems, "\n".join(problems)


def test_every_source_is_in_the_syllabus():
    folder = syllabus.notebooks_folder()
    assert sorted(path.stem for path in (folder / "source").glob("*.py")) == [one.slug for one in LECTURES]
    assert sorted(path.stem for path in folder.glob("*.ipynb")) == [one.slug for one in LECTURES]


def test_the_syllabus_names_every_chapter():
    numbers = [one.number for one in LECTURES]
    assert numbers == sorted(set(numbers))
    assert list(syllabus.chapters()) == sorted({one.chapter for one in LECTURES})


@by_lecture
def test_source_keeps_the_house_rules(lecture):
    problems = lint.problems(lecture)
    assert not problems, "\n".join(problems)


@by_lecture
@pytest.mark.parametrize("kind", ["solution", "student"])
def test_outputs_are_readable_and_compared(lecture, kind):
    path = getattr(lecture, kind)
    least = lint.COMPARED_IN_COPY if kind == "student" else lint.COMPARED_OUTPUTS
    problems = lint.output_problems(read_notebook(path), lint.COMPARED_IN_GUEST if lecture.guest else least)
    assert not problems, "\n".join(problems)
    assert path.stat().st_size < lint.MAX_BYTES


@by_lecture
def test_no_solution_leaks(lecture):
    found = leaks(read_notebook(lecture.solution), read_notebook(lecture.student))
    assert not found, "\n".join(found)


def test_allowed_warnings_have_not_expired():
    listed = tomllib.loads((Path(__file__).parents[1] / "allowed_warnings.toml").read_text(encoding="utf-8"))["allowed"]
    expired = [entry for entry in listed if entry["until"] <= datetime.date.today()]
    assert expired == [], "act on these warnings now: the excuse has ended"
    assert all(entry["reason"] for entry in listed)
