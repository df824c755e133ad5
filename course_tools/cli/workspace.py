"""``course start`` and ``course reset``: a reader's own copies in ``my_work/``, never written over.

Introduced in lecture 00.
"""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

from course_tools.syllabus import Lecture
from course_utils import settings


class WorkspaceError(Exception):
    """A copy cannot be made; the message says why and which command helps."""


def folder() -> Path:
    """Return the folder of the reader's own copies; git ignores it."""
    return settings.course_root() / "my_work"


def my_copy(lecture: Lecture) -> Path:
    """Return the path of the reader's copy of a lecture, whether it exists or not."""
    return folder() / lecture.student.name


def start(lecture: Lecture) -> Path:
    """Copy the student notebook of a lecture to ``my_work/``.

    Returns:
        The path of the copy.

    Raises:
        WorkspaceError: there is a copy already, it cannot be written, or the lecture has no student notebook yet.
    """
    path = my_copy(lecture)
    if path.exists():
        raise WorkspaceError(
            f"{path} is yours already; it stays as it is.\n"
            f"Open it with: course lab {lecture.number}\n"
            f"For a fresh copy that keeps the old one under a dated name: course reset {lecture.number}"
        )
    _write_new(path, _released(lecture))
    return path


def reset(lecture: Lecture, now: datetime.datetime) -> tuple[Path, Path]:
    """Keep the reader's copy under a dated name and lay a fresh one.

    Returns:
        The path of the kept copy, and the path of the fresh one.

    Raises:
        WorkspaceError: there is no copy to keep, the fresh one cannot be written (the old one stays in its place), or
            the lecture has no student notebook yet.
    """
    path = my_copy(lecture)
    fresh = _released(lecture)
    if not path.exists():
        raise WorkspaceError(f"{path} does not exist, so there is nothing to reset; use: course start {lecture.number}")
    kept = _free_dated_name(path, now)
    path.rename(kept)
    try:
        _write_new(path, fresh)
    except WorkspaceError:
        kept.rename(path)
        raise
    return kept, path


def _released(lecture: Lecture) -> bytes:
    if not lecture.student.exists():
        raise WorkspaceError(f"{lecture.student} does not exist; authors generate it with: course build")
    return lecture.student.read_bytes()


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet; a copy cut short (a full disk) is taken away again."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.open("xb").close()  # "x" fails where a file stands, even one made a moment ago
        try:
            path.write_bytes(content)
        except OSError:
            path.unlink()
            raise
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written ({error.strerror}); for more: course doctor") from error


def _free_dated_name(path: Path, now: datetime.datetime) -> Path:
    stem = f"{path.stem}.{now:%Y-%m-%d_%H%M}"
    names = itertools.chain([stem], (f"{stem}_{count}" for count in itertools.count(2)))
    return next(free for name in names if not (free := path.with_name(name + path.suffix)).exists())
