"""The outcomes of an exercise, and the two commands of a student: ``check`` and ``hint``.

``check`` never raises because of an answer: whatever a student hands in is met with a sentence. Introduced in
lecture 00.
"""

from __future__ import annotations

import html
import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from course_utils.exercises import look
from course_utils.exercises.calling import cut, limited

SEED = 20261  # of the inputs that a check tries
GRADING_SEED = SEED + 1000  # of the hidden ones that grading tries
CORRECT, INCORRECT, NOT_ATTEMPTED = "correct", "incorrect", "not attempted yet"
STYLES = {CORRECT: ("✔", look.GREEN), INCORRECT: ("✘", look.ORANGE), NOT_ATTEMPTED: ("…", look.GRAY)}
LONGEST_MESSAGE = 1500
_hints_given: dict[str, int] = {}
_outcomes: dict[str, str] = {}


@dataclass(frozen=True)
class Result:
    """What ``check`` found. In a notebook, ``_`` holds it after a check: try ``_.inputs`` and ``_.expected``.

    Attributes:
        exercise_id: id of the exercise, such as ``"02.3"``.
        status: ``"correct"``, ``"incorrect"`` or ``"not attempted yet"``.
        message: one to three sentences.
        mistake: name of a known wrong answer that was recognised, else None.
        inputs: the arguments of the failing call, as they were before it.
        expected, returned: what a right answer returns for them, and what this answer returned.
        traceback: the student's own traceback where the answer raised.
    """

    exercise_id: str
    status: str
    message: str
    mistake: str | None = None
    inputs: tuple[Any, ...] | None = None
    expected: Any = None
    returned: Any = None
    traceback: str = ""

    @property
    def heading(self) -> str:
        return f"Exercise {self.exercise_id}: {self.status}"

    def __repr__(self) -> str:
        parts = [f"{STYLES[self.status][0]} {self.heading}. {self.message}".rstrip(), self.traceback.rstrip()]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        sign, color = STYLES[self.status]
        trace = f"<pre>{html.escape(self.traceback.rstrip())}</pre>" if self.traceback else ""
        heading = f"{look.badge(sign, color)} <b>{html.escape(self.heading)}.</b>"
        return look.panel(f"{heading} {html.escape(self.message)}{trace}", color)


@dataclass(frozen=True)
class Hint:
    """One rung of a hint ladder."""

    exercise_id: str
    number: int
    total: int
    text: str

    def __repr__(self) -> str:
        return f"{self.heading}: {self.text} ({self._after})"

    def _repr_html_(self) -> str:
        text = f"<b>{self.heading}.</b> {html.escape(self.text)} <i>{self._after}</i>"
        return look.panel(text, look.BLUE)

    @property
    def heading(self) -> str:
        return f"Hint {self.number} of {self.total} for exercise {self.exercise_id}"

    @property
    def _after(self) -> str:
        following = f'hint("{self.exercise_id}") gives the next one.'
        return following if self.number < self.total else "This was the last one."


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that many people give, and what to tell them.

    Attributes:
        name: a few words, unique within the exercise: ``"kernel not flipped"``.
        answer: the wrong answer itself: a function, a value, or whatever the exercise takes.
        message: one sentence that says what went wrong without giving the answer away.
    """

    name: str
    answer: Any
    message: str


@dataclass(frozen=True, kw_only=True)
class Exercise(ABC):
    """An exercise of a lecture.

    Attributes:
        id: ``"02.3"``: lecture, dot, number.
        title: a few words.
        minutes: time that a student should plan.
        hints: at least two, each giving away a little more.
        mistakes: at least three wrong answers that are recognised and named.
        why: shown after a right answer: the reason of a choice, the derivation of what was worked out on paper.
    """

    id: str
    title: str
    minutes: int
    hints: Sequence[str]
    mistakes: Sequence[Mistake] = field(default_factory=tuple)
    why: str = ""

    @abstractmethod
    def examine(self, answer: Any, seed: int = SEED) -> Result:
        """Compare ``answer`` with what is right and say what was found.

        Args:
            answer: what a student hands in.
            seed: of the random inputs; grading takes others than the notebook.
        """

    def correct(self) -> Result:
        return Result(self.id, CORRECT, self.why)

    def incorrect(self, message: str, **details: Any) -> Result:
        return Result(self.id, INCORRECT, cut(message, LONGEST_MESSAGE), **details)

    def not_attempted(self) -> Result:
        return Result(
            self.id, NOT_ATTEMPTED, f'Write your answer above, then run this cell again. hint("{self.id}") helps.'
        )


class UnknownExercise(KeyError):
    """There is no such exercise; the message, one sentence, says what to type."""

    def __str__(self) -> str:
        return str(self.args[0])


def find(exercise_id: str) -> Exercise:
    """Return the exercise with this id.

    Raises:
        UnknownExercise: there is none; the message says what an id looks like, or lists those of the lecture.
    """
    if not isinstance(exercise_id, str):
        meant = f"{exercise_id:04.1f}" if isinstance(exercise_id, float) else "02.3"
        raise UnknownExercise(f'write the id of the exercise in quotes, and first: check("{meant}", answer)')
    exercise_id = exercise_id.strip()
    number = exercise_id.partition(".")[0]
    exercises = of_lecture(number)
    if exercise_id in exercises:
        return exercises[exercise_id]
    padded = f"0{exercise_id}"
    if number[:1].isdigit() and not number[1:2].isdigit() and padded in of_lecture(padded.partition(".")[0]):
        raise UnknownExercise(f'no exercise "{exercise_id}": the lecture has two digits, "{padded}"')
    known = ", ".join(exercises) or "none"
    raise UnknownExercise(f'no exercise "{exercise_id[:40]}"; exercises of that lecture: {known}')


def of_lecture(number: str) -> dict[str, Exercise]:
    """Return the exercises of lecture ``number`` (``"02"``) by id, in order; empty where it has none."""
    if not number.isalnum():
        return {}
    name = f"course_utils.exercises.lecture_{number}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return {}
    return {exercise.id: exercise for exercise in module.EXERCISES}


def check(exercise_id: str, answer: Any) -> Result:
    """Check ``answer`` and say what was found: correct, incorrect (and why), or not attempted yet.

    Args:
        exercise_id: id of the exercise, ``"02.3"``.
        answer: the function, number, shape or network that the exercise asks for.

    Raises:
        UnknownExercise: there is no such exercise.
    """
    exercise = find(exercise_id)
    result = judge(exercise, answer)
    _outcomes[exercise.id] = result.status
    return result


def judge(exercise: Exercise, answer: Any, seed: int = SEED) -> Result:
    """Return what an exercise says about an answer, whatever the answer is; never raises because of it."""
    if answer is None or answer is Ellipsis:
        return exercise.not_attempted()
    # In a thread of its own: whatever is raised there comes from the answer (a __repr__ or an __eq__ that raises, or
    # leaves by SystemExit), and whatever is raised here is the stop button.
    examined = limited(lambda: exercise.examine(answer, seed), None)
    if examined.error is None:
        return examined.returned
    kind, reason = type(answer).__name__[:60], type(examined.error).__name__[:60]
    return exercise.incorrect(f"This answer, of type {kind}, breaks when it is looked at ({reason}).")


def outcomes() -> dict[str, str]:
    """Return the latest status of each exercise that was checked in this kernel, by id."""
    return dict(_outcomes)


def hint(exercise_id: str, number: int | None = None) -> Hint:
    """Return the next hint for an exercise; calling again climbs one rung.

    Args:
        exercise_id: id of the exercise, ``"02.3"``.
        number: ask for this rung (1 is the first) instead of the next.

    Raises:
        UnknownExercise: there is no such exercise.
        ValueError: there is no hint of that number.
    """
    exercise = find(exercise_id)
    last = len(exercise.hints)
    if number is None:
        number = min(_hints_given.get(exercise.id, 0) + 1, last)
    if not isinstance(number, int) or not 1 <= number <= last:
        raise ValueError(f'exercise {exercise.id} has hints 1 to {last}, not {number}: hint("{exercise.id}", 1)')
    _hints_given[exercise.id] = number
    return Hint(exercise.id, number, last, exercise.hints[number - 1])
