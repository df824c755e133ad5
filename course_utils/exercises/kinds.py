"""The kinds of exercise: write a function (``function_kind``), give a value, choose an answer, or build something.

Used by the checks of every lecture.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises import calling, names, trials
from course_utils.exercises.calling import guarded_call, is_blank, limited
from course_utils.exercises.diagnosis import as_array, as_items, describe, is_tensor
from course_utils.exercises.engine import SEED, Exercise, Mistake, Result
from course_utils.exercises.function_kind import CASE_NOTE, OTHER_INPUTS, FunctionExercise
from course_utils.exercises.trials import Edge, compared

__all__ = ["CASE_NOTE", "OTHER_INPUTS", "BuildExercise", "ChoiceExercise", "Edge", "FunctionExercise", "ValueExercise"]


@dataclass(frozen=True, kw_only=True)
class ValueExercise(Exercise):
    """Predict or compute a value: a number, a shape, a tuple of numbers or of names.

    Attributes:
        expected: computes the right value, so that no number is typed in twice. Whole numbers are compared exactly.
        mistakes: each ``answer`` is a wrong value; where it differs from the right tuple in one entry, it is
            recognised in that entry, unless an entry before it, from which it may follow, is wrong in an unknown way.
        rtol, atol: tolerances of other numbers; a prediction by eye deserves a wide one.
        words: the names to choose from where names are asked for.
    """

    expected: Callable[[], Any]
    rtol: float = 1e-3
    atol: float = 1e-8
    words: Sequence[str] = ()

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        if callable(answer) and is_blank(answer):
            return self.not_attempted()
        right = self.expected()
        problem = compared(right, answer, self.rtol, self.atol)
        if problem is None:
            return self.correct()
        unknown = [item for item in as_items(answer) or [] if isinstance(item, str) and self.words]
        unknown = [item for item in unknown if item.strip().casefold() not in self.words]
        if unknown:
            return self.incorrect(f"{describe(unknown[0])} is none of the names: {', '.join(self.words)}.")
        known = self._recognise(right, answer)
        if known:
            message = " ".join(mistake.message for mistake in known)
            return self.incorrect(message, mistake=" and ".join(mistake.name for mistake in known), returned=answer)
        return self.incorrect(problem + self._remark(right, answer), returned=answer)

    def _recognise(self, right: Any, answer: Any) -> list[Mistake]:
        for mistake in self.mistakes:
            if trials.agrees(mistake.answer, answer, self.rtol, self.atol):
                return [mistake]
        given = as_items(answer)
        if not isinstance(right, tuple) or given is None or len(given) != len(right):
            return []
        found: dict[int, Mistake] = {}
        for mistake in self.mistakes:
            entry = self._only_wrong_entry(right, mistake.answer)
            if entry is not None and trials.agrees(mistake.answer[entry], given[entry], self.rtol, self.atol):
                found.setdefault(entry, mistake)
        wrong = [i for i in range(len(right)) if not trials.agrees(right[i], given[i], self.rtol, self.atol)]
        return [found[entry] for entry in itertools.takewhile(found.__contains__, wrong)]

    def _only_wrong_entry(self, right: tuple[Any, ...], wrong: Any) -> int | None:
        if not isinstance(wrong, tuple) or len(wrong) != len(right):
            return None
        differing = [i for i in range(len(right)) if not trials.agrees(right[i], wrong[i], self.rtol, self.atol)]
        return differing[0] if len(differing) == 1 else None

    def _remark(self, right: Any, answer: Any) -> str:
        """Say on which side of the right number the first wrong one lies, and where a whole number is missed."""
        given = as_items(answer) if isinstance(right, tuple) else [answer]
        rights = right if isinstance(right, tuple) else (right,)
        if given is None or len(given) != len(rights):
            return ""
        pairs = zip(rights, given, strict=True)
        wrong = next((pair for pair in pairs if not trials.agrees(*pair, self.rtol, self.atol)), None)
        return _side(*wrong) if wrong else ""


def _side(right: Any, answer: Any) -> str:
    given = as_array(answer)
    if isinstance(right, str | bool) or given is None or given.size != 1 or given.dtype.kind not in "iuf":
        return ""
    value = float(given.reshape(()))
    if not np.isfinite(value):
        return ""
    if isinstance(right, int) and not value.is_integer():
        return " A whole number is asked for."
    if value * right < 0:
        return " Its sign is wrong."
    return " It is too large." if value > right else " It is too small."


@dataclass(frozen=True, kw_only=True)
class ChoiceExercise(Exercise):
    """Choose one of several answers; each wrong one has its reason.

    Attributes:
        right: the letter of the right answer.
        mistakes: one for each wrong letter (``answer`` is the letter).
    """

    right: str

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        letters = sorted({self.right, *(mistake.answer for mistake in self.mistakes)})
        written = re.fullmatch(r"\W*([a-z])\W*", answer[:20].lower()) if isinstance(answer, str) else None
        given = written.group(1) if written else None
        if given == self.right:
            return self.correct()
        for mistake in self.mistakes:
            if given == mistake.answer:
                return self.incorrect(mistake.message, mistake=mistake.name, returned=answer)
        return self.incorrect(f"Answer with one letter in quotes: {', '.join(letters)}. Got {describe(answer)}.")


@dataclass(frozen=True, kw_only=True)
class BuildExercise(Exercise):
    """Build something that many right answers can be: a network, a schedule, a text.

    Attributes:
        examiner: takes a copy of what the answer returned (or of the answer itself), then the arguments of the call,
            and returns None where it is right, else a sentence. Several right answers may differ.
        mistakes: wrong answers; the examiner must find each and its sentence must contain the message.
        calls: the arguments that the answer is called with, each in turn; empty where the task asks for the thing
            itself, though a function without parameters that builds it is taken too. A function draws them from a
            random generator: then the task asks for a function, which a table of answers does not replace.
        forbidden: names that the task rules out, ``("torch",)``.
        fresh: each call must return an object of its own.
        seconds: what a call, or trying out what it returns, may take where that is more than usual; in grading, too.
    """

    examiner: Callable[..., str | None]
    calls: Sequence[tuple[Any, ...]] | Callable[[np.random.Generator], Sequence[tuple[Any, ...]]] = ((),)
    forbidden: Sequence[str] = ()
    fresh: bool = False
    seconds: float = 0.0

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        if callable(answer) and is_blank(answer):
            return self.not_attempted()
        if callable(self.calls) and not callable(answer):
            return self.incorrect(
                f"This exercise asks for a function, got {describe(answer)}. Pass its name without quotes and brackets."
            )
        calls = self.calls(np.random.default_rng(seed)) if callable(self.calls) else self.calls
        if not callable(answer) or is_network(answer) or not (calls or trials.takes(answer, 0)):
            return self._inspect(answer, (calls or ((),))[0]) or self.correct()
        for arguments in calls or ((),):
            call = guarded_call(answer, arguments, self.seconds)
            if call.is_stub:
                return self.not_attempted()
            problem = trials.trouble_in_call(call, answer)
            if problem is not None:
                return self.incorrect(problem, inputs=call.arguments, returned=call.returned, traceback=call.trace)
            if self.fresh and is_network(call.returned) and guarded_call(answer, arguments).returned is call.returned:
                return self.incorrect("Called twice, your function returns the same object: make a new one each time.")
            result = self._inspect(call.returned, call.arguments)
            if result is not None:
                return result
        ruled_out = names.forbidden_call(answer, self.forbidden)
        return self.incorrect(ruled_out) if ruled_out else self.correct()

    def _inspect(self, built: Any, arguments: tuple[Any, ...]) -> Result | None:
        """Return what is wrong with a copy of what was built, or None."""
        limit = max(calling.TIME_LIMIT_SECONDS, self.seconds)
        inspection = limited(lambda: self.examiner(_own_copy(built), *arguments), limit)
        if inspection.timed_out:
            return self.incorrect("Trying out what you built took too long and was stopped: look for an endless loop.")
        if inspection.error is not None:
            reason = trials.error_in_words(inspection.error)
            return self.incorrect(f"Trying out what you built failed with {reason}", traceback=inspection.trace)
        if inspection.returned is None:
            return None
        named = next((m.name for m in self.mistakes if m.message in inspection.returned), None)
        return self.incorrect(inspection.returned, mistake=named, returned=built)


def is_network(value: Any) -> bool:
    """Return True for an ``nn.Module``, without importing torch where nobody else did."""
    return hasattr(value, "state_dict") and not isinstance(value, type)


def _own_copy(built: Any) -> Any:
    """Return a copy of a network, so that whatever is tried leaves the student's own as it was."""
    return copy.deepcopy(built) if is_network(built) or is_tensor(built) else built
