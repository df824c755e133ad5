"""A lecture may come in parts, 08a and 08b: each is found by its number, and the bare number names them."""

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring.readme import exercise_count
from course_tools.cli import app
from course_utils import settings

ROW = """
[[lecture]]
number = "{number}"
slug = "{number}_toy"
title = "Toy"
minutes = 1
exercise_minutes = 1
cpu_seconds = 1
topics = []
errata = []
"""


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A course of lecture 02 and of lecture 08 in two parts."""
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    rows = [ROW.format(number=number) for number in ("02", "08a", "08b")]
    (tmp_path / "notebooks" / "syllabus.toml").write_text("".join(rows))
    (tmp_path / "notebooks" / "08a_toy.ipynb").write_text("as released")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(("asked", "found"), [("2", "02"), ("02", "02"), ("08a", "08a"), ("8b", "08b"), ("08B", "08b")])
def test_a_part_is_found_by_its_number(asked, found):
    assert syllabus.lecture(asked).number == found


@pytest.mark.parametrize("asked", ["8", "08"])
def test_the_bare_number_names_the_parts(asked):
    result = CliRunner().invoke(app, ["start", asked])
    assert result.exit_code == 2
    assert "08a, 08b" in result.stderr


@pytest.mark.parametrize("asked", ["9", "08c", "a", ""])
def test_an_unknown_number_lists_those_that_exist(asked):
    with pytest.raises(KeyError, match="there are 02, 08a, 08b"):
        syllabus.lecture(asked)


def test_start_copies_a_part(root):
    result = CliRunner().invoke(app, ["start", "8a"])
    assert (result.exit_code, result.stdout.strip()) == (0, str(root / "my_work" / "08a_toy.ipynb"))


def test_the_exercises_of_each_part_are_counted(root):
    (root / "notebooks" / "source" / "08a_toy.py").write_text('tags=["check:08a.1"] tags=["check:08a.2"]')
    assert exercise_count(syllabus.lecture("08a")) == 2
