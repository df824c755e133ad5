"""The kinds of exercise: write a function, give a value, choose an answer, or build something.

Used by the checks of every lecture.
"""

from __future__ import annotations

import builtins
import copy
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises.calling import Call, guarded_call, is_blank
from course_utils.exercises.diagnosis import describe, difference, is_tensor
from course_utils.exercises.engine import SEED, Exercise, Mistake, Result

OTHER_INPUTS = "Right for the first inputs that are tried, but not for others like them: what holds for any input?"
CASE_NOTE = " (_.inputs, _.expected and _.returned hold the case.)"
LONGEST_ERROR = 300


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """Write a function; it is compared with a reference on inputs that the notebook does not show.

    Attributes:
        cases: takes a random generator, returns the argument tuples to try: non-square, asymmetric, batch above 1.
        reference: the right function.
        mistakes: each ``answer`` is a wrong function with the same arguments; an answer that returns what it
            returns is told its message.
        rtol, atol: tolerances as in ``numpy.allclose``.
        dtype: where the type of the numbers matters, its name, ``"torch.float32"``; else None.
    """

    cases: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]
    reference: Callable[..., Any]
    rtol: float = 1e-6
    atol: float = 1e-8
    dtype: str | None = None

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        if not callable(answer):
            return self.incorrect(
                f"This exercise asks for a function, got {describe(answer)}. Pass its name without brackets."
            )
        if is_blank(answer):
            return self.not_attempted()
        for arguments in self.cases(np.random.default_rng(seed)):
            result = self._try(answer, arguments)
            if result is not None:
                return result
        # A second round, whose values are shown to nobody: a table of answers to the first does not help.
        for arguments in self.cases(np.random.default_rng(seed + 1)):
            result = self._try(answer, arguments)
            if result is not None:
                return self.incorrect(f"{OTHER_INPUTS} {result.message if result.mistake else ''}".rstrip())
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
                found = str(getattr(call.returned, "dtype", "no array"))
                if self.dtype in (None, found):
                    return None
                return self.incorrect(f"The values are right, but their type is {found}, not {self.dtype}.", **details)
            known = self._recognise(arguments, call.returned)
            if known is not None:
                return self.incorrect(known.message, mistake=known.name, **details)
            problem += _outside_names(answer)
        return self.incorrect(problem + CASE_NOTE, **details)

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

    def examine(self, answer: Any, seed: int = SEED) -> Result:
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
        mistakes: one for each wrong letter (``answer`` is the letter).
    """

    right: str

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        letters = sorted({self.right, *(mistake.answer for mistake in self.mistakes)})
        given = answer.strip().lower() if isinstance(answer, str) else None
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
        examiner: takes what the answer returned (or the answer itself where it is no function) and returns None where
            it is right, else a sentence. Several right answers may differ.
        mistakes: wrong answers; the examiner must find each and its sentence must contain the message.
        arguments: what the answer is called with where it is a function.
    """

    examiner: Callable[[Any], str | None]
    arguments: tuple[Any, ...] = ()

    def examine(self, answer: Any, seed: int = SEED) -> Result:
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
            reason = _in_words(inspection.error)
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
        return f"{name} raised {_in_words(call.error)}"
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


def _changed(before: Any, after: Any) -> str | None:
    """Return "array" or "tensor" where a call changed one of its arguments, also one inside a list; else None."""
    if isinstance(before, np.ndarray) or is_tensor(before):
        return None if difference(before, after, rtol=0, atol=0) is None else "tensor" if is_tensor(before) else "array"
    if not isinstance(before, tuple | list):
        return None
    if len(before) != len(after):
        return "list"
    return next((found for pair in zip(before, after, strict=True) if (found := _changed(*pair))), None)


def _outside_names(function: Callable[..., Any]) -> str:
    """Return a remark on notebook variables that the function reads beside its parameters, or an empty string."""
    scope = getattr(function, "__globals__", {})
    read = [name for name in _names(getattr(function, "__code__", None)) if not hasattr(builtins, name)]
    plain = [name for name in read if isinstance(scope.get(name), np.ndarray | int | float | list)]
    return f" It also reads the notebook's {', '.join(plain)}: should that be a parameter?" if plain else ""


def _names(code: Any) -> list[str]:
    """Return the names that a code object looks up outside itself, those of functions inside it too."""
    if not isinstance(code, types.CodeType):
        return []
    return list(dict.fromkeys([*code.co_names, *(name for inner in code.co_consts for name in _names(inner))]))


def _in_words(error: BaseException) -> str:
    """Return what kind of error it is and what it says, cut to a readable length."""
    text = f"{type(error).__name__}: {error}"
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR]} …"
