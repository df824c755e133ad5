"""A chapter may have several sittings, 08a and 08b: each is found by its number, and the bare number names them."""

import shutil

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import lint
from course_tools.authoring.readme import exercise_count
from course_tools.cli import app
from course_utils import settings

HEAD = """
[course]
repository = ""

[chapters]
02 = "Toys"
08 = "More toys"
"""
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
    """A course of chapter 02 in one sitting and of chapter 08 in two."""
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    rows = [ROW.format(number=number) for number in ("02", "08a", "08b")]
    (tmp_path / "notebooks" / "syllabus.toml").write_text("".join([HEAD, *rows]))
    (tmp_path / "notebooks" / "08a_toy.ipynb").write_text("as released")
    for words in ("notation.toml", "wording.toml"):
        shutil.copy(settings.course_root() / "notebooks" / words, tmp_path / "notebooks")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    monkeypatch.delenv("COURSE_WORK", raising=False)
    return tmp_path


@pytest.mark.parametrize(("asked", "found"), [("2", "02"), ("02", "02"), ("08a", "08a"), ("8b", "08b"), ("08B", "08b")])
def test_a_sitting_is_found_by_its_number(asked, found):
    assert syllabus.lecture(asked).number == found


@pytest.mark.parametrize("asked", ["8", "08"])
def test_the_bare_number_names_the_sittings(asked):
    result = CliRunner().invoke(app, ["start", asked])
    assert result.exit_code == 2
    assert "chapter 08, More toys, has several lectures" in result.stderr
    assert "08a, 08b" in result.stderr


def test_a_sitting_knows_its_chapter():
    assert [(one.number, one.chapter) for one in syllabus.lectures()] == [("02", "02"), ("08a", "08"), ("08b", "08")]


@pytest.mark.parametrize("asked", ["9", "08c", "a", ""])
def test_an_unknown_number_lists_those_that_exist(asked):
    with pytest.raises(KeyError, match="there are 02, 08a, 08b"):
        syllabus.lecture(asked)


@pytest.mark.parametrize("written", ["14", '"14A"', '"1"'])
def test_a_number_of_another_form_is_named(root, written):
    table = root / "notebooks" / "syllabus.toml"
    table.write_text(table.read_text().replace('number = "08b"', f"number = {written}"))
    with pytest.raises(ValueError, match=r'syllabus.toml: number = .*write it like "02" or "02a"'):
        syllabus.lectures()


def test_start_copies_a_sitting(root):
    result = CliRunner().invoke(app, ["start", "8a"])
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, str(root / "my_work" / "08a_toy.ipynb"))


def test_lint_names_every_fault_of_every_lecture_at_once(root):
    (root / "notebooks" / "source" / "02_toy.py").write_text("# %% [markdown]\n# # 02 · Toy\n")
    term = '[[term]]\nname = "sieve"\nsitting = "08a"\nmeans = "A kitchen filter."\n'
    (root / "notebooks" / "glossary.toml").write_text(term)
    result = CliRunner().invoke(app, ["lint"])
    assert result.exit_code == 1
    faults = [f"02: {fault}" for fault in lint.problems(syllabus.lecture("02"))]
    assert len(faults) > 3
    missing = [f"{number}: {number}_toy.py does not exist; the syllabus has a row for it" for number in ("08a", "08b")]
    unused = "glossary.toml: sieve is explained in 08a and used nowhere else"
    assert result.stderr.splitlines() == [*faults, *missing, unused]


def test_lint_of_one_lecture_names_its_faults_alone():
    result = CliRunner().invoke(app, ["lint", "8b"])
    assert (result.exit_code, result.stderr.startswith("08b: "), result.stderr.count("\n")) == (1, True, 1)


def test_the_exercises_of_each_sitting_are_counted(root):
    (root / "notebooks" / "source" / "08a_toy.py").write_text('tags=["check:08a.1"] tags=["check:08a.2"]')
    assert exercise_count(syllabus.lecture("08a")) == 2
