"""Where the folder of the course is found: from the working folder, by COURSE_ROOT, beside the package; or nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from course_utils import settings

ROOT = Path(__file__).parents[2]


def make_course(folder: Path) -> Path:
    """Lay what makes a folder a course."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "course_utils").mkdir()
    (folder / "notebooks" / "syllabus.toml").touch()
    return folder


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """Work in a folder that lies in no course, with no variable set."""
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for variable in ("COURSE_ROOT", "COURSE_DATA"):
        monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture
def alone(outside, monkeypatch):
    """The package lies where a wheel lays it, beside no lectures."""
    monkeypatch.setattr(settings, "__file__", str(outside / "site-packages" / "course_utils" / "settings.py"))


def test_the_working_folder_comes_first_then_the_variable_then_the_clone(outside, tmp_path, monkeypatch):
    assert settings.course_root() == ROOT
    named, here = make_course(tmp_path / "named"), make_course(tmp_path / "here")
    monkeypatch.setenv("COURSE_ROOT", str(named))
    assert settings.course_root() == named
    monkeypatch.chdir(here / "notebooks")
    assert settings.course_root() == here
    assert settings.data_folder() == here / "data"


@pytest.mark.parametrize("missing", ["notebooks/syllabus.toml", "course_utils"])
def test_half_a_course_is_none(outside, tmp_path, monkeypatch, missing):
    half = make_course(tmp_path / "half")
    path = half / missing
    path.rmdir() if path.is_dir() else path.unlink()
    monkeypatch.chdir(half)
    assert settings.course_root() == ROOT


def test_the_package_alone_has_no_course_and_keeps_data_with_the_user(alone):
    assert settings.find_course() is None
    with pytest.raises(settings.NoCourse, match=r"lies in no copy of the course\. Go to a folder .* COURSE_ROOT"):
        settings.course_root()
    assert settings.data_folder() == platformdirs.user_data_path("course-utils", appauthor=False)


def test_a_variable_that_names_no_course_is_not_passed_over(outside, monkeypatch):
    monkeypatch.setenv("COURSE_ROOT", str(outside))
    for ask in (settings.course_root, settings.data_folder):
        with pytest.raises(settings.NoCourse, match=r"COURSE_ROOT is .*outside'; use a folder with notebooks"):
            ask()


def test_two_clones_with_one_environment_each_keep_their_own_work(tmp_path):
    """The package lies in this clone; what is started in the other one lands there."""
    other = make_course(tmp_path / "other")
    syllabus = (ROOT / "notebooks" / "syllabus.toml").read_text(encoding="utf-8")
    (other / "notebooks" / "syllabus.toml").write_text(syllabus, encoding="utf-8")
    released = next((ROOT / "notebooks").glob("03*.ipynb"))
    (other / "notebooks" / released.name).write_text("{}", encoding="utf-8")
    number = released.name.partition("_")[0]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    script = (
        "import course_utils, sys; from course_tools.cli import app; print(course_utils.__file__); app(sys.argv[1:])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, "start", number],
        cwd=other / "notebooks",
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == str(ROOT / "course_utils" / "__init__.py")
    assert (other / "my_work" / released.name).read_text(encoding="utf-8") == "{}"
