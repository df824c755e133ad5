"""The progress table of a lecture: what the checks of this kernel have found so far. Introduced in lecture 00."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course_utils.exercises import engine, look
from course_utils.exercises.engine import CORRECT, NOT_ATTEMPTED, STYLES, Exercise


@dataclass(frozen=True)
class Progress:
    """How far a reader is with the exercises of a lecture; a table in a notebook, lines in plain text.

    Attributes:
        lecture: number of the lecture, ``"02"``.
        exercises: its exercises, in order.
        statuses: for each of them ``"correct"``, ``"incorrect"`` or ``"not attempted yet"``.
    """

    lecture: str
    exercises: Sequence[Exercise]
    statuses: Sequence[str]

    @property
    def heading(self) -> str:
        done = self.statuses.count(CORRECT)
        minutes = sum(one.minutes for one, status in self._rows if status != CORRECT)
        rest = f", about {minutes} min to go" if minutes else ""
        return f"Lecture {self.lecture}: {done} of {len(self.exercises)} exercises correct{rest}"

    def __repr__(self) -> str:
        width = max(len(one.title) for one in self.exercises)
        rows = [f"{STYLES[status][0]} {one.id}  {one.title:<{width}}  {status}" for one, status in self._rows]
        return "\n".join([self.heading, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td>{one.id}</td><td style="text-align:left">{html.escape(one.title)}</td><td>{one.minutes} min</td>'
            f'<td style="text-align:left">{look.badge(*STYLES[status])} {status}</td></tr>'
            for one, status in self._rows
        )
        return f"<b>{self.heading}</b><table>{rows}</table>"

    @property
    def _rows(self) -> list[tuple[Exercise, str]]:
        return list(zip(self.exercises, self.statuses, strict=True))


def progress(number: str) -> Progress:
    """Return the progress table of a lecture: the latest outcome of each check that ran in this kernel.

    Args:
        number: number of the lecture, ``"02"``.

    Raises:
        KeyError: the lecture has no exercises.
    """
    return progress_from(number, engine.outcomes())


def progress_from(number: str, found: Mapping[str, str]) -> Progress:
    """Return the progress table of a lecture from the statuses found, by exercise id; what is absent is not attempted.

    Raises:
        KeyError: the lecture has no exercises.
    """
    exercises = list(engine.of_lecture(number).values())
    if not exercises:
        raise KeyError(f"no exercises in lecture {number!r}")
    return Progress(number, exercises, [found.get(one.id, NOT_ATTEMPTED) for one in exercises])
