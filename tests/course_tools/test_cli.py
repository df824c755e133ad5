"""The ``course`` command: copies, server, data, authors' commands. ``course doctor`` has a file of its own."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import webbrowser
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import build, execute
from course_tools.cli import app, lab, suite, workspace
from course_utils import data, settings

NOW = datetime(2026, 11, 23, 22, 31)
SYLLABUS = """
[course]
title = "T"
repository = ""

[[lecture]]
number = "02"
slug = "02_toy"
title = "Toy"
minutes = 1
exercise_minutes = 1
cpu_seconds = 1
topics = []
errata = []
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course of one lecture."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "syllabus.toml").write_text(SYLLABUS)
    (tmp_path / "notebooks" / "02_toy.ipynb").write_text("as released")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    return tmp_path


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


def contents(root: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (root / "my_work").iterdir()}


def test_start_copies_and_prints_the_path(root):
    result = course("start", "2")
    assert (result.exit_code, result.stdout.strip()) == (0, str(root / "my_work" / "02_toy.ipynb"))
    assert contents(root) == {"02_toy.ipynb": "as released"}


def test_start_never_writes_over_a_file(root):
    course("start", "02")
    (root / "my_work" / "02_toy.ipynb").write_text("mine")
    result = course("start", "02")
    assert result.exit_code == 1
    assert "course reset 02" in result.stderr
    assert contents(root) == {"02_toy.ipynb": "mine"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
@pytest.mark.parametrize(("command", "left"), [("start", {}), ("reset", {"02_toy.ipynb": "mine"})])
def test_a_full_disk_loses_nothing_and_leaves_no_half_file(root, command, left):
    import resource

    if command == "reset":
        course("start", "02")
        (root / "my_work" / "02_toy.ipynb").write_text("mine")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))  # bytes: less than the notebook has
    try:
        result = course(command, "02")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (result.exit_code, "02_toy.ipynb" in result.stderr) == (1, True)
    assert contents(root) == left


def test_a_folder_that_cannot_be_made_is_named(root):
    (root / "my_work").write_text("a file of this name")
    result = course("start", "02")
    assert (result.exit_code, "course doctor" in result.stderr) == (1, True)


def test_reset_keeps_every_old_copy(root):
    course("start", "02")
    lecture, mine = syllabus.lecture("02"), root / "my_work" / "02_toy.ipynb"
    for text in ["first", "second", "third"]:
        mine.write_text(text)
        kept, fresh = workspace.reset(lecture, NOW)
        assert (kept.read_text(), fresh.read_text()) == (text, "as released")
    assert contents(root) == {
        "02_toy.ipynb": "as released",
        "02_toy.2026-11-23_2231.ipynb": "first",
        "02_toy.2026-11-23_2231_2.ipynb": "second",
        "02_toy.2026-11-23_2231_3.ipynb": "third",
    }


def test_reset_says_where_both_copies_are(root):
    course("start", "02")
    result = course("reset", "02")
    assert result.exit_code == 0
    assert re.search(r"your old copy: .*02_toy\.\d{4}-\d\d-\d\d_\d{4}\.ipynb", result.stdout)
    assert f"fresh copy: {root / 'my_work' / '02_toy.ipynb'}" in result.stdout


def test_reset_without_a_copy_names_start(root):
    result = course("reset", "02")
    assert (result.exit_code, "course start 02" in result.stderr) == (1, True)


def test_reset_without_a_released_notebook_touches_nothing(root):
    course("start", "02")
    (root / "notebooks" / "02_toy.ipynb").unlink()
    result = course("reset", "02")
    assert (result.exit_code, "course build" in result.stderr) == (1, True)
    assert contents(root) == {"02_toy.ipynb": "as released"}


@pytest.mark.parametrize("command", [["start"], ["reset"], ["lab"], ["execute"]])
def test_an_unknown_lecture_is_a_misspelt_command(root, command):
    result = course(*command, "77")
    assert result.exit_code == 2
    assert "there are 02" in result.stderr


@pytest.mark.parametrize("started", [False, True])
def test_lab_opens_my_copy_where_there_is_one(root, started):
    if started:
        course("start", "02")
    arguments = lab.server_arguments(syllabus.lecture("02"))
    folder = "my_work" if started else "notebooks"
    assert f"--LabApp.default_url=/lab/tree/{folder}/02_toy.ipynb" in arguments


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no root")
@pytest.mark.parametrize(("user", "expected"), [(0, True), (1000, False)])
def test_lab_asks_for_root_only_as_root(monkeypatch, user, expected):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.server_arguments(None)) is expected


@pytest.mark.parametrize(
    ("found", "expected"), [("firefox", True), ("w3m", False), (webbrowser.Error("none"), False)], ids=str
)
def test_lab_opens_only_a_browser_with_windows(monkeypatch, found, expected):
    def get():
        if isinstance(found, Exception):
            raise found
        return webbrowser.GenericBrowser(found)

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", get)
    assert ("--no-browser" not in lab.server_arguments(None)) is expected


@pytest.mark.skipif(sys.platform == "win32", reason="stopped by a POSIX signal")
def test_lab_serves_the_course_without_a_browser(tmp_path):
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "BROWSER"}
    environment |= {"JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    environment["BROWSER"] = "w3m"  # one without windows, so that macOS too has none to open
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as stream:
        command = [sys.executable, "-c", "from course_tools.cli import app; app()", "lab"]
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
    try:
        address = wait_for_address(log, server)
        with urllib.request.urlopen(address, timeout=20) as page:
            assert page.status == 200 and b"jupyter" in page.read().lower()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def wait_for_address(log: Path, server: subprocess.Popen) -> str:
    for _ in range(300):
        found = re.search(r"http://localhost:\d+/lab/tree/notebooks\?token=\w+", log.read_text(encoding="utf-8"))
        if found:
            return found.group()
        assert server.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"no address printed:\n{log.read_text(encoding='utf-8')}")


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


COMMANDS = [
    "lab",
    "start",
    "reset",
    "doctor",
    "data",
    "build",
    "execute",
    "lint",
    "mutate",
    "slides",
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
