"""The generated table of CONTRIBUTING.md: which sitting is taught from which module."""

import re
from pathlib import Path

import pytest

from course_tools import syllabus
from course_tools.authoring.contributing import contributing_text, modules_of
from tests.course_tools.test_house import floors

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """The first lecture, with a source that the test writes."""
    first = syllabus.lectures()[0]
    monkeypatch.setattr(syllabus, "notebooks_folder", lambda: tmp_path)
    first.source.parent.mkdir()
    return first


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("from course_utils import data, filtering", ["data", "filtering"]),
        ("from course_utils.training import fit", ["training"]),
        ("from course_utils.training import fit, noisy_digits", ["training", "training.noisy_digits"]),
        ("from course_utils.training.noisy_digits import train", ["training.noisy_digits"]),
        ("def f():\n    from course_utils import widgets", ["widgets"]),
        ("from course_utils import exercises, plots, settings\nfrom course_utils.exercises import check", []),
        ("import numpy as np\nfrom torch import nn", []),
    ],
)
def test_imports_are_named_as_modules(lecture, code, modules):
    lecture.source.write_text(code, encoding="utf-8")
    assert modules_of(lecture) == modules


def test_a_new_import_changes_the_table_and_nothing_else(monkeypatch):
    monkeypatch.setattr(
        "course_tools.authoring.contributing.modules_of", lambda one: ["planted"] if one.number == "12a" else []
    )
    changed = contributing_text(PAGE)
    assert "| `planted` |" in changed
    table = re.compile("<!-- modules -->.*<!-- /modules -->", re.S)
    assert table.sub("", changed) == table.sub("", PAGE)


def test_every_module_of_the_table_has_a_floor():
    rows = re.findall(r"^\| \d\d\w? \|.*\|(.*)\|$", PAGE, re.M)
    modules = {name.partition(".")[0] for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert len(rows) == len(syllabus.lectures()) and "filtering" in modules
    assert modules - floors().keys() == set()
