"""The kinds of exercise: write a function, give a value, choose an answer, or build something.

Used by the checks of every lecture.
"""

from __future__ import annotations

import builtins
import copy
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises.calling import Call, guarded_call, is_blank
from course_utils.exercises.diagnosis import describe, difference, is_tensor
from course_utils.exercises.engine import Exercise, Mistake, Result

SEED = 20261


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """Write a function; it is compared with a reference on inputs that the notebook does not show.

    Attributes:
        cases: takes a random generator, returns the argument tuples to try: non-square, asymmetric, batch above 1.
        reference: the right function.
        mistakes: each ``answer`` is a wrong function with the same arguments; an answer that returns what it
            returns is told its message.
        rtol, atol: tolerances as in ``numpy.allclose``.
    """

    cases: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]
    reference: Callable[..., Any]
    rtol: float = 1e-6
    atol: float = 1e-8

    def examine(self, answer: Any) -> Result:
        if not callable(answer):
            return self.incorrect(
                f"This exercise asks for a function, got {describe(answer)}. Pass its name without brackets."
            )
        if is_blank(answer):
            return self.not_attempted()
        for arguments in self.cases(np.random.default_rng(SEED)):
            result = self._try(answer, arguments)
            if result is not None:
                return result
        return self.correct()

    def _try(self, answer: Callable[..., Any], arguments: tuple[Any, ...]) -> Result | None:
        """Return None where the answer is right for these arguments, else what is wrong."""
        call = guarded_call(answer, arguments)
        if isinstance(call.error, NotImplementedError):
            return self.not_attempted()
        expected = self.reference(*copy.deepcopy(arguments))
        details = {"inputs": call.arguments, "expected": expected, "returned": call.returned, "traceback": call.trace}
        problem = trouble_in_call(call, answer)
        if problem is None:
            problem = difference(expected, call.returned, rtol=self.rtol, atol=self.atol)
            if problem is None:
                return None
            known = self._recognise(arguments, call.returned)
            if known is not None:
                return self.incorrect(known.message, mistake=known.name, **details)
            problem += _outside_names(answer)
        return self.incorrect(f"{problem} (_.inputs, _.expected and _.returned hold the case.)", **details)

    def _recognise(self, arguments: tuple[Any, ...], returned: Any) -> Mistake | None:
        """Return the known mistake that returns the same for these arguments, or None."""
        for mistake in self.mistakes:
            wrong = guarded_call(mistake.answer, arguments)
            if wrong.error is None and difference(wrong.returned, returned, rtol=self.rtol, atol=self.atol) is None:
                return mistake
        return None


@dataclass(frozen=True, kw_only=True)
class ValueExercise(Exercise):
    """Predict or compute a value: a number, a shape, a tuple of numbers.

    Attributes:
        expected: computes the right value, so that no number is typed in twice.
        mistakes: each ``answer`` is a wrong value.
        rtol, atol: tolerances; a prediction by eye deserves a wide one.
    """

    expected: Callable[[], Any]
    rtol: float = 1e-3
    atol: float = 1e-8

    def examine(self, answer: Any) -> Result:
        right = self.expected()
        problem = difference(right, answer, rtol=self.rtol, atol=self.atol)
        if problem is None:
            return self.correct()
        for mistake in self.mistakes:
            if difference(mistake.answer, answer, rtol=self.rtol, atol=self.atol) is None:
                return self.incorrect(mistake.message, mistake=mistake.name, returned=answer)
        return self.incorrect(problem, returned=answer)


@dataclass(frozen=True, kw_only=True)
class ChoiceExercise(Exercise):
    """Choose one of several answers; each wrong one has its reason.

    Attributes:
        right: the letter of the right answer.
        why: shown after the right answer.
        mistakes: one for each wrong letter (``answer`` is the letter).
    """

    right: str
    why: str

    def examine(self, answer: Any) -> Result:
        letters = sorted({self.right, *(mistake.answer for mistake in self.mistakes)})
        given = answer.strip().lower() if isinstance(answer, str) else None
        if given == self.right:
            return self.correct(self.why)
        for mistake in self.mistakes:
            if given == mistake.answer:
                return self.incorrect(mistake.message, mistake=mistake.name, returned=answer)
        return self.incorrect(f"Answer with one letter in quotes: {', '.join(letters)}. Got {describe(answer)}.")


@dataclass(frozen=True, kw_only=True)
class BuildExercise(Exercise):
    """Build something that many right answers can be: a network, a schedule, a text.

    Attributes:
        examiner: takes what the answer returned (or the answer itself where it is no function) and returns None where
            it is right, else a sentence. Several right answers may differ.
        mistakes: wrong answers; the examiner must find each and its sentence must contain the message.
        arguments: what the answer is called with where it is a function.
    """

    examiner: Callable[[Any], str | None]
    arguments: tuple[Any, ...] = ()

    def examine(self, answer: Any) -> Result:
        built = answer
        if isinstance(answer, types.FunctionType):
            if is_blank(answer):
                return self.not_attempted()
            call = guarded_call(answer, self.arguments)
            if isinstance(call.error, NotImplementedError):
                return self.not_attempted()
            problem = trouble_in_call(call, answer)
            if problem is not None:
                return self.incorrect(problem, inputs=call.arguments, returned=call.returned, traceback=call.trace)
            built = call.returned
        inspection = guarded_call(lambda: self.examiner(built), ())
        if inspection.error is not None:
            reason = f"{type(inspection.error).__name__}: {inspection.error}"
            return self.incorrect(f"Trying out what you built failed with {reason}", traceback=inspection.trace)
        if inspection.timed_out:
            return self.incorrect("Trying out what you built took too long and was stopped.")
        if inspection.returned is None:
            return self.correct()
        named = next((m.name for m in self.mistakes if m.message in inspection.returned), None)
        return self.incorrect(inspection.returned, mistake=named, returned=built)


def trouble_in_call(call: Call, function: Callable[..., Any]) -> str | None:
    """Return a sentence about a call that gave no usable value, or None where it gave one."""
    name = getattr(function, "__name__", "your function")
    if call.timed_out:
        return f"{name} was still running after the time limit and was stopped: look for a loop that never ends."
    if isinstance(call.error, TypeError) and "positional argument" in str(call.error) and call.trace.count("File") == 0:
        return f"{name} is called with {len(call.arguments)} arguments, but takes {_parameters(function)}."
    if call.error is not None:
        return f"{name} raised {type(call.error).__name__}: {call.error}"
    if call.returned is None:
        printed = " It prints its answer; a check needs it returned." if call.printed else ""
        return f"{name} returned None: is a return missing?{printed}"
    changed = _changed(call.arguments, call.after)
    if changed:
        return f"{name} changes the {changed} it was given: work on a copy."
    return None


def _parameters(function: Callable[..., Any]) -> str:
    try:
        return str(inspect.signature(function))
    except (TypeError, ValueError):
        return "others"


def _changed(before: tuple[Any, ...], after: tuple[Any, ...]) -> str | None:
    """Return "array" or "tensor" where a call changed one of its arguments, else None."""
    for old, new in zip(before, after, strict=True):
        if (isinstance(old, np.ndarray) or is_tensor(old)) and difference(old, new, rtol=0, atol=0) is not None:
            return "tensor" if is_tensor(old) else "array"
    return None


def _outside_names(function: Callable[..., Any]) -> str:
    """Return a remark on notebook variables that the function reads beside its parameters, or an empty string."""
    code, scope = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    if code is None:
        return ""
    data: Mapping[str, Any] = {
        name: scope[name] for name in code.co_names if name in scope and not hasattr(builtins, name)
    }
    plain = [name for name, value in data.items() if isinstance(value, np.ndarray | int | float | list)]
    return f" It also reads the notebook's {', '.join(plain)}: should that be a parameter?" if plain else ""
