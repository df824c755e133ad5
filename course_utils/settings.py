"""Where a lecture runs: profile, folders, network, widgets, device.

The only module that reads ``COURSE_*`` environment variables. Taught in lecture 00.

=====================  ======================================================================
``COURSE_PROFILE``     ``full`` (default: real training lengths) or ``fast`` (what CI runs)
``COURSE_ROOT``        folder of the course, for a working folder that lies in none
``COURSE_DATA``        folder of the data sets (default: ``data/`` of the course)
``COURSE_WORK``        folder of a reader's own copies (default: ``my_work/`` of the course)
``COURSE_OFFLINE``     ``1`` forbids every download
``COURSE_WIDGETS``     ``0`` shows a still figure where a slider would stand
``COURSE_DEVICE``      ``cpu``, ``cuda`` or ``mps``: trains there (default: the best that is found)
=====================  ======================================================================
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch

PROFILES = ("full", "fast")
DEVICES = ("cpu", "cuda", "mps")
T = TypeVar("T")


class NoCourse(ValueError):
    """The folder of the course is needed and there is none; the message says what to do."""


def profile() -> str:
    """Return the profile of this run, ``"full"`` or ``"fast"``.

    Raises:
        ValueError: ``COURSE_PROFILE`` holds another word.
    """
    return _one_of("COURSE_PROFILE", PROFILES) or "full"


def by_profile(*, full: T, fast: T) -> T:
    """Return ``full`` or ``fast``, whichever this run uses: the one way in which the two differ."""
    return full if profile() == "full" else fast


def offline() -> bool:
    """Return True where ``COURSE_OFFLINE`` forbids downloads."""
    return _switched_on("COURSE_OFFLINE", default=False)


def widgets_enabled() -> bool:
    """Return False where ``COURSE_WIDGETS=0`` asks for still figures instead of sliders."""
    return _switched_on("COURSE_WIDGETS", default=True)


def course_root() -> Path:
    """Return the folder that holds ``notebooks/``, ``course_utils/`` and ``data/``, as :func:`find_course` finds it.

    Raises:
        NoCourse: there is none, or ``COURSE_ROOT`` names a folder that is none.
    """
    folder = find_course()
    if folder is None:
        raise NoCourse(
            f"The lectures are not here: {Path.cwd()} lies in no copy of the course. "
            "Go to a folder of the course, or set COURSE_ROOT to it."
        )
    return folder


def find_course() -> Path | None:
    """Return the folder of the course, or None where there is none, as with the package alone from a wheel.

    It is the working folder or the nearest above it that is a course, else ``COURSE_ROOT``, else the clone in which
    this package lies. So two clones that share an environment keep their own ``my_work/``.

    Raises:
        NoCourse: ``COURSE_ROOT`` names a folder that is no course.
    """
    here, clone = Path.cwd(), Path(__file__).resolve().parents[1]
    above = next((folder for folder in [here, *here.parents] if _is_course(folder)), None)
    chosen = os.environ.get("COURSE_ROOT")
    if above is not None or not chosen:
        return above or (clone if _is_course(clone) else None)
    folder = Path(chosen).expanduser().resolve()
    if not _is_course(folder):
        raise NoCourse(f"COURSE_ROOT is {chosen!r}; use a folder with notebooks/syllabus.toml and course_utils/ in it")
    return folder


def data_folder() -> Path:
    """Return the folder of the data sets: ``COURSE_DATA``, or ``data/`` of the course, or the user's folder for data.

    Raises:
        NoCourse: ``COURSE_ROOT`` names a folder that is no course.
    """
    chosen = _folder("COURSE_DATA")
    if chosen:
        return chosen
    course = find_course()
    if course is not None:
        return course / "data"
    import platformdirs

    return platformdirs.user_data_path("course-utils", appauthor=False)


def work_folder() -> Path:
    """Return the folder of a reader's own copies: ``COURSE_WORK``, or ``my_work/`` of the course.

    With the package alone, where there is no course, it is the working folder.

    Raises:
        NoCourse: ``COURSE_ROOT`` names a folder that is no course.
    """
    return _folder("COURSE_WORK") or (course_root() / "my_work" if find_course() else Path.cwd())


def chosen_device() -> str | None:
    """Return the device that ``COURSE_DEVICE`` names, or None where it leaves the choice to :func:`device`.

    Raises:
        ValueError: it holds another word.
    """
    return _one_of("COURSE_DEVICE", DEVICES)


def device() -> torch.device:
    """Return the device that trains here: that of ``COURSE_DEVICE``, or CUDA, Apple's MPS, or the CPU, in this order.

    Raises:
        ValueError: ``COURSE_DEVICE`` holds an unknown word.
    """
    import torch

    chosen = chosen_device()
    if chosen is not None:
        return torch.device(chosen)
    if torch.cuda.is_available():
        return torch.device("cuda")
    # Before 2.14 batch norm after channels-last pictures had wrong gradients on MPS (pytorch/pytorch#175189).
    if torch.backends.mps.is_available() and torch.__version__ >= "2.14":
        return torch.device("mps")
    return torch.device("cpu")


def _is_course(folder: Path) -> bool:
    return (folder / "notebooks" / "syllabus.toml").is_file() and (folder / "course_utils").is_dir()


def _folder(variable: str) -> Path | None:
    chosen = os.environ.get(variable, "").strip()
    return Path(chosen).expanduser().resolve() if chosen else None


def _one_of(variable: str, words: tuple[str, ...]) -> str | None:
    value = os.environ.get(variable, "").strip()
    if value and value not in words:
        raise ValueError(f"{variable} is {value!r}; use one of {', '.join(words)}")
    return value or None


def _switched_on(variable: str, *, default: bool) -> bool:
    value = os.environ.get(variable, "").strip().lower()
    if value in {"", "0", "1", "true", "false", "yes", "no"}:
        return default if not value else value in {"1", "true", "yes"}
    raise ValueError(f"{variable} is {value!r}; use 1 or 0")
