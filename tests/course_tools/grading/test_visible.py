"""A room shows nothing of the course but what lectures import, wherever the course lies: tried with copies of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from course_tools.grading import remote, seccomp
from course_tools.grading.remote import Server
from course_utils import settings

ROOT = settings.course_root()
# Closes a room as the server does and prints what is below a folder there, without Python's own and its packages.
LOOKS = """
import json, os, sys
from pathlib import Path
from course_tools.grading import isolation, visible
scratch, course, below, shown = map(Path, sys.argv[1:])
visible.SYSTEM += (str(shown),)
steps = visible.steps(course)
isolation.enter_namespaces()
if os.fork() == 0:
    isolation.close_the_room(scratch, steps, 1, 1)
    found = [str(Path(place, name)) for place, _, names in os.walk(below) for name in names]
    print(json.dumps(found), flush=True)
    os._exit(0)
os.wait()
"""


@pytest.fixture(scope="module", autouse=True)
def namespaces():
    server = Server()
    kind = server.isolation
    server.close()
    if kind != "namespaces":
        pytest.skip("needs namespaces, which this system does not have or does not allow")


def copied(place, *names):
    for name in names:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb", "images"))


def seen(tmp_path, course, path, shown):
    """Return the files that a room shows below ``tmp_path``, for a package found at ``path``."""
    (tmp_path / "scratch").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LOOKS, str(tmp_path / "scratch"), str(course), str(tmp_path), str(shown)],
        cwd=path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [Path(name).relative_to(tmp_path).as_posix() for name in json.loads(done.stdout)]


@pytest.mark.parametrize("inside", [True, False], ids=["inside what is shown", "elsewhere"])
def test_checkout_shows_what_lectures_import(tmp_path, inside):
    course = tmp_path / "usr" / "course"
    copied(course, "course_utils", "course_tools", "notebooks", "tests")
    (course / "README.md").write_text("read me")
    files = seen(tmp_path, course, course, tmp_path / "usr" if inside else tmp_path / "nothing")
    assert "usr/course/course_utils/losses.py" in files or "usr/course/course_utils/settings.py" in files
    assert not [name for name in files if not name.startswith("usr/course/course_utils/")]
    assert not [name for name in files if "/exercises/" in name]


def test_wheel_shows_what_lectures_import(tmp_path):
    course, packages = tmp_path / "usr" / "course", tmp_path / "usr" / "site-packages"
    copied(course, "course_utils", "notebooks")
    copied(packages, "course_utils", "course_tools")
    (packages / "library").mkdir()
    (packages / "library" / "module.py").write_text("")
    files = seen(tmp_path, course, packages, tmp_path / "usr")
    assert "usr/site-packages/library/module.py" in files and "usr/site-packages/course_utils/settings.py" in files
    assert not [name for name in files if "/exercises/" in name or "course_tools" in name or "usr/course" in name]


def test_course_and_package_in_two_clones_are_both_covered(tmp_path):
    one, other = tmp_path / "usr" / "one", tmp_path / "usr" / "other"
    for clone in (one, other):
        copied(clone, "course_utils", "course_tools", "notebooks")
    files = seen(tmp_path, one, other, tmp_path / "usr")
    assert files and not [name for name in files if not name.startswith("usr/other/course_utils/")]
    assert not [name for name in files if "/exercises/" in name]


def test_server_has_nothing_of_the_environment_but_what_is_named(monkeypatch):
    monkeypatch.setenv("COURSE_TEST_SECRET", "secret")
    server = Server()
    process = psutil.Process(server._process.pid)
    assert set(process.environ()) <= {*remote.PASSED_ON, *remote.ONE_THREAD, "LC_CTYPE"}
    assert not any("secret" in part or "seed" in part for part in process.cmdline())
    server.close()


def test_filter_refuses_every_call_of_its_table_and_no_thread():
    """In a process of its own; each call is given arguments that do nothing where it is allowed."""
    script = """
import ctypes, errno, json, threading
from course_tools.grading import seccomp
import platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = seccomp.refused(platform.machine())
seccomp.apply()
allowed = []
for name, number in numbers.items():
    ctypes.set_errno(0)
    result = libc.syscall(number, *[ctypes.c_long(-1)] * 6)
    if result != -1 or ctypes.get_errno() != errno.EPERM:
        allowed.append(name)
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
print(json.dumps(allowed))
"""
    assert seccomp.number("keyctl") is not None
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
