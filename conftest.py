"""What every test of the course runs under: the fast profile, no network, bundled data, one thread, no widgets.

It stands at the top so that it also holds for the notebooks that nbval collects.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

_scratch = os.environ.get("COURSE_TEST_SCRATCH")
if _scratch is None:  # the first process; workers inherit what it sets
    _scratch = tempfile.mkdtemp(prefix="course-test-")
    atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
    startup = Path(_scratch, "ipython", "profile_default", "startup")
    startup.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "tests" / "kernel_startup.py", startup / "00_warnings.py")
    Path(_scratch, "data").mkdir()
    # The sentence of a figure is compared, its pixels are not: fonts and profiles draw different ones.
    Path(_scratch, "nbval.cfg").write_text("[figure]\nregex: <img [^>]*>\nreplace: <img>\n", encoding="utf-8")
    if sys.platform == "darwin":  # hosted Macs offer an MPS device that then has no memory
        os.environ.setdefault("COURSE_DEVICE", "cpu")
    os.environ.update(
        COURSE_TEST_SCRATCH=_scratch,
        COURSE_TEST_ALLOWED_WARNINGS=str(Path(__file__).parent / "tests" / "allowed_warnings.toml"),
        COURSE_PROFILE="fast",
        COURSE_OFFLINE="1",
        COURSE_WIDGETS="0",
        COURSE_DATA=str(Path(_scratch, "data")),
        COURSE_WORK=str(Path(_scratch, "my_work")),
        IPYTHONDIR=str(Path(_scratch, "ipython")),
        OMP_NUM_THREADS="1",
        OMP_WAIT_POLICY="PASSIVE",
        OPENBLAS_NUM_THREADS="1",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.option.nbval_sanitize_with = str(Path(_scratch, "nbval.cfg"))
