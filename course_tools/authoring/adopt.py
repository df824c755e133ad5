"""A course becomes an instructor's own: names, links, and holders of rights, in the few files that state them."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from course_tools import files, syllabus
from course_utils import settings

REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


class CannotAdopt(Exception):
    """The course cannot be adopted as asked; the message says why and what to do. Nothing was written."""


@dataclass(frozen=True)
class Owner:
    """Who takes the course over.

    Attributes:
        repository: ``"owner/name"`` on GitHub.
        instructor: who teaches it.
        term: when, in the words of the instructor.
        title: new name of the course, or None to keep it.
    """

    repository: str
    instructor: str
    term: str
    title: str | None = None


def adopt(owner: Owner, today: datetime.date) -> list[Path]:
    """Write the owner into the syllabus, the README's heading, CITATION.cff and the licenses; return what changed.

    A second time replaces what the first one wrote. What is derived from the syllabus is left to ``course build``.

    Raises:
        CannotAdopt: an entry is empty or misspelt, git holds uncommitted changes, or the sources are not here.
    """
    _check(owner)
    root = settings.course_root()
    changes = {
        root / "notebooks" / "syllabus.toml": lambda text: _syllabus(text, owner),
        root / "README.md": lambda text: (
            text.replace(f"# {syllabus.title()}\n", f"# {owner.title}\n", 1) if owner.title else text
        ),
        root / "CITATION.cff": lambda text: _citation(text, owner),
        root / "LICENSE": lambda text: _license(text, owner, today),
        root / "LICENSE-text.md": lambda text: _license_of_text(text, owner),
    }
    before = {path: path.read_text(encoding="utf-8") for path in changes}
    after = {path: change(before[path]) for path, change in changes.items()}
    changed = [path for path in changes if after[path] != before[path]]
    for path in changed:
        files.replace(path, after[path].encode())
    return changed


def _check(owner: Owner) -> None:
    if not REPOSITORY.fullmatch(owner.repository):
        raise CannotAdopt(f"--repository {owner.repository!r}: write it as GitHub does, owner/name")
    for option in ("instructor", "term", "title"):
        value = getattr(owner, option)
        if value is not None and (not value.strip() or not value.isprintable()):
            raise CannotAdopt(f"--{option} {value!r}: one line of text is needed")
    if not syllabus.has_sources():
        raise CannotAdopt("notebooks/source is not here; adopt the full course, then make a copy without its solutions")
    status = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"],
        cwd=settings.course_root(),
        capture_output=True,
        text=True,
    )
    if status.returncode != 0:
        raise CannotAdopt(
            "this is no git repository, so nothing could be undone; run: git init && git add . && git commit"
        )
    if status.stdout:
        raise CannotAdopt(
            "git has uncommitted changes here; commit them first, so that git restore can undo this alone"
        )


def _syllabus(text: str, owner: Owner) -> str:
    values = {"repository": owner.repository, "instructor": owner.instructor, "term": owner.term}
    if owner.title:
        values["title"] = owner.title
    head, rest = text.split("[chapters]", 1)
    for key, value in values.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        head, found = re.subn(rf"^{key} = .*$", lambda _, line=line: line, head, count=1, flags=re.M)
        if not found:
            raise CannotAdopt(f'syllabus.toml has no line for {key} under [course]; add: {key} = ""')
    return f"{head}[chapters]{rest}"


def _citation(text: str, owner: Owner) -> str:
    """Keep the authors, whom a license asks to name; say who answers for this copy and where it is."""
    kept = re.sub(r"^(repository-code: .*\n|contact:\n  - name: .*\n)", "", text, flags=re.M)
    if owner.title:
        title = json.dumps(f"{owner.title}: lecture notebooks", ensure_ascii=False)
        kept = re.sub(r"^title: .*$", lambda _: f"title: {title}", kept, count=1, flags=re.M)
    address, name = f"https://github.com/{owner.repository}", json.dumps(owner.instructor, ensure_ascii=False)
    return f'{kept.rstrip()}\nrepository-code: "{address}"\ncontact:\n  - name: {name}\n'


def _license(text: str, owner: Owner, today: datetime.date) -> str:
    """Add a line to the first holder's, which has to stay."""
    first, *rest = [line for line in text.splitlines(keepends=True) if not line.endswith(" (changes)\n")]
    place = next(index for index, line in enumerate(rest) if line.startswith("Copyright"))
    rest.insert(place + 1, f"Copyright (c) {today.year}, {owner.instructor} (changes)\n")
    return "".join([first, *rest])


def _license_of_text(text: str, owner: Owner) -> str:
    """Say whom to name for changes, once."""
    kept = re.sub(r"\n## This copy\n.*", "", text, flags=re.S).rstrip()
    address = f"https://github.com/{owner.repository}"
    return (
        f"{kept}\n\n## This copy\nIt was adapted by {owner.instructor}; name it too, with its address: <{address}>.\n"
    )
