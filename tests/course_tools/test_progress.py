"""``course progress``: what the checks in a reader's own notebooks said, without executing anything."""

import json
import os

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.cli import app, progress
from course_utils import settings
from course_utils.exercises import engine, saved


def said(text):
    return [{"output_type": "execute_result", "data": {"text/plain": text}}]


def test_counts_come_from_the_saved_outputs(tmp_path, monkeypatch):
    first, second, third = syllabus.lectures()[-3:]
    released = json.loads(first.student.read_bytes())
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    checks = [
        one for one in released["cells"] if any(tag.startswith("check:") for tag in one["metadata"].get("tags", []))
    ]
    checks[0]["outputs"] = said(f"✔ Exercise {first.number}.1: correct.")
    checks[1]["outputs"] = said(f"✘ Exercise {first.number}.2: incorrect. The shape is right, the values are not.")
    checks[2]["outputs"] = []
    released["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": "raise SystemExit", "outputs": []})
    (tmp_path / first.student.name).write_text(json.dumps(released), encoding="utf-8")
    (tmp_path / second.student.name).write_text("cut off", encoding="utf-8")
    (tmp_path / third.student.name).write_text("[1]", encoding="utf-8")
    lines = progress.lines()
    said_of_first = f"1 of {len(checks)} correct, 1 incorrect, {len(checks) - 2} not attempted yet"
    assert lines[0].startswith(f"{first.number} ") and lines[0].endswith(f"  {said_of_first}")
    assert "not a readable notebook" in lines[1] and "not a readable notebook" in lines[2]
    assert lines[3].split(maxsplit=1) == ["all", f"1 of {len(checks)} correct"]
    assert lines[0].index(said_of_first) == lines[3].index("1 of")  # columns


def test_solutions_and_released_notebooks_read_as_they_are():
    for lecture in syllabus.lectures():
        assert set(saved.statuses(lecture.solution).values()) == {engine.CORRECT}
        assert set(saved.statuses(lecture.student).values()) == {engine.NOT_ATTEMPTED}


def test_nothing_started_says_how_to_begin(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "syllabus.toml").write_text('[course]\nrepository = ""\n[[lecture]]\n' + "")
    monkeypatch.setattr(syllabus, "lectures", lambda: [])
    result = CliRunner().invoke(app, ["progress"])
    assert result.exit_code == 0
    assert "course start 00" in result.output


@pytest.mark.parametrize("kind", ["deep", "pipe"])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, monkeypatch, kind):
    lecture = syllabus.lectures()[0]
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    path = tmp_path / lecture.student.name
    if kind == "deep":
        path.write_text("[" * 100_000)
    elif hasattr(os, "mkfifo"):
        os.mkfifo(path)
    else:
        pytest.skip("this system has no pipes with names")
    assert "not a readable notebook" in progress.lines()[0]
