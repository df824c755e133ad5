"""``course test``: the whole test suite. For authors and CI.

What pytest collects, how it compares notebooks and the settings they run under stand in ``pyproject.toml`` and in
the ``conftest.py`` beside it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from course_utils import settings

# Three processes of one thread each, on whatever machine: two cores are busy while one of them waits for a kernel, a
# browser, or a time limit, and the memory is little.
COMMAND = [sys.executable, "-m", "pytest", "-n", "3"]
# What can be tested in a copy that instructors made for students, without notebooks/source and notebooks/solutions.
WITHOUT_SOURCES = ["tests/course_utils", "notebooks"]


def run() -> int:
    """Run the unit tests and all notebooks; without the lectures' sources, the package's tests and the student copies.

    Returns:
        pytest's exit code, 0 where all passed.

    Raises:
        ModuleNotFoundError: pytest is not installed.
    """
    if importlib.util.find_spec("pytest") is None:
        raise ModuleNotFoundError("no pytest", name="pytest")
    root = settings.course_root()
    whole = (root / "notebooks" / "source").is_dir()
    if not whole:
        print("notebooks/source is not here: testing course_utils and the notebooks, not the tools that need sources")
    return subprocess.run(COMMAND + ([] if whole else WITHOUT_SOURCES), cwd=root).returncode
