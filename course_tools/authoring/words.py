"""The words of a lecture: each term explained before it is used, in the field's own words, in American English.

Terms stand in ``notebooks/glossary.toml``; what is not said, and what is said instead, in ``notebooks/wording.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from course_tools import syllabus
from course_tools.authoring import glossary
from course_tools.authoring.glossary import Term
from course_tools.authoring.pairing import read_source
from course_tools.authoring.reading import headings, prose, section
from course_tools.authoring.student import is_notes, tags
from course_tools.syllabus import Lecture
from course_utils.exercises import engine

BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
CALLED = re.compile(r"\bcall(?:ed|s)?(?: (?:it|this|these|them))?(?: an?| the)? \*\*(.+?)\*\*", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)")
POINTS_AHEAD = re.compile(r"\b(?:chapter|lecture|sitting)s? \d|\b\d\d[a-z]\b", re.IGNORECASE)
NEXT = re.compile(r"\*\*Next\.\*\*.*", re.DOTALL)


@dataclass(frozen=True)
class Habit:
    """Something that the lectures do not say.

    Attributes:
        pattern: regular expression that finds it, in upper and lower case.
        say: what to write instead.
        example, fine: a text with the habit, and one without that comes close.
    """

    pattern: str
    say: str
    example: str
    fine: str = ""

    def found_in(self, text: str) -> list[str]:
        """Return the pieces of a text that have the habit."""
        return [match.group() for match in re.finditer(self.pattern, text, re.IGNORECASE)]


def habits() -> list[Habit]:
    """Return everything that the lectures do not say: home-made words, habits to unlearn, British spelling."""
    path = syllabus.notebooks_folder() / "wording.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    british = [
        Habit(rf"\w*{british}\w*", f"American spelling: {american}", british)
        for british, american in table["american"].items()
    ]
    return [*(Habit(**row) for row in table["avoid"]), *british]


def problems(notebook: NotebookNode, lecture: Lecture) -> list[str]:
    """Return what is wrong with the words of a lecture."""
    return [*_definitions(notebook, lecture), *_early_terms(notebook, lecture), *_wording(notebook, lecture)]


def unused_terms() -> list[str]:
    """Return the terms that a lecture explains and that none says anywhere else."""
    there = {one.number for one in syllabus.lectures()}
    texts = [
        (cell.source, tags(cell))
        for one in syllabus.lectures()
        if one.source.exists()
        for cell in read_source(one).cells
        if cell.cell_type == "markdown"
    ]
    return [
        f"glossary.toml: {term.name} is explained in {term.sitting} and used nowhere else"
        for term in glossary.terms()
        if term.sitting in there
        and not any(_finder([term]).search(text) for text, own in texts if f"defines:{term.name}" not in own)
    ]


def _definitions(notebook: NotebookNode, lecture: Lecture) -> Iterator[str]:
    """Find terms whose explanation is missing, misplaced, unmarked, or unknown to the glossary."""
    known = {term.name: term for term in glossary.terms()}
    places = _places(notebook)
    for name, positions in places.items():
        where = f"cell {positions[0]}"
        if name not in known:
            yield f"{where}: defines {name}, which has no entry in glossary.toml"
            continue
        if known[name].sitting != lecture.number:
            yield f"{where}: defines {name}, which glossary.toml leaves to {known[name].sitting}"
        if len(positions) > 1:
            yield f"{where} and cell {positions[1]} both define {name}"
        if not any(known[name].names(bold) for bold in BOLD.findall(notebook.cells[positions[0]].source)):
            yield f"{where}: defines {name}, which does not stand there in **bold**"
    for term in known.values():
        if term.sitting == lecture.number and term.name not in places:
            yield f"no cell is tagged defines:{term.name}, which glossary.toml expects here"
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and not is_notes(cell):
            for introduced in CALLED.findall(cell.source):
                if not any(term.names(introduced) for term in known.values()):
                    yield f"cell {position}: {introduced} is introduced, but has no entry in glossary.toml"


def _places(notebook: NotebookNode) -> dict[str, list[int]]:
    """Return the positions of the cells that define each term."""
    places: dict[str, list[int]] = {}
    for position, cell in enumerate(notebook.cells):
        for tag in tags(cell):
            if tag.startswith("defines:"):
                places.setdefault(tag.removeprefix("defines:"), []).append(position)
    return places


def _early_terms(notebook: NotebookNode, lecture: Lecture) -> Iterator[str]:
    """Find terms that are used before they are explained.

    What an earlier sitting explains is known, also where that sitting is still to be converted. A later term may be
    named where the sentence says where it comes (chapter 07); the first cell, the references, the speaker notes and
    what comes next may name any.
    """
    places = _places(notebook)
    terms = glossary.terms()
    finder = _finder(terms)
    reported: set[str] = set()
    for position, text in _taught(notebook):
        for sentence in SENTENCE_END.split(text):
            for said in finder.findall(sentence):
                term = next(term for term in terms if term.names(said))
                if term.sitting < lecture.number or term.name in reported:
                    continue
                if term.sitting == lecture.number:
                    early, where = position < min(places.get(term.name, [0])), "below"
                else:
                    early, where = not POINTS_AHEAD.search(sentence), f"in {term.sitting}"
                if early:
                    reported.add(term.name)
                    yield f"cell {position}: {' '.join(said.split())!r} is used before it is explained, {where}"


def _finder(terms: list[Term]) -> re.Pattern[str]:
    """Return a pattern that finds terms in a text; where one is part of another, the longer one."""
    patterns = sorted((pattern for term in terms for pattern in term.patterns), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _taught(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Return the prose in which terms must be known, with the position of its cell."""
    unread = _references(notebook)
    for position, cell in enumerate(notebook.cells[1:], start=1):
        if cell.cell_type == "markdown" and not is_notes(cell) and position not in unread:
            yield position, NEXT.sub("", prose(cell.source))


def _references(notebook: NotebookNode) -> set[int]:
    found = (section(notebook, heading) for heading in headings(notebook) if heading.title == "References")
    return {position for positions in found for position in positions}


def _wording(notebook: NotebookNode, lecture: Lecture) -> Iterator[str]:
    """Find what is not said, in prose, code and exercises; titles of papers are spelled as they are."""
    unread = _references(notebook)
    texts = [(f"cell {n}", cell.source) for n, cell in enumerate(notebook.cells) if n not in unread]
    for exercise_id, exercise in engine.of_lecture(lecture.number).items():
        messages = [mistake.message for mistake in exercise.mistakes]
        texts.append((f"exercise {exercise_id}", "\n".join([exercise.title, exercise.why, *exercise.hints, *messages])))
    for habit in habits():
        for where, text in texts:
            for found in habit.found_in(text):
                yield f"{where}: {' '.join(found.split())!r}; {habit.say}"
