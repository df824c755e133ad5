"""``course test``: the whole test suite. For authors and CI.

What pytest collects, how it compares notebooks and the settings they run under stand in ``pyproject.toml`` and in
the ``conftest.py`` beside it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from course_utils import settings

# Two processes of one thread each, on whatever machine: enough for two cores, and little memory.
COMMAND = [sys.executable, "-m", "pytest", "-n", "2"]


def run() -> int:
    """Run the unit tests and all notebooks.

    Returns:
        pytest's exit code, 0 where all passed.

    Raises:
        ModuleNotFoundError: pytest is not installed.
    """
    if importlib.util.find_spec("pytest") is None:
        raise ModuleNotFoundError("no pytest", name="pytest")
    return subprocess.run(COMMAND, cwd=settings.course_root()).returncode
