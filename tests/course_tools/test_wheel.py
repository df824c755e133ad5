"""The package from a wheel, without the folder of the course: data, checks and doctor work, the rest says why not."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course_tools import syllabus
from course_utils.exercises import engine

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder that the wheel was unpacked to, which is what installing it does to pure Python."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


@pytest.fixture
def run(installed, tmp_path):
    """Return a function that runs code with the wheel's packages, in an empty folder, for a user without data."""
    (tmp_path / "empty").mkdir()
    settings = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    settings |= {"PYTHONPATH": str(installed), "HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    settings |= {"COURSE_OFFLINE": "1", "OMP_NUM_THREADS": "1"}

    def run(code: str) -> subprocess.CompletedProcess:
        found = f"import course_utils; assert course_utils.__file__.startswith({str(installed)!r})\n"
        return subprocess.run(
            [sys.executable, "-c", found + code], cwd=tmp_path / "empty", env=settings, capture_output=True, text=True
        )

    yield run
    assert list((tmp_path / "empty").iterdir()) == []


def course(*arguments: str) -> str:
    """Return code that does what the installed command does."""
    return (
        "import importlib.metadata, sys\n"
        "(door,) = importlib.metadata.distribution('course-utils').entry_points.select(name='course')\n"
        f"sys.argv = ['course', *{arguments!r}]\n"
        "door.load()()"
    )


def test_digits_and_checks_work(run):
    exercise = next(iter(engine.of_lecture(syllabus.lectures()[1].number)))
    result = run(
        "from course_utils import data\n"
        "from course_utils.exercises import check\n"
        "print(len(data.digits().X_train))\n"
        f"print(check({exercise!r}, None))"
    )
    assert result.returncode == 0, result.stderr
    assert "1157" in result.stdout
    assert f"Exercise {exercise}: not attempted" in result.stdout


def test_doctor_finds_all_well_and_says_that_lectures_are_elsewhere(run):
    result = run(course("doctor"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == "all is well"
    assert "lectures need their folder" in result.stdout
    names = [line.split()[1] for line in result.stdout.splitlines()[:-2]]
    assert "torch" in names and "nbgrader" not in names  # what a reader needs, no tools of authors


def test_data_sets_are_listed(run):
    assert "CC BY-SA 3.0" in run(course("data", "list")).stdout


@pytest.mark.parametrize("command", [("lab",), ("start", "02a"), ("build",), ("test",)])
def test_what_needs_the_lectures_says_so(run, command):
    result = run(course(*command))
    assert result.returncode == 1
    assert "lies in no copy of the course" in result.stderr
    assert "Traceback" not in result.stderr
