"""What lies in the data folder: every file is compared with its checksum before it is used."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from course_utils.data.catalogue import DataFile, DataUnavailable, RegistryEntry, look_up, registry

State = Literal["present", "missing", "damaged", "unreadable"]
BROKEN = (tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError)  # what a damaged archive raises


@dataclass(frozen=True)
class Status:
    """Whether a data set is on this machine.

    Attributes:
        name: name in the registry.
        state: ``"present"``, ``"missing"``, ``"damaged"`` as soon as one file has a wrong checksum, or ``"unreadable"``
            as soon as this user may not read one.
        problems: one line for each file that is not present.
    """

    name: str
    state: State
    problems: tuple[str, ...]


def status(name: str) -> Status:
    """Say whether a data set is here and whole; reads and changes nothing but its files' checksums.

    Args:
        name: name in the registry, ``"mnist"``.

    Returns:
        The state of the whole set and one line for each file that is missing or damaged.

    Raises:
        KeyError: there is no data set of this name.

    Taught in lecture 00.
    """
    return entry_status(look_up(name))


def verify() -> list[Status]:
    """Return the status of every data set in the registry. Taught in lecture 00."""
    return [entry_status(entry) for entry in registry().values()]


def entry_status(entry: RegistryEntry) -> Status:
    """Return the status of one registry entry."""
    states = {file.name: file_state(entry, file) for file in entry.files}
    problems = tuple(f"{name} is {state}" for name, state in states.items() if state != "present")
    worst = next((state for state in ("unreadable", "damaged", "missing") if state in states.values()), "present")
    return Status(entry.name, worst, problems)


def file_state(entry: RegistryEntry, file: DataFile) -> State:
    """Return ``"present"`` where at least one copy of the file, packed or not, has the right checksum."""
    try:
        return _readable_state(entry, file)
    except OSError:  # a folder or a file that this user may not read, or a path that is too long
        return "unreadable"


def _readable_state(entry: RegistryEntry, file: DataFile) -> State:
    unpacked = members_state(entry, file)
    if unpacked == "present":
        return "present"
    found = [(path, sha256) for path, sha256 in copies(entry, file) if path.is_file()]
    if any(fingerprint(path, file) == sha256 for path, sha256 in found):
        return "present"
    return "damaged" if found else unpacked


def members_state(entry: RegistryEntry, file: DataFile) -> State:
    """Return the state of what an archive unpacks to: missing as soon as one member is, damaged by a wrong checksum."""
    paths = {entry.path / name: sha256 for name, sha256 in file.members.items()}
    here = [checksum(path) == sha256 for path, sha256 in paths.items() if path.is_file()]
    if not all(here):
        return "damaged"
    return "present" if here and len(here) == len(paths) else "missing"


def unpack(entry: RegistryEntry, file: DataFile) -> None:
    """Unpack the members of an archive where they are not all here and whole, each into its final name in one step.

    Raises:
        DataUnavailable: neither the members nor the archive are here and whole, or the archive lacks a member.
    """
    if members_state(entry, file) == "present":
        return
    archive = entry.path / file.name
    if not archive.is_file() or checksum(archive) != file.sha256:
        raise DataUnavailable(f"{file.name} is {file_state(entry, file)}")
    with tempfile.TemporaryDirectory(dir=entry.path, prefix="unpacking-") as folder, tarfile.open(archive) as tar:
        for name, sha256 in file.members.items():
            tar.extract(name, folder, filter="data")
            unpacked = Path(folder, name)
            if checksum(unpacked) != sha256:
                raise DataUnavailable(f"{name} in {file.name} is damaged")
            (entry.path / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(unpacked, entry.path / name)


def read_member(entry: RegistryEntry, file: DataFile, name: str) -> bytes:
    """Return the content of an unpacked member; what fails its checksum is never returned.

    Raises:
        DataUnavailable: the member has a wrong checksum.
    """
    content = (entry.path / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != file.members[name]:
        raise DataUnavailable(f"{name} is damaged")
    return content


def read_contents(entry: RegistryEntry, file: DataFile) -> dict[str, bytes]:
    """Return name → content of each file in the folder of an archive that is used, in the order of the names.

    Raises:
        DataUnavailable: the archive is not here, or what is in it fails the checksum.
    """
    path = entry.path / file.name
    contents = _contents(path, file) if path.is_file() else {}
    if _checksum_of(contents) != file.sha256:
        raise DataUnavailable(f"{file.name} is {file_state(entry, file)}")
    return contents


def read(entry: RegistryEntry, file: DataFile) -> bytes:
    """Return the unpacked content of a file; what fails its checksum is never returned.

    Raises:
        DataUnavailable: no copy of the file has the right checksum.
    """
    for path, sha256 in copies(entry, file):
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == sha256:
                return gzip.decompress(content) if path.suffix == ".gz" else content
    raise DataUnavailable(f"{file.name} is {file_state(entry, file)}")


def copies(entry: RegistryEntry, file: DataFile) -> Iterator[tuple[Path, str]]:
    """Yield where a file may lie and the checksum that it must have there: as downloaded, then unpacked."""
    path = entry.path / file.name
    yield path, file.sha256
    if file.unpacked_sha256:
        yield path.with_suffix(""), file.unpacked_sha256


def checksum(path: Path) -> str:
    """Return the sha256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fingerprint(path: Path, file: DataFile) -> str:
    """Return what is compared with the checksum of a file: its own or, with ``contents``, that of the files in it."""
    return _checksum_of(_contents(path, file)) if file.contents else checksum(path)


def _contents(path: Path, file: DataFile) -> dict[str, bytes]:
    """Return name → content of the files in a folder of an archive, by name; none where it is damaged."""
    found = {}
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.isfile() and PurePosixPath(member.name).parent.name == file.contents:
                    found[PurePosixPath(member.name).name] = tar.extractfile(member).read()
    except BROKEN:
        return {}
    return dict(sorted(found.items()))


def _checksum_of(contents: dict[str, bytes]) -> str:
    """Return the sha256 of a list as ``sha256sum`` writes it: checksum, two spaces, name, a line for each file."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
