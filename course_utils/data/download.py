"""Downloads that end well or leave nothing behind: mirrors in order, checksums, and a final name given last."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import uuid
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from course_utils import settings
from course_utils.data import network, storage
from course_utils.data.catalogue import DataFile, DataUnavailable, RegistryEntry, look_up

UNASKED_LIMIT = 50_000_000  # bytes; what is larger is downloaded by `course data get` alone
ABANDONED_AFTER = 600.0  # seconds without a write; a live download writes or fails within its timeouts

_given_up: dict[Path, str] = {}  # folder of a data set → why nobody gave it, for as long as this Python runs


def fetch(name: str) -> Path:
    """Download a data set, whatever its size, unless it is here and whole.

    Files that are here and whole are kept; a damaged one is set aside as ``NAME.damaged``. Where a connection breaks
    off, the download goes on from there; one that was stopped starts again from its beginning. Progress, and each
    mirror that failed, go to the standard error stream.

    Args:
        name: name in the registry, ``"mnist"``.

    Returns:
        The folder of its files.

    Raises:
        KeyError: there is no data set of this name.
        DataUnavailable: downloads are forbidden, every mirror failed, or the files cannot be stored.

    Taught in lecture 00.
    """
    entry = look_up(name)
    states = [storage.file_state(entry, file) for file in entry.files]
    if "unreadable" in states:
        raise DataUnavailable(f"{entry.title} cannot be read in {entry.path}; make that folder readable for you")
    wanted = [file for file, state in zip(entry.files, states, strict=True) if state != "present"]
    if wanted and settings.offline():
        raise DataUnavailable(f"{_lack(entry)} and COURSE_OFFLINE=1 forbids downloads")
    try:
        _clear_abandoned(entry)
        for file in wanted:
            _prepare(entry, file)
        _check_free_disk(entry, wanted)
        for file in wanted:
            _download(entry, file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataUnavailable(f"{entry.title} cannot be stored in {entry.path} ({reason})") from error
    return entry.path


def provide(entry: RegistryEntry) -> None:
    """Make sure that a data set is here, and download it only where nobody needs to be asked.

    Raises:
        DataUnavailable: as ``fetch`` does, and where the data set is larger than ``UNASKED_LIMIT``.
    """
    if storage.entry_status(entry).state == "present":
        return
    if entry.path in _given_up:
        raise DataUnavailable(_given_up[entry.path])  # asking again would keep a reader waiting for the same answer
    if entry.size > UNASKED_LIMIT and not settings.offline():
        raise DataUnavailable(f"{_lack(entry)} and {_megabytes(entry.size)} are not downloaded unasked")
    try:
        fetch(entry.name)
    except DataUnavailable as error:
        if not settings.offline():
            _given_up[entry.path] = f"{error}"
        raise


def _clear_abandoned(entry: RegistryEntry) -> None:
    """Take away what killed downloads left."""
    for file in entry.files:
        for part in entry.path.glob(f"{file.name}.*.part"):
            with contextlib.suppress(FileNotFoundError):
                if part.is_file() and time.time() - part.stat().st_mtime > ABANDONED_AFTER:
                    part.unlink()


def _prepare(entry: RegistryEntry, file: DataFile) -> None:
    """Make the folder, and set damaged copies aside under a name that nothing has yet."""
    entry.path.mkdir(parents=True, exist_ok=True)
    for path, sha256 in storage.copies(entry, file):
        with contextlib.suppress(FileNotFoundError):  # another process may have moved it first
            if path.is_file() and storage.fingerprint(path, file) != sha256:
                names = (f"{path.name}.damaged{count}" for count in ("", *range(2, 1000)))
                aside = next(name for name in names if not path.with_name(name).exists())
                path.replace(path.with_name(aside))
                _say(f"{path.name} is damaged: set aside as {aside}")


def _check_free_disk(entry: RegistryEntry, wanted: list[DataFile]) -> None:
    needed = sum(file.size for file in wanted)
    if wanted and (free := shutil.disk_usage(entry.path).free) < needed:
        raise DataUnavailable(
            f"{entry.title} needs {_megabytes(needed)} and the disk of {entry.path} has {_megabytes(free)} free; "
            "set COURSE_DATA to a folder on another disk"
        )


def _download(entry: RegistryEntry, file: DataFile) -> None:
    """Write to a name of this process alone; only a file with the right checksum gets the final name, in one step."""
    target = entry.path / file.name
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    failures, errors = [], []
    try:
        for mirror in entry.mirrors:
            try:
                _fill(part, mirror + file.name, file)
                _check_content(part, file)
            except (requests.RequestException, ValueError) as error:
                errors.append(error)
                failures.append(f"{urlsplit(mirror).netloc}: {network.reason(error)}")
                _say(f"{file.name} from {failures[-1]}")
                part.unlink(missing_ok=True)  # the next mirror may have other bytes: it starts afresh
                continue
            if storage.file_state(entry, file) != "present":  # unless another process was first
                os.replace(part, target)
            return
    finally:
        part.unlink(missing_ok=True)
    said = f"no mirror gave {file.name} ({'; '.join(failures)})"
    if advice := network.advice(errors):
        said += f". {advice} {_by_hand(entry)}"
    raise DataUnavailable(said)


def _fill(part: Path, address: str, file: DataFile) -> None:
    """Download into ``part``; where the connection breaks off and the server can, go on from the byte reached."""
    reached = 0
    with tqdm(total=file.size, desc=file.name, unit="B", unit_scale=True, leave=False, file=sys.stderr) as bar:
        while True:
            # "identity": a server that may compress on the way would hand over other bytes than the checksum's
            headers = {"Accept-Encoding": "identity", "Range": f"bytes={reached}-"}
            with network.ask(address, headers) as answer:
                answer.raise_for_status()
                resumes = answer.status_code == requests.codes.partial_content
                before = reached
                try:
                    with open(part, "ab" if resumes else "wb") as stream:
                        _pour(answer, stream, file.most - (before if resumes else 0), bar)
                    return
                except network.TooSlow:
                    raise
                except requests.RequestException:
                    reached = part.stat().st_size
                    if not resumes or not before < reached < file.size:
                        raise
                    _say(f"{file.name}: the connection broke off at {_megabytes(reached)}, going on from there")


def _pour(answer: requests.Response, stream: IO[bytes], most: int, bar: tqdm) -> None:
    """Write what comes, until it is more than is asked for or too slow to wait for."""
    start, received = time.monotonic(), 0
    for piece in network.pieces(answer):
        if not received and piece.lstrip().lower().startswith((b"<!doctype", b"<html")):
            raise ValueError("a web page instead of the file")
        received += len(piece)
        if received > most:
            raise ValueError(f"more than the {most:,} bytes that are missing")
        stream.write(piece)
        bar.update(len(piece))
        network.check_speed(received, start)


def _check_content(part: Path, file: DataFile) -> None:
    if not file.contents and (size := part.stat().st_size) != file.size:
        raise ValueError(f"{size:,} bytes instead of {file.size:,}")
    if storage.fingerprint(part, file) != file.sha256:
        raise ValueError("wrong checksum")


def _lack(entry: RegistryEntry) -> str:
    return f"{entry.title} is {storage.entry_status(entry).state} in the data folder"


def _by_hand(entry: RegistryEntry) -> str:
    lacking = [file.name for file in entry.files if storage.file_state(entry, file) != "present"]
    return (
        f"Or, on another machine, fetch {', '.join(lacking)} from {entry.mirrors[0]}, copy to {entry.path}, and run: "
        "course data verify"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _say(line: str) -> None:
    tqdm.write(line, file=sys.stderr)
