"""The generated parts of the README, on a small course of its own with a planted repository."""

import re
from pathlib import Path

import pytest

from course_tools import syllabus
from course_tools.authoring.readme import (
    badges,
    exercise_count,
    lecture_table,
    readable_time,
    readme_text,
)
from course_utils import settings

ROOT = Path(__file__).parents[2]
README = "# Title\n<!-- badges -->\nold\n<!-- /badges -->\nprose\n<!-- lectures -->\nold\n<!-- /lectures -->\nend\n"


def row(number: str, slug: str, cpu_seconds: int, more: str = "") -> str:
    return f"""
[[lecture]]
number = "{number}"
slug = "{slug}"
title = "Lecture {number}"
minutes = 75
exercise_minutes = 30
cpu_seconds = {cpu_seconds}
topics = []
errata = []
{more}
"""


@pytest.fixture(params=["", "ann/course"])
def repository(tmp_path, monkeypatch, request):
    """A course of two lectures, unpublished or published under this name."""
    source = tmp_path / "notebooks" / "source"
    source.mkdir(parents=True)
    table = f'[course]\ntitle = "T"\nrepository = "{request.param}"\n' + row("02", "02_a", 40)
    table += row("05", "05_b", 61, "gpu_seconds = 9")
    (tmp_path / "notebooks" / "syllabus.toml").write_text(table)
    (source / "02_a.py").write_text(
        '# %% tags=["check:02.1"]\n# %% tags=["check:02.2"]\n# %% tags=["hint", "check:02.2"]\n'
    )
    (source / "05_b.py").write_text("# nothing asked\n")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    return request.param


def test_exercises_are_counted_once_each(repository):
    assert [exercise_count(lecture) for lecture in syllabus.lectures()] == [2, 0]


def test_table_has_a_line_for_each_lecture(repository):
    lines = lecture_table(syllabus.lectures(), "").splitlines()
    assert lines[2] == "| 02 | [Lecture 02](notebooks/02_a.ipynb) | 75 | 2 | 30 | 40 s | – |"
    assert lines[3] == "| 05 | [Lecture 05](notebooks/05_b.ipynb) | 75 | 0 | 30 | 2 min | 9 s |"
    assert {line.count("|") for line in lines} == {8}


def test_prose_is_kept_and_old_parts_go(repository):
    text = readme_text(README)
    assert "old" not in text
    assert re.sub(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", r"\1\3", text, flags=re.S) == README.replace("old\n", "")
    assert readme_text(text) == text


def test_launch_links_only_where_the_course_is_published(repository):
    text = readme_text(README)
    colab = "https://colab.research.google.com/github/ann/course/blob/main/notebooks/05_b.ipynb"
    binder = "https://mybinder.org/v2/gh/ann/course/HEAD?urlpath=lab/tree/my_work"
    assert (colab in text, binder in text) == (bool(repository), bool(repository))
    assert ("https://" in text) == bool(repository)


def test_a_missing_marker_is_named(repository):
    with pytest.raises(ValueError, match="<!-- lectures -->"):
        readme_text("# Title\n<!-- badges -->\n<!-- /badges -->\n")


@pytest.mark.parametrize(("seconds", "text"), [(5, "5 s"), (59, "59 s"), (60, "1 min"), (61, "2 min"), (180, "3 min")])
def test_run_times_are_readable(seconds, text):
    assert readable_time(seconds) == text


def test_no_badge_without_a_repository():
    assert badges("") == ""


def test_links_of_the_readme_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert "CONTRIBUTING.md" in local
    assert [target for target in local if not (ROOT / target).exists()] == []
