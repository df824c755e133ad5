"""Set-up by make, with a stand-in for Python that only writes down what it is asked: no network, no time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAKE = """#!/bin/sh
case "$*" in
  -c*) exit ${FAKE_TOO_OLD:-0} ;;
  --version) echo Python 3.9.9; exit ;;
esac
echo "$(basename "$0") $*" >> log
case "$*" in
  *"${FAKE_FAILS:-nothing fails}"*) exit 1 ;;
  "-m venv --clear .venv") rm -rf .venv; mkdir -p .venv/bin; for n in python uv course; do cp "$0" .venv/bin/$n; done ;;
esac
"""
LOCKED = [
    "python3 -m venv --clear .venv",
    "python -m pip install --require-hashes --requirement requirements.lock",
    "python -m pip install --no-deps --no-build-isolation --editable .",
]

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="Windows readers use conda"
)


class Course:
    """A folder with the Makefile, a lock file and the stand-in for Python."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", folder)
        for name in ["requirements.lock", "pyproject.toml"]:
            (folder / name).touch()
            os.utime(folder / name, (0, 0))
        fake = folder / "tools" / "python3"
        fake.write_text(FAKE)
        fake.chmod(0o755)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run make as from a shell of its own, with the stand-in first on the path."""
        (self.folder / "log").unlink(missing_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
        path = f"{self.folder / 'tools'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=kept | {"PATH": path} | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    @property
    def log(self) -> list[str]:
        """What the stand-ins were asked for by the last make."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture(params=["course", "my course (2026), signals & images"])
def course(tmp_path, request):
    return Course(tmp_path / request.param)


def test_first_run_sets_up_and_the_second_does_not(course):
    assert course.make("test").returncode == 0
    assert course.log == [*LOCKED, "course test"]
    assert course.make("lab").returncode == 0
    assert course.log == ["course lab"]


@pytest.mark.parametrize("step", ["venv", "requirements.lock", "editable"])
def test_a_set_up_cut_short_is_repaired_by_running_again(course, step):
    assert course.make("test", FAKE_FAILS=step).returncode != 0
    assert "course test" not in course.log
    assert course.make("test").returncode == 0
    assert course.log == [*LOCKED, "course test"]


def test_a_new_lock_file_updates_what_is_there(course):
    course.make("setup")
    future = (course.folder / ".venv/.ready").stat().st_mtime + 10
    os.utime(course.folder / "requirements.lock", (future, future))
    course.make("setup")
    assert course.log == LOCKED[1:]


def test_an_update_cut_short_starts_afresh(course):
    course.make("setup")
    os.utime(course.folder / "pyproject.toml", (2**32, 2**32))
    assert course.make("setup", FAKE_FAILS="requirements.lock").returncode != 0
    course.make("setup")
    assert course.log == LOCKED


def test_a_moved_course_is_set_up_afresh(course):
    course.make("setup")
    course.folder = course.folder.rename(course.folder.with_name("elsewhere"))
    course.make("setup")
    assert course.log == LOCKED
    course.make("setup")
    assert course.log == []


def test_small_torch_comes_through_uv_and_stays(course):
    assert course.make("setup", "TORCH_BACKEND=cpu").returncode == 0
    assert course.log == [
        LOCKED[0],
        "python -m pip install uv",
        "uv pip install --python .venv --torch-backend=cpu --no-verify-hashes "
        "--constraints requirements.lock --editable .[dev]",
    ]
    course.make("lab")
    assert course.log == ["course lab"]
    course.make("lab", "TORCH_BACKEND=cpu")
    assert course.log == ["course lab"]


def test_asking_for_small_torch_later_takes_the_large_one_away(course):
    course.make("setup")
    course.make("setup", "TORCH_BACKEND=cpu")
    assert course.log[0] == LOCKED[0]


def test_an_old_python_is_named_with_what_to_do(course):
    result = course.make("lab", FAKE_TOO_OLD="1")
    assert result.returncode != 0
    assert "needs Python 3.11 or newer; python3 is Python 3.9.9" in result.stdout
    assert "make lab PYTHON=" in result.stdout
    assert course.log == []


def test_bench_runs_every_benchmark_and_stops_at_a_failure(course):
    (course.folder / "benchmarks").mkdir()
    for name in ["bench_a.py", "bench_b.py"]:
        (course.folder / "benchmarks" / name).touch()
    course.make("setup")
    assert course.make("bench").returncode == 0
    assert course.log == ["python benchmarks/bench_a.py", "python benchmarks/bench_b.py"]
    assert course.make("bench", FAKE_FAILS="bench_a").returncode != 0
    assert course.log == ["python benchmarks/bench_a.py"]
