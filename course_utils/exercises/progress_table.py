"""The progress table of a lecture: what its checks found, now or when the notebook was saved. Introduced in lecture 00.

A kernel knows only the checks that ran in it. After a notebook is opened again, what stands in the file counts until
the check runs again.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.exercises import engine, look, saved
from course_utils.exercises.engine import CORRECT, NOT_ATTEMPTED, STYLES, Exercise

SAVED = "(saved): as this notebook was last saved; run the check again to be sure."


@dataclass(frozen=True)
class Progress:
    """How far a reader is with the exercises of a lecture; a table in a notebook, lines in plain text.

    Attributes:
        lecture: number of the lecture, ``"02"``.
        exercises: its exercises, in order.
        statuses: for each of them ``"correct"``, ``"incorrect"`` or ``"not attempted yet"``.
        earlier: ids of those whose status was read from the saved notebook.
        note: what a reader must know about the statuses, where there is something.
    """

    lecture: str
    exercises: Sequence[Exercise]
    statuses: Sequence[str]
    earlier: frozenset[str] = frozenset()
    note: str = ""

    @property
    def heading(self) -> str:
        done = self.statuses.count(CORRECT)
        minutes = sum(one.minutes for one, status, _ in self._rows if status != CORRECT)
        rest = f", about {minutes} min to go" if minutes else ""
        return f"Lecture {self.lecture}: {done} of {len(self.exercises)} exercises correct{rest}"

    def __repr__(self) -> str:
        width = max(len(one.title) for one in self.exercises)
        rows = [f"{STYLES[status][0]} {one.id}  {one.title:<{width}}  {words}" for one, status, words in self._rows]
        return "\n".join([self.heading, *rows, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td>{one.id}</td><td style="text-align:left">{html.escape(one.title)}</td><td>{one.minutes} min</td>'
            f'<td style="text-align:left">{look.badge(*STYLES[status])} {words}</td></tr>'
            for one, status, words in self._rows
        )
        return f"<b>{self.heading}</b><table>{rows}</table>{self.note}"

    @property
    def _rows(self) -> list[tuple[Exercise, str, str]]:
        """Each exercise, its status, and the words for it."""
        return [
            (one, status, f"{status} (saved)" if one.id in self.earlier else status)
            for one, status in zip(self.exercises, self.statuses, strict=True)
        ]


def progress(number: str) -> Progress:
    """Return the progress table of a lecture: the latest outcome of each check that ran in this kernel, else the saved.

    Saved outcomes come from the notebook of this lecture in the working folder, which is the folder of the notebook
    that runs.

    Args:
        number: number of the lecture, ``"02"``.

    Raises:
        KeyError: the lecture has no exercises.
    """
    now = engine.outcomes()
    saved_statuses = saved.statuses_beside(Path.cwd(), number)
    before = {
        exercise_id: status
        for exercise_id, status in (saved_statuses or {}).items()
        if exercise_id not in now and status != NOT_ATTEMPTED
    }
    table = progress_from(number, now | before)
    if saved_statuses is None and any(one.id not in now for one in table.exercises):
        return replace(table, note="Only checks that ran since the kernel started count here.")
    earlier = frozenset(before) & {one.id for one in table.exercises}
    return replace(table, earlier=earlier, note=SAVED if earlier else "")


def progress_from(number: str, found: Mapping[str, str]) -> Progress:
    """Return the progress table of a lecture from the statuses found, by exercise id; what is absent is not attempted.

    Raises:
        KeyError: the lecture has no exercises.
    """
    exercises = list(engine.of_lecture(number).values())
    if not exercises:
        raise KeyError(f"no exercises in lecture {number!r}")
    return Progress(number, exercises, [found.get(one.id, NOT_ATTEMPTED) for one in exercises])
