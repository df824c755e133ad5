"""The lectures of the course, read from ``notebooks/syllabus.toml``: the one table of titles, times and topics.

A chapter is taught in one sitting or in several; each sitting is a lecture, one notebook, with a row of its own.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from course_utils import settings

NUMBER = re.compile(r"\d\d[a-z]?")  # of the chapter, and a letter for one of several sittings


@dataclass(frozen=True)
class Lecture:
    """One lecture: what is taught in one sitting.

    Attributes:
        number: the chapter's two digits, ``"02"``, and a letter where a chapter has several sittings, ``"08a"``.
        slug: file name without its ending, ``"08a_regularization_data_and_model"``.
        title: heading.
        minutes: time to teach the core sections; optional sections and exercises are not counted.
        exercise_minutes: time for the exercises.
        cpu_seconds: time of the full profile on one thread.
        topics: ids of the course plan, in order.
        errata: ids of the errata that this lecture proves.
        gpu_seconds: time of the full profile with a GPU, or None while nobody has measured it.
        guest: whether it is an instructor's own, outside the course plan.
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
    guest: bool = False

    @property
    def chapter(self) -> str:
        """The number of its chapter: ``"08"`` for ``"08a"``."""
        return self.number[:2]

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

    @property
    def given(self) -> list[Path]:
        """The files that a student gets beside the notebook, in order; empty for most lectures."""
        folder = notebooks_folder() / "source" / "given" / self.number
        return sorted(path for path in folder.glob("*") if path.is_file())


def notebooks_folder() -> Path:
    """Return the folder of the lectures."""
    return settings.course_root() / "notebooks"


def title() -> str:
    """Return the name of the course."""
    return _table()["course"]["title"]


def repository() -> str:
    """Return ``"owner/name"`` of the published repository, or an empty string while there is none."""
    return _table()["course"]["repository"]


def taught_by() -> str:
    """Return who teaches this copy and when, ``"Ann Lee, spring 2027"``; empty where nobody has adopted it."""
    course = _table()["course"]
    return ", ".join(filter(None, (course.get("instructor", ""), course.get("term", ""))))


def has_sources() -> bool:
    """Return False in a copy for students, which was published without the sources."""
    return (notebooks_folder() / "source").is_dir()


def lectures() -> list[Lecture]:
    """Return all lectures in teaching order.

    Raises:
        ValueError: a number is not written as numbers of lectures are.
    """
    table = _table()
    for row in table["lecture"]:
        if not NUMBER.fullmatch(str(row["number"])) or not isinstance(row["number"], str):
            raise ValueError(f'syllabus.toml: number = {row["number"]!r}; write it like "02" or "02a", in quotes')
    return [
        Lecture(**{**row, "topics": tuple(row["topics"]), "errata": tuple(row["errata"])}) for row in table["lecture"]
    ]


def chapters() -> dict[str, str]:
    """Return the title of each chapter by its number."""
    return _table()["chapters"]


def lecture(number: str) -> Lecture:
    """Return the lecture of this number; ``"2"`` and ``"02"`` are the same, and so are ``"8a"`` and ``"08a"``.

    Raises:
        KeyError: there is none; the message lists the sittings of that chapter, or else the numbers that exist.
    """
    by_number = {one.number: one for one in lectures()}
    wanted = str(number).lower()
    wanted = wanted.zfill(2 if wanted.isdigit() else 3)
    sittings = [known for known in by_number if known[:-1] == wanted]
    if sittings:
        title = chapters()[wanted]
        raise KeyError(f"chapter {wanted}, {title}, has several lectures; name one of {', '.join(sittings)}")
    if wanted not in by_number:
        raise KeyError(f"no lecture {number!r}; there are {', '.join(by_number)}")
    return by_number[wanted]


def _table() -> dict:
    return tomllib.loads((notebooks_folder() / "syllabus.toml").read_text(encoding="utf-8"))
