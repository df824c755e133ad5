"""What needs what, drawn: the table of the teaching plan as a graph of chapters, from left to right."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from html import escape

from course_tools import syllabus

ROW = re.compile(r"^\| (\d\d) \| ([\d, ]*)\|", re.MULTILINE)
WIDTH, HEIGHT, RIGHT, DOWN = 168, 52, 216, 72  # of a box, and from one box to the next, in pixels
STYLE = (
    "text{font:12px sans-serif;fill:#1a1a1a} .b{fill:#eef3fb;stroke:#3b5b92}"
    " line{stroke:#3b5b92;stroke-width:1.5;marker-end:url(#a)}"
)


def needs(plan: str) -> dict[str, set[str]]:
    """Return for each chapter those that it needs by itself, not through another one.

    Args:
        plan: the teaching plan; each row of its table "What needs what" begins with a chapter and those it needs.
    """
    table = plan.partition("## What needs what")[2].partition("\n## ")[0]
    stated = {chapter: set(re.findall(r"\d\d", named)) for chapter, named in ROW.findall(table)}
    return {
        chapter: {one for one in named if not any(one in _behind(stated, other) for other in named)}
        for chapter, named in stated.items()
    }


def graph(plan: str) -> str:
    """Return the graph as SVG: a box for each chapter of the course that has a row, to the right of all it needs."""
    titles = syllabus.chapters()
    needed = {chapter: named & set(titles) for chapter, named in needs(plan).items() if chapter in titles}
    places = _places(needed)
    lines = [_line(places[one], places[chapter]) for chapter in needed for one in sorted(needed[chapter])]
    boxes = [_box(chapter, titles[chapter], *places[chapter]) for chapter in needed]
    width, height = (max((place[axis] for place in places.values()), default=0) for axis in (0, 1))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {width + WIDTH + 16} {height + HEIGHT + 16}">',
            f"<style>{STYLE}</style>",
            '<marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#3b5b92"/></marker>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _behind(stated: Mapping[str, set[str]], chapter: str) -> set[str]:
    """Return all that a chapter needs, also through others."""
    return stated[chapter].union(*(_behind(stated, one) for one in stated[chapter]))


def _places(needed: Mapping[str, set[str]]) -> dict[str, tuple[int, int]]:
    """Return the corner of each box; columns are centered, so that lines stay short."""
    columns: list[list[str]] = []
    at: dict[str, int] = {}
    for chapter in needed:  # in teaching order, so what is needed has its column already
        at[chapter] = 1 + max((at[one] for one in needed[chapter]), default=-1)
        columns.extend([] for _ in range(at[chapter] + 1 - len(columns)))
        columns[at[chapter]].append(chapter)
    tallest = max(map(len, columns), default=0)
    return {
        chapter: (x * RIGHT, (tallest - len(column)) * DOWN // 2 + y * DOWN)
        for x, column in enumerate(columns)
        for y, chapter in enumerate(column)
    }


def _line(start: Sequence[int], end: Sequence[int]) -> str:
    half = HEIGHT // 2
    return f'<line x1="{start[0] + WIDTH}" y1="{start[1] + half}" x2="{end[0]}" y2="{end[1] + half}"/>'


def _box(chapter: str, title: str, x: int, y: int) -> str:
    rows = textwrap.wrap(f"{chapter} {title}", 25)
    first = y + HEIGHT // 2 + 4 - 8 * (len(rows) - 1)
    words = "".join(f'<text x="{x + 10}" y="{first + 16 * row}">{escape(text)}</text>' for row, text in enumerate(rows))
    return f'<rect class="b" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>{words}'
