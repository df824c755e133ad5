"""``course start`` and ``course reset``: a reader's copies, of which nothing is ever lost."""

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools import files, syllabus
from course_tools.cli import app, workspace

NOW = datetime(2026, 11, 23, 22, 31)


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


def contents(root: Path) -> dict[str, str]:
    work = root / "my_work"
    return {path.relative_to(work).as_posix(): path.read_text() for path in work.rglob("*") if path.is_file()}


@pytest.fixture
def mine(root):
    """My copy of lecture 02, with something of mine in it."""
    course("start", "02")
    path = root / "my_work" / "02_toy.ipynb"
    path.write_text("mine")
    return path


def test_start_copies_and_says_where_and_what_next(root):
    result = course("start", "2")
    path, following = result.stdout.splitlines()
    assert (result.exit_code, path) == (0, str(root / "my_work" / "02_toy.ipynb"))
    assert "course lab 02" in following
    assert contents(root) == {"02_toy.ipynb": "as released"}


def test_start_never_writes_over_a_file(root, mine):
    result = course("start", "02")
    assert result.exit_code == 1
    assert "course reset 02" in result.stderr
    assert contents(root) == {"02_toy.ipynb": "mine"}


@pytest.fixture
def given(root):
    """Lecture 02 gives two files beside its notebook."""
    folder = root / "notebooks" / "source" / "given" / "02"
    folder.mkdir(parents=True)
    for name in ("layers.py", "test_layers.py"):
        (folder / name).write_text("as given")


@pytest.mark.parametrize("command", [("start", "02"), ("start", "--all")])
def test_start_lays_the_files_that_a_lecture_gives_beside_it(root, given, command):
    course(*command)
    assert contents(root).items() >= {"02_toy.ipynb": "as released", "test_layers.py": "as given"}.items()


def test_files_that_a_lecture_gives_are_never_written_over(root, given):
    (root / "my_work").mkdir()
    (root / "my_work" / "layers.py").write_text("mine")
    assert course("start", "02").exit_code == 0
    course("reset", "02")
    assert contents(root).items() >= {"layers.py": "mine", "test_layers.py": "as given"}.items()


def test_start_all_lays_what_is_missing(root, mine):
    result = course("start", "--all")
    assert (result.exit_code, "1 new" in result.stdout) == (0, True)
    assert contents(root) == {"01_toy.ipynb": "as released", "02_toy.ipynb": "mine"}


@pytest.mark.parametrize("arguments", [[], ["02", "--all"], ["--all", "--solutions"]])
def test_start_wants_one_lecture_or_all(root, arguments):
    assert course("start", *arguments).exit_code == 2
    assert not (root / "my_work").exists()


def test_solutions_have_a_folder_of_their_own(root, mine):
    assert course("start", "02", "--solutions").exit_code == 0
    assert contents(root) == {"02_toy.ipynb": "mine", "solutions/02_toy.ipynb": "with solutions"}
    again = course("start", "02", "--solutions")
    assert (again.exit_code, "course reset 02 --solutions" in again.stderr) == (1, True)
    kept, _ = workspace.reset(syllabus.lecture("02"), NOW, solutions=True)
    assert kept.relative_to(root / "my_work").as_posix() == "kept/2026-11-23_22h31/solutions/02_toy.ipynb"


def test_the_folder_can_be_elsewhere(root, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "home" / "course work"))
    assert course("start", "02").exit_code == 0
    assert (tmp_path / "home" / "course work" / "02_toy.ipynb").read_text() == "as released"
    assert not (root / "my_work").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
@pytest.mark.parametrize("command", ["start", "reset"])
def test_a_full_disk_loses_nothing_and_leaves_no_half_file(root, command):
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
    assert contents(root) == ({"02_toy.ipynb": "mine"} if command == "reset" else {})


@pytest.mark.parametrize("command", ["start", "lab"])
def test_a_folder_that_cannot_be_made_ends_in_a_sentence(root, command):
    (root / "my_work").write_text("a file of this name")
    result = course(command, "02")
    assert (result.exit_code, "COURSE_WORK" in result.stderr, "course doctor" in result.stderr) == (1, True, True)


def test_reset_where_nothing_can_be_written_ends_in_a_sentence(root, mine, monkeypatch):
    def refuse(path, content):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    result = course("reset", "02")
    assert (result.exit_code, "COURSE_WORK" in result.stderr) == (1, True)
    assert "Permission denied" in result.stderr and f"your copy: {mine}" in result.stderr
    assert contents(root) == {"02_toy.ipynb": "mine"}


def test_reset_keeps_every_old_copy(root, mine):
    for text in ["first", "second", "third"]:
        mine.write_text(text)
        kept, fresh = workspace.reset(syllabus.lecture("02"), NOW)
        assert (kept.read_text(), fresh.read_text()) == (text, "as released")
    assert contents(root) == {
        "02_toy.ipynb": "as released",
        "kept/2026-11-23_22h31/02_toy.ipynb": "first",
        "kept/2026-11-23_22h31_2/02_toy.ipynb": "second",
        "kept/2026-11-23_22h31_3/02_toy.ipynb": "third",
    }


def test_reset_says_where_both_copies_are(root, mine):
    result = course("reset", "02")
    assert result.exit_code == 0
    assert re.search(r"your old copy: .*kept.\d{4}-\d\d-\d\d_\d\dh\d\d.02_toy\.ipynb", result.stdout)
    assert f"fresh copy: {mine}" in result.stdout


def test_reset_leaves_what_another_program_saved_meanwhile(root, mine, monkeypatch):
    real = files.put

    def save_first(passing, path):
        path.write_text("saved a moment ago")
        real(passing, path)

    monkeypatch.setattr(files, "put", save_first)
    result = course("reset", "02")
    assert result.exit_code == 1
    assert sorted(contents(root).values()) == ["mine", "saved a moment ago"]


RESET = """
import sys, time
from datetime import datetime
from pathlib import Path
from course_tools import syllabus
from course_tools.cli import workspace
from course_utils import settings

settings.course_root = lambda: Path(sys.argv[1])
lecture = syllabus.lecture("02")
print("ready", flush=True)
sys.stdin.readline()
try:
    workspace.reset(lecture, datetime(2026, 11, 23, 22, 31))
except workspace.WorkspaceError:
    pass  # the others were faster; what counts is what is left
"""


def test_resets_at_the_same_moment_lose_nothing(root, mine):
    for attempt in range(10):
        mine.write_text(f"mine {attempt}")
        resets = [
            subprocess.Popen([sys.executable, "-c", RESET, root], stdin=-1, stdout=-1, text=True) for _ in range(3)
        ]
        for one in resets:
            one.stdout.readline()
        for one in resets:
            one.stdin.write("\n")
            one.stdin.flush()
        for one in resets:
            one.communicate(timeout=60)
            assert one.returncode == 0
        found = contents(root)
        assert f"mine {attempt}" in found.values()
        assert set(found.values()) <= {"as released", *(f"mine {before}" for before in range(attempt + 1))}
        assert not any(name.endswith(".part") for name in found)


def test_reset_without_a_copy_names_start(root):
    result = course("reset", "02")
    assert (result.exit_code, "course start 02" in result.stderr) == (1, True)


def test_reset_without_a_released_notebook_touches_nothing(root, mine):
    (root / "notebooks" / "02_toy.ipynb").unlink()
    result = course("reset", "02")
    assert (result.exit_code, "course build" in result.stderr) == (1, True)
    assert contents(root) == {"02_toy.ipynb": "mine"}
