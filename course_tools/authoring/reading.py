"""How the house rules read a notebook: its headings and sections, its prose without code, its formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

FENCE = re.compile(r"^```.*?^```[^\n]*$", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+(?:\n[^$\n]+)*?)\$", re.DOTALL)
CODE_SPAN = re.compile(r"`+[^`]+`+")
HTML = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
LINK_TARGET = re.compile(r"\]\([^)]*\)")
ADDRESS = re.compile(r"\b(?:https?://|arXiv:|doi:)\S+")


@dataclass(frozen=True)
class Heading:
    """A heading of a lecture.

    Attributes:
        position: of its cell in the notebook, counted from 0.
        level: 1 for the title, 2 for a section.
        title: what it says.
        opens_cell: whether the cell begins with it.
    """

    position: int
    level: int
    title: str
    opens_cell: bool


def headings(notebook: NotebookNode) -> list[Heading]:
    """Return the headings of a notebook in order; a comment in a code example is none."""
    return [
        Heading(position, len(match.group(1)), match.group(2).strip(), match.start() == 0)
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for match in re.finditer(r"^(#+) (.*)$", FENCE.sub("", cell.source), re.MULTILINE)
    ]


def section(notebook: NotebookNode, heading: Heading) -> range:
    """Return the positions of a section's cells: from its heading to the next of the same level or above."""
    following = headings(notebook)
    later = following[following.index(heading) + 1 :]
    end = next((other.position for other in later if other.level <= heading.level), len(notebook.cells))
    return range(heading.position, end)


def code_lines(cell: NotebookNode) -> int:
    """Return how many lines of a cell are not empty."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def prose(source: str) -> str:
    """Return Markdown as it is read: code, formulas, tags and addresses are left out."""
    for unread in (FENCE, FORMULA, CODE_SPAN, HTML, ADDRESS):
        source = unread.sub(" ", source)
    return LINK_TARGET.sub("]", source)


def formulas(source: str) -> list[str]:
    """Return the formulas of a Markdown text, without dollar signs."""
    return [shown or inline for shown, inline in FORMULA.findall(CODE_SPAN.sub(" ", FENCE.sub("", source)))]
