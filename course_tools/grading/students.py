"""Who handed in what: the files below a folder of submissions, and the student to whom each belongs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

# What systems leave in folders and archives, and what no student has handed in.
LEFT_OUT = re.compile(r"\.ipynb_checkpoints|__MACOSX|\._.*|\.DS_Store|\.git|Thumbs\.db|desktop\.ini")
# Folders of a student's my_work/ that hold no answers: solutions to read, and copies that `course reset` has set aside.
SET_ASIDE = {"solutions", "kept"}
MOST_FILES = 50  # notebooks of one student
# How learning platforms name a student's folder or file; the second group is their number of the student.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.DOTALL)
CANVAS = re.compile(r"(?P<name>[^\W\d_]+)(?:_LATE)?_(?P<number>\d+)_\d+_.+", re.DOTALL)


@dataclass(frozen=True)
class Handed:
    """A file that was handed in.

    Attributes:
        path: where it lies.
        file: its path below the folder of submissions, as text.
        student: name of the student, or of the folder or file where no platform has named it.
        number: of the student, where a platform has put it into the name; else empty.
        remark: what is odd about the folder; empty where nothing is.
    """

    path: Path
    file: str
    student: str
    number: str = ""
    remark: str = ""


def handed_in(folder: Path) -> list[Handed]:
    """Return what is graded below a folder of submissions, in order.

    A student is a file, or a folder with any number of notebooks; a folder without one still counts as one file. Of a
    whole ``my_work/``, the folders ``solutions/`` and ``kept/`` are passed over.
    A folder that cannot be read is a file with a remark.

    Raises:
        OSError: the folder of submissions itself cannot be read.
    """
    found: list[Handed] = []
    for entry in sorted(folder.iterdir()):
        if LEFT_OUT.fullmatch(entry.name) or (entry.name in SET_ASIDE and entry.is_dir()):
            continue
        student, number = _who(entry)
        paths, remark = [entry], ""
        if entry.is_dir() and not entry.is_symlink():
            paths, remark = _inside(entry)
        found.extend(Handed(path, in_words(path.relative_to(folder)), student, number, remark) for path in paths)
    return found


def in_words(path: Path) -> str:
    """Return a path as text that can be written anywhere: bytes that are no UTF-8 are written out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _who(entry: Path) -> tuple[str, str]:
    """Return the name and the number of the student whose folder or file this is."""
    name = in_words(Path(entry.name))
    named = MOODLE.fullmatch(name) or (None if entry.is_dir() else CANVAS.fullmatch(name))
    if named:
        return named["name"], named["number"]
    return (name, "") if entry.is_dir() else (name.removesuffix(".ipynb"), "")


def _inside(entry: Path) -> tuple[list[Path], str]:
    """Return the files of a student's folder that are graded, and a remark on what is odd about it."""
    refused: list[OSError] = []
    files: list[Path] = []
    for place, folders, names in os.walk(entry, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not LEFT_OUT.fullmatch(name) and name not in SET_ASIDE)
        files += [Path(place, name) for name in sorted(names) if not LEFT_OUT.fullmatch(name)]
    notebooks = [path for path in files if path.suffix == ".ipynb"]
    remark = f"a folder in it cannot be read ({refused[0].strerror})" if refused else ""
    if len(notebooks) > MOST_FILES:
        remark = f"{len(notebooks)} notebooks: only the first {MOST_FILES} were graded"
    return notebooks[:MOST_FILES] or files[:1] or [entry], remark
