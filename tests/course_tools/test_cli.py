"""The ``course`` command: data and authors' commands. Copies, server, update and doctor have files of their own."""

import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools.authoring import build, execute
from course_tools.cli import app, suite
from course_utils import data


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("command", [["start"], ["reset"], ["lab"], ["execute"]])
def test_an_unknown_lecture_is_a_misspelt_command(root, command):
    result = course(*command, "77")
    assert result.exit_code == 2
    assert "there are 01, 02" in result.stderr


def test_data_list_shows_every_set():
    result = course("data", "list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(data.registry())


def test_data_get_says_why_it_cannot():
    result = course("data", "get", "mnist")  # the test suite forbids downloads
    assert (result.exit_code, "COURSE_OFFLINE" in result.stderr) == (1, True)
    result = course("data", "get", "nist")
    assert (result.exit_code, "mnist" in result.stderr) == (2, True)


def test_data_verify_fails_only_on_damage(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert course("data", "verify").exit_code == 0
    entry = data.registry()["mnist"]
    entry.path.mkdir(parents=True)
    (entry.path / entry.files[0].name).write_bytes(b"not what it should be")
    result = course("data", "verify")
    assert result.exit_code == 1
    assert f"{entry.files[0].name} is damaged" in result.stdout
    assert "course data get mnist" in result.stderr


def test_build_prints_what_it_wrote(monkeypatch):
    monkeypatch.setattr(build, "build", lambda: [Path("a.ipynb")])
    result = course("build")
    assert (result.exit_code, result.stdout) == (0, "a.ipynb\n")


@pytest.mark.parametrize(("problems", "code"), [([], 0), (["a.ipynb differs; mend it with: course build"], 1)])
def test_build_check_fails_on_drift(monkeypatch, problems, code):
    monkeypatch.setattr(build, "problems", lambda: problems)
    result = course("build", "--check")
    assert result.exit_code == code
    assert result.stderr.splitlines() == problems


def test_execute_reports_times_and_failures(root, monkeypatch):
    monkeypatch.setattr(execute, "execute", lambda lecture, profile: execute.ExecutionReport(12.3, 4, 5.6))
    result = course("execute", "02", "--profile", "fast")
    assert (result.exit_code, result.stdout) == (0, "02_toy: 12 s, slowest cell 4 (6 s), profile fast\n")

    def fail(lecture, profile):
        raise RuntimeError("cell 3 writes to stderr")

    monkeypatch.setattr(execute, "execute", fail)
    result = course("execute", "02")
    assert (result.exit_code, result.stderr) == (1, "02_toy: cell 3 writes to stderr\n")


@pytest.mark.parametrize(("script", "code"), [("pass", 0), ("import sys; sys.exit(5)", 1)])
def test_test_passes_on_whether_pytest_passed(monkeypatch, script, code):
    monkeypatch.setattr(suite, "COMMAND", [sys.executable, "-c", script])
    assert course("test").exit_code == code


def test_test_leaves_out_what_needs_sources_where_there_are_none(monkeypatch, root):
    for asked in (suite.WITHOUT_SOURCES, []):  # first a copy without sources, then one that has them
        script = f"import sys; sys.exit(sys.argv[1:] != {asked})"
        monkeypatch.setattr(suite, "COMMAND", [sys.executable, "-c", script])
        result = course("test")
        assert result.exit_code == 0
        assert result.stdout.startswith("notebooks/source is not here") == bool(asked)
        (root / "notebooks" / "source").mkdir(exist_ok=True)


COMMANDS = [
    "adopt",
    "lab",
    "start",
    "reset",
    "update",
    "doctor",
    "data",
    "build",
    "execute",
    "lint",
    "new",
    "mutate",
    "slides",
    "site",
    "test",
    "data list",
    "data get",
    "data verify",
    "progress",
    "release",
    "grade",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    result = course(*command.split(), "--help")
    assert result.exit_code == 0
    assert command == "data" or f"course {command}" in result.stdout.partition("Example")[2]


def test_grade_says_what_to_do_on_windows(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Windows")
    result = CliRunner().invoke(app, ["grade", str(tmp_path), "--out", str(tmp_path / "grades.csv")])
    assert result.exit_code == 1 and "WSL" in result.output
    assert list(tmp_path.iterdir()) == []


def test_all_commands_are_tested_above():
    listed = re.findall(r"^  (\w+) {2,}", course("--help").stdout.partition("Commands:")[2], re.M)
    assert sorted(listed) == sorted(command for command in COMMANDS if " " not in command)
