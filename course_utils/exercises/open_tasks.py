"""Open tasks: many answers are good, and what they reach is measured against a target. Used once in each sitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises.calling import guarded_call, is_blank
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import SEED, Exercise, Mistake, Result
from course_utils.exercises.trials import trouble_in_call

SHARE = 0.97  # of the values in which two results must agree to be the same


@dataclass(frozen=True, kw_only=True)
class TargetExercise(Exercise):
    """Write a function whose results, on inputs that the notebook does not show, reach a target.

    Attributes:
        cases: takes a random generator, returns the argument tuples to try.
        unusable: takes the arguments and what was returned for them; returns None where it can be measured, else a
            sentence.
        measure: takes all argument tuples and all results; returns the quantity, which must not exceed the target.
        quantity: what is measured, in words: ``"root mean square error"``.
        target: the largest value that passes.
        mistakes: each ``answer`` is a function that misses the target; an answer with the same results is told its
            message, whatever it does at the border.
    """

    cases: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]
    unusable: Callable[[tuple[Any, ...], Any], str | None]
    measure: Callable[[Sequence[tuple[Any, ...]], Sequence[Any]], float]
    quantity: str
    target: float

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        if not callable(answer):
            return self.incorrect(
                f"This exercise asks for a function, but got {describe(answer)}. "
                "Pass just the function's name, without parentheses."
            )
        if is_blank(answer):
            return self.not_attempted()
        cases = self.cases(np.random.default_rng(seed))
        results = []
        for arguments in cases:
            call = guarded_call(answer, arguments)
            if call.is_stub:
                return self.not_attempted()
            problem = trouble_in_call(call, answer) or self.unusable(arguments, call.returned)
            if problem is not None:
                return self.incorrect(problem, inputs=arguments, returned=call.returned, traceback=call.trace)
            results.append(np.asarray(call.returned, dtype=np.float64))
        reached = self.measure(cases, results)
        if reached <= self.target:
            return Result(self.id, self.correct().status, f"{self._reached(reached)} {self.why}".rstrip())
        known = self._recognize(cases, results)
        if known is not None:
            return self.incorrect(f"{self._reached(reached)} {known.message}", mistake=known.name)
        return self.incorrect(f"{self._reached(reached)} You are not there yet.", inputs=cases[0], returned=results[0])

    def _reached(self, reached: float) -> str:
        return f"Your {self.quantity} is {reached:.3f}; the target is {self.target}."

    def _recognize(self, cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> Mistake | None:
        """Return the known mistake that gives nearly all of the same values in all cases, or None."""
        for mistake in self.mistakes:
            same = all(
                _nearly_all(np.asarray(guarded_call(mistake.answer, arguments).returned), result)
                for arguments, result in zip(cases, results, strict=True)
            )
            if same:
                return mistake
        return None


def _nearly_all(first: np.ndarray, second: np.ndarray) -> bool:
    """Return True for two results that agree but for a border, which every library treats in its own way."""
    return first.shape == second.shape and np.isclose(first, second, rtol=1e-4, atol=1e-6).mean() > SHARE
