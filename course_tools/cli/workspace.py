"""``course start`` and ``course reset``: a reader's own copies in ``my_work/``, never written over.

``my_work/`` holds a copy of each lecture that was started, with the files that its exercises give, if any,
``my_work/solutions/`` of those started with their solutions, and ``my_work/kept/`` a folder for each date on which
something was set aside. Introduced in lecture 00.
"""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path

from course_tools import files, syllabus
from course_tools.syllabus import Lecture
from course_utils import settings


class WorkspaceError(Exception):
    """A copy cannot be made; the message says why and which command helps."""


def my_copy(lecture: Lecture, solutions: bool = False) -> Path:
    """Return the path of the reader's copy of a lecture, whether it exists or not."""
    folder = settings.work_folder()
    return folder / "solutions" / lecture.solution.name if solutions else folder / lecture.student.name


def start(lecture: Lecture, solutions: bool = False) -> Path:
    """Copy a lecture to ``my_work/``, and the files that its exercises give, each where there is none of that name.

    Args:
        lecture: a lecture of the syllabus.
        solutions: copy the notebook with the solutions, to ``my_work/solutions/``.

    Returns:
        The path of the copy.

    Raises:
        WorkspaceError: there is a copy already, it cannot be written, or the lecture has no such notebook yet.
    """
    path = my_copy(lecture, solutions)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.create(path, _released(lecture, solutions))
        _give_files(lecture, path.parent)
    except FileExistsError:
        if not path.exists():  # a file stands where the folder should be
            raise _cannot_write(path, "a file has the name of its folder") from None
        asked = lecture.number + (" --solutions" if solutions else "")
        raise WorkspaceError(
            f"{path} is yours already; it stays as it is.\n"
            f"Open it with: course lab {asked}\n"
            f"For a fresh copy, with the old one kept under today's date: course reset {asked}"
        ) from None
    except OSError as error:
        raise _cannot_write(path, error.strerror) from error
    return path


def started(lecture: Lecture, solutions: bool = False) -> Path:
    """Return the path of the reader's copy of a lecture, made first where there is none.

    Raises:
        WorkspaceError: it cannot be written, or the lecture has no such notebook yet.
    """
    path = my_copy(lecture, solutions)
    return path if path.exists() else start(lecture, solutions)


def _give_files(lecture: Lecture, folder: Path) -> None:
    for given in lecture.given:
        with contextlib.suppress(FileExistsError):  # the reader's own, or begun earlier
            files.create(folder / given.name, given.read_bytes())


def first_lecture_of_a_newcomer() -> Lecture | None:
    """Return the first lecture where no lecture was started yet, else None."""
    lectures = syllabus.lectures()
    return None if any(my_copy(lecture).exists() for lecture in lectures) else lectures[0]


def start_all() -> list[Path]:
    """Copy every lecture to ``my_work/`` that is not there yet, and return the new copies.

    Raises:
        WorkspaceError: one cannot be written, or has no student notebook yet.
    """
    return [start(lecture) for lecture in syllabus.lectures() if not my_copy(lecture).exists()]


def reset(lecture: Lecture, now: datetime.datetime, solutions: bool = False) -> tuple[Path, Path]:
    """Keep the reader's copy in a folder of this date and lay a fresh one.

    Returns:
        The path of the kept copy, and the path of the fresh one.

    Raises:
        WorkspaceError: there is no copy to keep, the fresh one cannot be written, or the lecture has no such notebook
            yet. The old copy is then where it was, or where the message says.
    """
    path = my_copy(lecture, solutions)
    fresh = _released(lecture, solutions)
    if not path.exists():
        raise WorkspaceError(f"{path} does not exist, so there is nothing to reset; use: course start {lecture.number}")
    kept = path
    try:
        with files.prepared(path, fresh) as passing:
            place = files.dated_folder(now) / path.relative_to(settings.work_folder())
            place.parent.mkdir(exist_ok=True)
            kept = path.rename(place)  # into a new folder: nothing can be written over
            files.put(passing, path)  # nor here, should another program have saved meanwhile
    except OSError as error:
        raise _cannot_write(path, f"{error.strerror}; your copy: {kept}") from error
    return kept, path


def _released(lecture: Lecture, solutions: bool) -> bytes:
    path = lecture.solution if solutions else lecture.student
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise WorkspaceError(f"{path} does not exist; authors generate it with: course build") from None
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read ({error.strerror})") from error


def _cannot_write(path: Path, why: str | None) -> WorkspaceError:
    return WorkspaceError(
        f"{path} cannot be written ({why}); set COURSE_WORK to a folder that has room and that you may write, "
        "or ask: course doctor"
    )
