"""A new lecture to write on: source, exercises, their proofs and a row of the syllabus, from the files in ``template``.

It runs and keeps every rule, except for what its author is still to write: ``course lint`` names that.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from string import Template

from course_tools import files, syllabus
from course_tools.authoring.pairing import SOURCE_HEADER
from course_utils import settings

SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


class CannotLay(Exception):
    """A lecture cannot be laid; the message says why and what to do."""


def lay(number: str, slug: str, title: str) -> list[Path]:
    """Write the files of a new lecture and its row in the syllabus, and return them. Nothing is written over.

    Args:
        number: ``"14"``, or ``"13a"`` for the first of several sittings.
        slug: the end of its file name: ``"restoring_images"``.
        title: its heading.

    Raises:
        CannotLay: number or slug are of another form or taken, or this is no clone of the course.
    """
    _check(number, slug)
    root = settings.course_root()
    values = {"number": number, "slug": f"{number}_{slug}", "title": title, "quoted_title": _quoted(title)}
    sources = {
        root / "notebooks" / "source" / f"{number}_{slug}.py": f"{SOURCE_HEADER}\n{_filled('lecture', values)}",
        root / "course_utils" / "exercises" / f"lecture_{number}.py": _filled("exercises", values),
        root / "tests" / "lectures" / "answers" / f"lecture_{number}.py": _filled("answers", values),
        root / "tests" / "lectures" / "mutations" / f"lecture_{number}.py": _filled("mutations", values),
    }
    for path in sources:
        if path.exists():
            raise CannotLay(f"{path} exists and stays as it is; move it away, or choose another number or name")
        if not path.parent.is_dir():
            raise CannotLay(f"{path.parent} does not exist: lectures are written in a clone of the course")
    for path, content in sources.items():
        files.create(path, content.encode())
    table = syllabus.notebooks_folder() / "syllabus.toml"
    with_row = _with_row(table.read_text(encoding="utf-8"), number, _filled("row", values))
    files.replace(table, _with_chapter(with_row, number[:2], title).encode())
    return [*sources, table]


def _check(number: str, slug: str) -> None:
    if not syllabus.NUMBER.fullmatch(number):
        raise CannotLay(f"a lecture's number is two digits, and a letter if its chapter has several; got {number!r}")
    if not SLUG.fullmatch(slug):
        raise CannotLay(f"a name such as restoring_images, in small letters and digits; got {slug!r}")
    for known in syllabus.lectures():
        whole_chapter = known.chapter == number[:2] and len(known.number) != len(number)
        if known.number == number or whole_chapter:
            raise CannotLay(f"there is a lecture {known.number} already; a chapter is one lecture, or has letters")


def _filled(name: str, values: dict[str, str]) -> str:
    template = resources.files("course_tools.authoring").joinpath("template", f"{name}.txt")
    return Template(template.read_text(encoding="utf-8")).substitute(values)


def _with_row(text: str, number: str, row: str) -> str:
    """Return the syllabus with a row more, in the order of the numbers."""
    head, *rows = re.split(r"^(?=\[\[lecture\]\]$)", text, flags=re.MULTILINE)
    earlier = sum(re.search(r'^number = "(.*)"$', known, re.MULTILINE).group(1) < number for known in rows)
    rows.insert(earlier, row)
    return "\n\n".join(part.rstrip("\n") for part in [head, *rows]) + "\n"


def _with_chapter(text: str, chapter: str, title: str) -> str:
    """Return the syllabus with a title for this chapter; the title of its first sitting serves until it has its own."""
    if chapter in syllabus.chapters():
        return text
    head, rest = text.split("[chapters]\n", 1)
    listed, rows = rest.split("\n\n", 1)
    lines = sorted([*listed.splitlines(), f"{chapter} = {_quoted(title)}"])
    return f"{head}[chapters]\n" + "\n".join(lines) + f"\n\n{rows}"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
