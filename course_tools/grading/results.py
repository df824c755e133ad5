"""Put results where they belong: looked at before the work, moved there whole, earlier ones kept beside them."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from course_tools import files


class PlaceError(Exception):
    """Results cannot be written there; the message says why and what to do."""


def look_at(out: Path, feedback: Path | None, submissions: Path) -> None:
    """Make sure that results can be written, before anything is graded.

    Args:
        out: file of the table.
        feedback: folder of the pages, or None.
        submissions: folder of what was handed in.

    Raises:
        PlaceError: they cannot, or would lie among the submissions.
    """
    if out.is_dir():
        raise PlaceError(f"--out {out} is a folder; name a file in it")
    if feedback is not None and feedback.exists() and not feedback.is_dir():
        raise PlaceError(f"--feedback {feedback} is a file; name a folder")
    for option, place in (("--out", out), ("--feedback", feedback)):
        if place is None:
            continue
        parent = place.resolve().parent
        if place.resolve().is_relative_to(submissions.resolve()):
            raise PlaceError(f"{option} {place} lies among the submissions; write it beside them")
        try:
            with tempfile.TemporaryFile(dir=parent):
                pass
        except OSError as error:
            raise PlaceError(
                f"nothing can be written in {parent} ({error.strerror}); choose another {option}"
            ) from error
    if feedback is not None and out.resolve().is_relative_to(feedback.resolve()):
        raise PlaceError(f"--out {out} lies in the folder of --feedback, which is replaced as a whole; write it beside")


def put_file(path: Path, text: str) -> Path | None:
    """Write a file and return where the earlier one is kept, None where there was none.

    Raises:
        PlaceError: it cannot be written; the earlier one is untouched.
    """
    with _cannot_be_written(path):
        kept = _kept(path)
        files.replace(path, text.encode())
    return kept


def put_pages(folder: Path, pages: Mapping[str, str]) -> Path | None:
    """Write a folder of pages and return where the earlier one is kept, None where there was none or it was empty.

    Raises:
        PlaceError: it cannot be written; the earlier one is untouched.
    """
    kept = None
    with _cannot_be_written(folder), tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pages-") as passing:
        fresh = Path(passing, folder.name)
        fresh.mkdir()
        for name, text in pages.items():
            (fresh / name).write_bytes(text.encode())
        if folder.exists() and any(folder.iterdir()):
            kept = next(name for name in _dated(folder) if not name.exists())
            folder.rename(kept)
        elif folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    return kept


def _kept(path: Path) -> Path | None:
    """Copy a file to a dated name that nothing has yet, and return that name."""
    if not path.exists():
        return None
    for name in _dated(path):
        with contextlib.suppress(FileExistsError):
            files.create(name, path.read_bytes())
            return name
    raise AssertionError("the names never end")


def _dated(path: Path) -> Iterator[Path]:
    now = f"{datetime.datetime.now():%Y-%m-%d_%H%M}"
    yield path.with_name(f"{path.stem}.{now}{path.suffix}")
    yield from (path.with_name(f"{path.stem}.{now}_{count}{path.suffix}") for count in itertools.count(2))


@contextlib.contextmanager
def _cannot_be_written(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PlaceError(f"{path} cannot be written ({error.strerror})") from error
