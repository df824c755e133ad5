"""A course of two lectures in a folder of its own, for the tests of a reader's commands."""

import pytest

from course_utils import settings

SYLLABUS = """
[course]
title = "T"
repository = ""
"""
ROW = """
[[lecture]]
number = "{number}"
slug = "{number}_toy"
title = "Toy {number}"
minutes = 1
exercise_minutes = 1
cpu_seconds = 1
topics = []
errata = []
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The folder of the course; its ``my_work/`` is where it is without COURSE_WORK."""
    root = tmp_path / "course"
    (root / "notebooks" / "solutions").mkdir(parents=True)
    (root / "course_utils").mkdir()
    (root / "notebooks" / "syllabus.toml").write_text(SYLLABUS + ROW.format(number="01") + ROW.format(number="02"))
    for number in ("01", "02"):
        (root / "notebooks" / f"{number}_toy.ipynb").write_text("as released")
    (root / "notebooks" / "solutions" / "02_toy.ipynb").write_text("with solutions")
    monkeypatch.setattr(settings, "course_root", lambda: root)
    monkeypatch.delenv("COURSE_WORK", raising=False)
    return root
