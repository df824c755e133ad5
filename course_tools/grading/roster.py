"""The students of a course, read from a file, and which of them has handed in what."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("name", "id", "email")
MOST_PARTS = 4  # of a name whose parts are tried in every order


class RosterError(Exception):
    """The roster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Person:
    """A student: name, id at the university, e-mail address; any but the name may be empty."""

    name: str
    id: str = ""
    email: str = ""


class Roster:
    """Finds the person behind a name under which something was handed in."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = tuple(people)
        self._by_key: dict[str, set[Person]] = defaultdict(set)
        for person in people:
            for key in _keys(person):
                self._by_key[key].add(person)

    def find(self, student: str, number: str = "") -> Person | None:
        """Return the one person whom a name, an id or an e-mail address means, or None; two of a name are no one."""
        for text in (number, student):
            found = self._by_key.get(_plain(text), set()) or self._by_key.get(_in_order(text), set())
            if len(found) == 1:
                return next(iter(found))
        return None


def read(path: Path) -> Roster:
    """Return the roster in a CSV file with the columns name, id and email, in any order, separated by , or ;.

    Raises:
        RosterError: the file cannot be read, or is no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RosterError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RosterError(f'{path} is not in UTF-8; save it again as "CSV UTF-8"') from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    rows.fieldnames = [name.strip().casefold().replace("-", "") for name in rows.fieldnames or []]
    missing = [name for name in COLUMNS if name not in rows.fieldnames]
    if missing:
        raise RosterError(f"{path} has no column {missing[0]!r}; its first line should be: {','.join(COLUMNS)}")
    people = [Person(*((row[name] or "").strip() for name in COLUMNS)) for row in rows]
    return Roster([person for person in people if person.name])


def _keys(person: Person) -> set[str]:
    """Return what a person may be called, each in one spelling: names are compared without accents and order."""
    parts = _parts(person.name)
    joined = {"".join(order) for order in itertools.permutations(parts)} if len(parts) <= MOST_PARTS else set()
    account = person.email.partition("@")[0]
    return ({_plain(word) for word in (person.id, person.email, account)} | {_in_order(person.name)} | joined) - {""}


def _plain(text: str) -> str:
    return text.strip().casefold()


def _parts(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _in_order(text: str) -> str:
    return " ".join(sorted(_parts(text)))
