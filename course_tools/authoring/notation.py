"""The symbols of a lecture: one symbol, one meaning, as ``notebooks/notation.toml`` says for the whole course.

What can be checked is checked: a symbol of the table in a sitting before the one that introduces it, where it must mean
something else, and formulas that write an image, a kernel, a standard deviation, a learning rate or a loss otherwise. A
sitting that must deviate says so in a cell tagged ``deviates:NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course_tools.authoring import glossary
from course_tools.authoring.reading import formulas, prose
from course_tools.authoring.student import tags
from course_tools.syllabus import Lecture

NAMES_AND_WORDS = re.compile(r"\\(?:text|mathrm|operatorname|mathbb)\s*\*?\{[^{}]*\}")


def problems(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return where the formulas of a lecture contradict the table of symbols."""
    excused = {tag.removeprefix("deviates:") for cell in notebook.cells for tag in tags(cell)}
    watched = [*_early(lecture), *((c.name, c.pattern, c.say) for c in glossary.contradictions())]
    return [
        f"cell {position}: {found!r}; {complaint}; or say that it deviates, in a cell tagged deviates:{name}"
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for name, pattern, complaint in watched
        if name not in excused
        for found in _found(pattern, cell.source)
    ]


def _early(lecture: Lecture) -> Iterator[tuple[str, str, str]]:
    """Return (name, pattern, complaint) for the symbols that are introduced later."""
    for symbol in glossary.symbols():
        if symbol.sitting > lecture.number:
            for pattern in symbol.finds:
                yield symbol.name, pattern, f"{symbol.name} stands for {symbol.meaning}, from {symbol.sitting} on"


def _found(pattern: str, source: str) -> list[str]:
    """Return the different pieces of formulas that a pattern finds; a Greek letter counts in a sentence, too."""
    texts = [NAMES_AND_WORDS.sub(" ", formula) for formula in formulas(source)]
    if not pattern.isascii():
        texts.append(prose(source))
    return list(dict.fromkeys(match.group() for text in texts for match in re.finditer(pattern, text)))
