"""The words and symbols of the course, read from ``glossary.toml`` and ``notation.toml``, and shown as tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course_tools import syllabus


@dataclass(frozen=True)
class Term:
    """A word of the field.

    Attributes:
        name: the term, as its defining cell is tagged: ``defines:box filter``.
        sitting: the sitting that explains it.
        means: what it means, in plain words.
        forms: other forms that count as the term; a plural with s needs none.
    """

    name: str
    sitting: str
    means: str
    forms: Sequence[str] = ()

    @property
    def patterns(self) -> list[str]:
        """A regular expression for each of its forms."""
        return [re.escape(form).replace(r"\ ", r"\s+") + "s?" for form in (self.name, *self.forms)]

    def names(self, text: str) -> bool:
        """Return whether a text is this term, in any of its forms, and nothing else."""
        return any(re.fullmatch(pattern, text, re.IGNORECASE) for pattern in self.patterns)


@dataclass(frozen=True)
class Symbol:
    """A symbol of the course's formulas.

    Attributes:
        name: its key, as in the tag ``deviates:λ``.
        symbol: how the table shows it, in Markdown.
        meaning: its one meaning.
        sitting: the sitting that introduces it.
        finds: regular expressions that find it in a formula.
    """

    name: str
    symbol: str
    meaning: str
    sitting: str
    finds: Sequence[str] = ()


@dataclass(frozen=True)
class Contradiction:
    """A way to write a formula that contradicts the table of symbols.

    Attributes:
        name: key of the symbol that is used wrongly, or that another one stands for.
        pattern: regular expression that finds it.
        say: what to write instead.
        example, fine: a formula with the fault, and one without that comes close.
    """

    name: str
    pattern: str
    say: str
    example: str
    fine: str


def terms() -> list[Term]:
    """Return the words of the glossary in course order."""
    return [Term(**row) for row in _read("glossary")["term"]]


def symbols() -> list[Symbol]:
    """Return the symbols in the order of their introduction."""
    return [Symbol(**row) for row in _read("notation")["symbol"]]


def contradictions() -> list[Contradiction]:
    """Return what contradicts the table of symbols."""
    return [Contradiction(**row) for row in _read("notation")["contradiction"]]


def glossary_table() -> str:
    """Return the glossary as a table in Markdown, in alphabetical order."""
    ordered = sorted(terms(), key=lambda term: term.name.lower())
    return "\n".join(_table(["term", "what it means", "explained in"], [(t.name, t.means, t.sitting) for t in ordered]))


def notation_table() -> str:
    """Return the symbols as a table in Markdown."""
    rows = [(symbol.symbol, symbol.meaning, symbol.sitting) for symbol in symbols()]
    return "\n".join(_table(["symbol", "meaning", "first used in"], rows))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cells)} |"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((syllabus.notebooks_folder() / f"{name}.toml").read_text(encoding="utf-8"))
