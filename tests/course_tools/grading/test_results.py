"""Results are looked at before the work, put into place whole, and never take the place of earlier ones unseen."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools.cli import app
from course_tools.grading import pool, results


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_text("{}")
    (tmp_path / "grades.csv").write_text("edited by hand")
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "old.html").write_text("old")
    (tmp_path / "empty").mkdir()
    (tmp_path / "students.csv").write_text("name,id\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "none/grades.csv"], "No such file"),
        (["--out", "feedback"], "is a folder"),
        (["--out", "in/ann.ipynb"], "among the submissions"),
        (["--out", "new.csv", "--feedback", "in/pages"], "among the submissions"),
        (["--out", "new.csv", "--feedback", "grades.csv"], "is a file"),
        (["--out", "new.csv", "--feedback", "none/pages"], "No such file"),
        (["--out", "feedback/new.csv", "--feedback", "feedback"], "lies in the folder of --feedback"),
        (["--out", "new.csv", "--format", "moodle"], "needs --roster"),
        (["--out", "new.csv", "--roster", "students.csv"], "has no column 'email'"),
        (["--out", "new.csv", "--roster", "none.csv"], "cannot be read"),
    ],
)
def test_places_are_looked_at_before_the_work(folder, monkeypatch, arguments, said):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(pool, "grade_folder", lambda *_: pytest.fail("the work has begun"))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = CliRunner().invoke(app, ["grade", "in", *arguments])
    assert (result.exit_code, said in result.stderr) == (1, True), result.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_earlier_results_are_kept_under_names_of_their_own(folder):
    kept = [results.put_file(folder / "grades.csv", text) for text in ("first", "second")]
    assert [path.read_text() for path in kept] == ["edited by hand", "first"]
    assert (folder / "grades.csv").read_text() == "second"
    assert results.put_file(folder / "new.csv", "new") is None
    kept = results.put_pages(folder / "feedback", {"new.html": "new"})
    assert [path.name for path in (folder / "feedback").iterdir()] == ["new.html"]
    assert (kept / "old.html").read_text() == "old"
    assert results.put_pages(folder / "empty", {}) is None and results.put_pages(folder / "fresh", {}) is None
    assert not list(folder.glob(".*"))


def test_write_that_fails_leaves_the_earlier_results(folder, monkeypatch):
    def full(self, content):
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(results.PlaceError, match="No space left"):
        results.put_file(folder / "grades.csv", "new")
    with pytest.raises(results.PlaceError, match="No space left"):
        results.put_pages(folder / "feedback", {"new.html": "new"})
    assert (folder / "grades.csv").read_text() == "edited by hand"
    assert [path.name for path in (folder / "feedback").iterdir()] == ["old.html"]
    assert not list(folder.glob(".*"))


def test_table_that_cannot_be_put_into_place_is_shown(folder, monkeypatch):
    monkeypatch.chdir(folder)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = CliRunner().invoke(app, ["grade", "in", "--jobs", "1"])
    assert result.exit_code == 1 and "grades.csv cannot be written (No space left" in result.stderr
    assert "name,id,email" in result.stdout and "ann" in result.stdout
