"""What the course may download, read from ``data/registry.toml``; a wheel carries a copy beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from course_utils import settings


class DataUnavailable(RuntimeError):
    """A data set cannot be had here and now; the message is one line that says why."""


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Attributes:
        name: file name, also the last part of its address.
        size: bytes.
        sha256: checksum of the file as downloaded; with ``contents``, of the files in it.
        unpacked_sha256: for a ``.gz``, checksum of its content; a file without the ``.gz`` serves as well.
        members: for an archive, path → checksum of each file in it that is used; unpacked they serve as well.
        contents: for an archive that its server packs anew, and whose bytes may change: the folder in it that is used.
    """

    name: str
    size: int
    sha256: str
    unpacked_sha256: str = ""
    members: dict[str, str] = field(default_factory=dict)
    contents: str = ""

    @property
    def most(self) -> int:
        """Bytes that a mirror may send: an archive that is packed anew may come out larger."""
        return 2 * self.size if self.contents else self.size


@dataclass(frozen=True)
class RegistryEntry:
    """One data set that can be downloaded.

    Attributes:
        name: what ``course data get`` takes, ``"mnist"``.
        title: what a reader sees, ``"MNIST"``.
        folder: where its files lie below the data folder.
        licence: under which it is given.
        citation: what to cite.
        mirrors: addresses without the file name, in the order in which they are tried.
        files: its files.
    """

    name: str
    title: str
    folder: str
    licence: str
    citation: str
    mirrors: tuple[str, ...]
    files: tuple[DataFile, ...]

    @property
    def size(self) -> int:
        """Bytes to download in all."""
        return sum(file.size for file in self.files)

    @property
    def path(self) -> Path:
        """Folder of its files on this machine."""
        return settings.data_folder() / self.folder


def registry() -> dict[str, RegistryEntry]:
    """Return every data set that can be downloaded, by name. Taught in lecture 00."""
    table = tomllib.loads(registry_file().read_text(encoding="utf-8"))
    return {row["name"]: _entry(row) for row in table["dataset"]}


def look_up(name: str) -> RegistryEntry:
    """Return one data set of the registry.

    Raises:
        KeyError: there is none of this name; the message lists those that exist.
    """
    entries = registry()
    if name not in entries:
        raise KeyError(f"no data set {name!r}; there are: {', '.join(entries)}")
    return entries[name]


def registry_file() -> Path:
    """Return the path of the table; it belongs to this package, wherever ``COURSE_DATA`` points."""
    packed = Path(__file__).with_name("registry.toml")
    return packed if packed.is_file() else Path(__file__).parents[2] / "data" / "registry.toml"


def _entry(row: dict) -> RegistryEntry:
    fields = {key: value for key, value in row.items() if key not in {"file", "mirrors"}}
    return RegistryEntry(**fields, mirrors=tuple(row["mirrors"]), files=tuple(DataFile(**file) for file in row["file"]))
