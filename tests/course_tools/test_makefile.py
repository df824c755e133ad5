"""Set-up by make, with a stand-in for Python that only writes down what it is asked: no network, no time."""

import os
import re
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
asked="$(basename "$0") $*"
echo "$asked" >> log
case "$asked" in
  *"${FAKE_FAILS:-nothing fails}"*) exit 1 ;;
  *"/dev/stdin"*) cat >> read; echo end of input >> read ;;
  *"-m venv --clear .venv") rm -rf .venv; mkdir -p .venv/bin
    for n in python uv course; do cp "$0" .venv/bin/$n; done ;;
esac
"""
VENV = "python3 -m venv --clear .venv"
GET_UV = "python -m pip install --require-hashes --requirement /dev/stdin"
THROUGH_UV = "uv pip install --python .venv --require-hashes --requirement requirements.lock"
THROUGH_PIP = "python -m pip install --require-hashes --requirement /dev/stdin"
DEV = " --requirement requirements-dev.lock"
ITSELF = "python -m pip install --no-deps --no-build-isolation --editable ."
READER = [VENV, GET_UV, THROUGH_UV, ITSELF]
AUTHOR = [VENV, GET_UV, THROUGH_UV + DEV, ITSELF]

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="Windows readers use conda"
)


class Course:
    """A folder with the Makefile, a lock file and the stand-in for Python."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", folder)
        for name in ["requirements.lock", "requirements-dev.lock", "pyproject.toml"]:
            shutil.copy(ROOT / name, folder)
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
            timeout=600,
        )

    @property
    def log(self) -> list[str]:
        """What the stand-ins were asked for by the last make."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture(params=["course", "my course (2026), signals & images"])
def course(tmp_path, request):
    return Course(tmp_path / request.param)


@pytest.mark.parametrize(("command", "installed"), [("lab", READER), ("test", AUTHOR), ("build", AUTHOR)])
def test_the_first_run_sets_up_and_the_second_does_not(course, command, installed):
    assert course.make(command).returncode == 0
    assert course.log == [*installed, f"course {command}"]
    assert course.make(command).returncode == 0
    assert course.log == [f"course {command}"]


def test_a_reader_has_no_tools_of_authors_until_they_are_asked_for(course):
    course.make("setup-lab")
    assert course.log == READER
    course.make("test")
    assert course.log == [*AUTHOR[1:], "course test"]
    course.make("lab")
    assert course.log == ["course lab"]


@pytest.mark.parametrize("step", ["venv", "editable"])
@pytest.mark.parametrize(("command", "installed"), [("lab", READER), ("test", AUTHOR)])
def test_a_set_up_cut_short_is_repaired_by_running_again(course, command, installed, step):
    assert course.make(command, FAKE_FAILS=step).returncode != 0
    assert f"course {command}" not in course.log
    assert course.make(command).returncode == 0
    assert course.log == [*installed, f"course {command}"]


def test_without_uv_pip_installs_the_same(course):
    result = course.make("test", FAKE_FAILS="uv pip")
    assert result.returncode == 0
    assert "pip installs the same" in result.stdout
    assert course.log == [*AUTHOR[:3], THROUGH_PIP + DEV, ITSELF, "course test"]


def test_where_neither_can_install_nothing_counts_as_set_up(course):
    assert course.make("lab", FAKE_FAILS="require-hashes").returncode != 0
    assert course.log == [VENV, GET_UV, THROUGH_PIP]
    course.make("lab")
    assert course.log == [*READER, "course lab"]


def test_uv_comes_from_the_lock_and_pip_does_not_need_it(course):
    """What pip reads from its standard input: first uv alone, with its hashes; then, without uv, everything else."""
    assert course.make("setup-lab", FAKE_FAILS="uv pip").returncode == 0
    only_uv, the_rest, _ = (course.folder / "read").read_text().split("end of input\n")
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"^(\w+)==", only_uv, re.M) == ["uv"] and "--hash=sha256:" in only_uv
    assert re.search(r"^numpy==", the_rest, re.M) and not re.search(r"^uv==", the_rest, re.M)
    assert sorted((only_uv + the_rest).splitlines()) == sorted(locked.splitlines())


@pytest.mark.parametrize(
    ("command", "lock", "updated"),
    [
        ("setup-lab", "requirements.lock", READER[1:]),
        ("setup-lab", "requirements-dev.lock", []),
        ("setup", "requirements.lock", AUTHOR[1:]),
        ("setup", "requirements-dev.lock", AUTHOR[1:]),
        ("setup", "pyproject.toml", AUTHOR[1:]),
    ],
)
def test_a_new_lock_file_updates_what_is_there(course, command, lock, updated):
    course.make(command)
    future = (course.folder / ".venv/.lab").stat().st_mtime + 10
    os.utime(course.folder / lock, (future, future))
    course.make(command)
    assert course.log == updated


def test_packages_that_uv_run_or_a_reader_changed_are_put_back(course):
    course.make("setup-lab")
    packages = course.folder / ".venv" / "lib" / "python3.13" / "site-packages"
    packages.mkdir(parents=True)
    future = (course.folder / ".venv/.lab").stat().st_mtime + 10
    os.utime(packages, (future, future))
    course.make("setup-lab")
    assert course.log == READER[1:]


def test_an_update_cut_short_starts_afresh(course):
    course.make("setup")
    os.utime(course.folder / "pyproject.toml", (2**32, 2**32))
    assert course.make("setup", FAKE_FAILS="editable").returncode != 0
    course.make("setup")
    assert course.log == AUTHOR


def test_a_moved_course_is_set_up_afresh(course):
    course.make("setup")
    course.folder = course.folder.rename(course.folder.with_name("elsewhere"))
    course.make("setup")
    assert course.log == AUTHOR
    course.make("setup")
    assert course.log == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("setup-lab", "--constraints requirements.lock --editable ."),
        ("setup", "--constraints requirements.lock --constraints requirements-dev.lock --editable .[dev]"),
    ],
)
def test_small_torch_comes_through_uv_and_stays(course, command, options):
    assert course.make(command, "TORCH_BACKEND=cpu").returncode == 0
    small = f"uv pip install --python .venv --torch-backend=cpu --no-verify-hashes {options}"
    assert course.log == [VENV, GET_UV, small]
    course.make("lab")
    assert course.log == ["course lab"]
    course.make("lab", "TORCH_BACKEND=cpu")
    assert course.log == ["course lab"]


def test_asking_for_small_torch_later_takes_the_large_one_away(course):
    course.make("setup")
    course.make("setup", "TORCH_BACKEND=cpu")
    assert course.log[0] == VENV


def test_the_locks_are_written_from_pyproject(course):
    course.make("setup")
    assert course.make("lock", "UPGRADE=--upgrade").returncode == 0
    reader, author = course.log
    same = (
        "uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet --upgrade"
    )
    assert reader == f"{same} --group setup --output-file requirements.lock"
    assert author.startswith(
        f"{same} --extra dev --constraints requirements.lock --output-file requirements-dev.lock --no-emit-package "
    )
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M)
    assert re.findall(r"--no-emit-package (\S+)", author) == locked


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
