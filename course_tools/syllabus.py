"""The lectures of the course, read from ``notebooks/syllabus.toml``: the one table of titles, times and topics."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from course_utils import settings


@dataclass(frozen=True)
class Lecture:
    """One lecture.

    Attributes:
        number: two digits, ``"02"``, and a letter where a lecture has parts, ``"08a"``.
        slug: file name without its ending, ``"02_spatial_filtering"``.
        title: heading.
        minutes: teaching time.
        exercise_minutes: time for the exercises.
        cpu_seconds: time of the full profile on one thread.
        topics: ids of the course plan, in order.
        errata: ids of the errata that this lecture proves.
        gpu_seconds: time of the full profile with a GPU, or None while nobody has measured it.
    """

    number: str
    slug: str
    title: str
    minutes: int
    exercise_minutes: int
    cpu_seconds: int
    topics: tuple[str, ...]
    errata: tuple[str, ...]
    gpu_seconds: int | None = None

    @property
    def source(self) -> Path:
        """The one source: text, code, exercises with solutions."""
        return notebooks_folder() / "source" / f"{self.slug}.py"

    @property
    def solution(self) -> Path:
        """The executed notebook that an instructor teaches from."""
        return notebooks_folder() / "solutions" / f"{self.slug}.ipynb"

    @property
    def student(self) -> Path:
        """The notebook that a student opens."""
        return notebooks_folder() / f"{self.slug}.ipynb"


def notebooks_folder() -> Path:
    """Return the folder of the lectures."""
    return settings.course_root() / "notebooks"


def repository() -> str:
    """Return ``"owner/name"`` of the published repository, or an empty string while there is none."""
    return _table()["course"]["repository"]


def lectures() -> list[Lecture]:
    """Return all lectures in teaching order."""
    return [
        Lecture(**{**row, "topics": tuple(row["topics"]), "errata": tuple(row["errata"])})
        for row in _table()["lecture"]
    ]


def lecture(number: str) -> Lecture:
    """Return the lecture of this number; ``"2"`` and ``"02"`` are the same, and so are ``"8a"`` and ``"08a"``.

    Raises:
        KeyError: there is none; the message lists the parts of that lecture, or else the numbers that exist.
    """
    by_number = {one.number: one for one in lectures()}
    wanted = str(number).lower()
    wanted = wanted.zfill(2 if wanted.isdigit() else 3)
    parts = [known for known in by_number if known[:-1] == wanted]
    if parts:
        raise KeyError(f"lecture {wanted} comes in parts; name one of {', '.join(parts)}")
    if wanted not in by_number:
        raise KeyError(f"no lecture {number!r}; there are {', '.join(by_number)}")
    return by_number[wanted]


def _table() -> dict:
    return tomllib.loads((notebooks_folder() / "syllabus.toml").read_text(encoding="utf-8"))
