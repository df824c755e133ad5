"""Files that appear whole under their name or not at all, whatever stops the program that writes them.

Content is written under a passing name beside the file first. ``replace`` then puts it over the old file, ``create``
only where no file stands, and ``dated_folder`` is where the old ones go.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from course_utils import settings


def replace(path: Path, content: bytes) -> None:
    """Write a file, over the old one where there is one.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    with prepared(path, content) as passing:
        if path.exists():
            shutil.copymode(path, passing)
        os.replace(passing, path)


def create(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet.

    Raises:
        FileExistsError: there is one, perhaps made a moment ago; it is as it was.
        OSError: it cannot be written.
    """
    with prepared(path, content) as passing:
        put(passing, path)


@contextlib.contextmanager
def prepared(path: Path, content: bytes) -> Iterator[Path]:
    """Write content under a passing name beside ``path``, and take that name away again in the end.

    Raises:
        OSError: it cannot be written.
    """
    passing = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        passing.write_bytes(content)
        yield passing
    finally:
        passing.unlink(missing_ok=True)


def put(passing: Path, path: Path) -> None:
    """Give a prepared file its final name, at which no file may stand.

    Raises:
        FileExistsError: there is one.
        OSError: the name cannot be given.
    """
    try:
        os.link(passing, path)  # fails where a file stands; a rename would write over it
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, as on many memory sticks: take the name, then fill it
        path.open("xb").close()
        os.replace(passing, path)


def dated_folder(now: datetime.datetime) -> Path:
    """Make and return a new folder in ``my_work/kept/`` for what is set aside at this date and time.

    Raises:
        OSError: it cannot be made.
    """
    kept = settings.work_folder() / "kept"
    kept.mkdir(parents=True, exist_ok=True)
    stem = f"{now:%Y-%m-%d_%Hh%M}"
    for name in itertools.chain([stem], (f"{stem}_{count}" for count in itertools.count(2))):
        with contextlib.suppress(FileExistsError):  # even where another program made it a moment ago
            (kept / name).mkdir()
            return kept / name
    raise AssertionError("the names never end")
