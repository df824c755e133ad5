"""The course on Google Colab: called by the first code cell of a student notebook. Introduced in lecture 00.

Colab's own versions stay as they are wherever they suit: packages that are loaded already cannot be exchanged.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from course_utils import settings

FRONT_END = {"ipykernel", "ipywidgets", "jupyterlab", "jupytext"}  # Colab's page takes the place of JupyterLab
WORK_IN_DRIVE = "/content/drive/MyDrive/course_work"
HOW_TO_HAND_IN = """\
The course is ready. To keep this notebook: File > Save a copy in Drive.
To hand it in: run all its checks, then File > Download > Download .ipynb, and upload that file where your course collects work."""  # noqa: E501


def is_here() -> bool:
    """Return True where this Python is Colab's."""
    return "google.colab" in sys.modules


def set_up(keep_in_drive: bool) -> None:
    """Install what Colab lacks and the ``course`` command, and say how to keep and hand in one's work.

    Args:
        keep_in_drive: whether a reader's own files go to the reader's Google Drive, which asks for permission.

    Raises:
        RuntimeError: a package cannot be installed, or one that is loaded already is too old.

    Taught in lecture 00.
    """
    root = Path(__file__).resolve().parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    _install(*wanted(map(Requirement, project["dependencies"])))
    _install("--no-deps", "--editable", str(root))
    importlib.invalidate_caches()
    os.environ["COURSE_ROOT"] = str(root)
    if keep_in_drive:
        from google.colab import drive

        drive.mount("/content/drive")
        os.environ["COURSE_WORK"] = WORK_IN_DRIVE
    print(HOW_TO_HAND_IN)
    print(f"Your own files are kept in {settings.work_folder()}" + ("." if keep_in_drive else " until Colab stops."))


def wanted(requirements: Iterable[Requirement]) -> list[str]:
    """Return what is missing or too old here, of all that the course needs beside the page in the browser.

    Raises:
        RuntimeError: a package is too old and was loaded already.
    """
    found = []
    for requirement in requirements:
        if requirement.name in FRONT_END:
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            found.append(str(requirement))
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            if requirement.name in sys.modules:
                raise RuntimeError(
                    f"Colab has loaded {requirement.name} {version}, and the course needs {requirement.specifier}. "
                    f'Run: !pip install "{requirement}", then Runtime > Restart session, then this cell again.'
                )
            found.append(str(requirement))
    return found


def _install(*arguments: str) -> None:
    """Let pip install something, if anything; what was there before keeps its version unless it is named."""
    if not arguments:
        return
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *arguments], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"pip could not install {' '.join(arguments)}: {done.stderr.strip()[-1000:]}")
