"""Downloads that end well or leave nothing behind: mirrors in order, checksums, and a final name given last."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from course_utils import settings
from course_utils.data import storage
from course_utils.data.catalogue import DataFile, DataUnavailable, RegistryEntry, look_up

UNASKED_LIMIT = 50_000_000  # bytes; what is larger is downloaded by `course data get` alone
TIMEOUT = (5.0, 20.0)  # seconds to connect, and between two pieces of the answer
ABANDONED_AFTER = 600.0  # seconds without a write; a live download writes or fails within its timeouts


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
    wanted = [file for file in entry.files if storage.file_state(entry, file) != "present"]
    if wanted and settings.offline():
        raise DataUnavailable(f"{_lack(entry)} and COURSE_OFFLINE=1 forbids downloads")
    try:
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
    if entry.size > UNASKED_LIMIT and not settings.offline():
        raise DataUnavailable(f"{_lack(entry)} and {_megabytes(entry.size)} are not downloaded unasked")
    fetch(entry.name)


def _prepare(entry: RegistryEntry, file: DataFile) -> None:
    """Make the folder, clear what a killed download left, and set damaged copies aside under another name."""
    entry.path.mkdir(parents=True, exist_ok=True)
    for part in entry.path.glob(f"{file.name}.*.part"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > ABANDONED_AFTER:
                part.unlink()
    for path, sha256 in storage.copies(entry, file):
        with contextlib.suppress(FileNotFoundError):  # another process may have moved it first
            if storage.checksum(path) != sha256:
                path.replace(path.with_name(path.name + ".damaged"))
                _say(f"{path.name} is damaged: set aside as {path.name}.damaged")


def _check_free_disk(entry: RegistryEntry, wanted: list[DataFile]) -> None:
    needed = sum(file.size for file in wanted)
    if wanted and (free := shutil.disk_usage(entry.path).free) < needed:
        raise DataUnavailable(
            f"{entry.title} needs {_megabytes(needed)} and the disk of {entry.path} has {_megabytes(free)} free"
        )


def _download(entry: RegistryEntry, file: DataFile) -> None:
    """Write to a name of this process alone; only a file with the right checksum gets the final name, in one step."""
    target = entry.path / file.name
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    failures = []
    try:
        for mirror in entry.mirrors:
            try:
                _fill(part, mirror + file.name, file)
                _check_content(part, file)
            except (requests.RequestException, ValueError) as error:
                failures.append(f"{urlsplit(mirror).netloc}: {_reason(error)}")
                _say(f"{file.name} from {failures[-1]}")
                part.unlink(missing_ok=True)  # the next mirror may have other bytes: it starts afresh
                continue
            if storage.file_state(entry, file) != "present":  # unless another process was first
                os.replace(part, target)
            return
    finally:
        part.unlink(missing_ok=True)
    raise DataUnavailable(f"no mirror gave {file.name} ({'; '.join(failures)})")


def _fill(part: Path, address: str, file: DataFile) -> None:
    """Download into ``part``; where the connection breaks off and the server can, go on from the byte reached."""
    reached = 0
    with tqdm(total=file.size, desc=file.name, unit="B", unit_scale=True, leave=False, file=sys.stderr) as bar:
        while True:
            # "identity": a server that may compress on the way would hand over other bytes than the checksum's
            headers = {"Accept-Encoding": "identity", "Range": f"bytes={reached}-"}
            with requests.get(address, stream=True, timeout=TIMEOUT, headers=headers) as answer:
                answer.raise_for_status()
                resumes = answer.status_code == requests.codes.partial_content
                before = reached
                try:
                    with open(part, "ab" if resumes else "wb") as stream:
                        for piece in answer.iter_content(1 << 14):
                            stream.write(piece)
                            bar.update(len(piece))
                    return
                except requests.RequestException:
                    reached = part.stat().st_size
                    if not resumes or not before < reached < file.size:
                        raise
                    _say(f"{file.name}: the connection broke off at {_megabytes(reached)}, going on from there")


def _check_content(part: Path, file: DataFile) -> None:
    with part.open("rb") as stream:
        start = stream.read(64).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html")):
        raise ValueError("a web page instead of the file")
    if (size := part.stat().st_size) != file.size:
        raise ValueError(f"{size:,} bytes instead of {file.size:,}")
    if storage.checksum(part) != file.sha256:
        raise ValueError("wrong checksum")


def _reason(error: Exception) -> str:
    """Say in a few words why a mirror failed."""
    if isinstance(error, requests.HTTPError):
        return f"{error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer within {max(TIMEOUT):g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError) or "IncompleteRead" in str(error):
        return "the connection broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)


def _lack(entry: RegistryEntry) -> str:
    return f"{entry.title} is {storage.entry_status(entry).state} in the data folder"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _say(line: str) -> None:
    tqdm.write(line, file=sys.stderr)
