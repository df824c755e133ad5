"""The kind of exercise that most are: write a function, which is compared with a reference.

Used by the checks of every lecture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises import names, trials, unused
from course_utils.exercises.calling import is_blank
from course_utils.exercises.diagnosis import as_items, describe
from course_utils.exercises.engine import SEED, Exercise, Mistake, Result
from course_utils.exercises.trials import Trial, compared

OTHER_INPUTS = "Right for the first inputs that are tried, but not for others like them: what holds for any input?"
CASE_NOTE = " (_.inputs, _.expected and _.returned hold the case.)"
NO_GRADIENT = (
    "The value is right, but PyTorch cannot follow it back to the arguments: nothing could be trained with it."
)
WRONG_GRADIENT = "The value is right, but its gradient is not: some part of it is cut off from the arguments."


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """Write a function; it is compared with a reference on inputs that the notebook does not show.

    Attributes:
        cases: takes a random generator, returns the argument tuples to try: non-square, asymmetric, batch above 1
            first, then the edges, as ``Edge``s that say what is special about them.
        reference: the right function.
        mistakes: each ``answer`` is a wrong function with the same arguments; an answer that returns what it
            returns, in all cases, is told its message.
        rtol, atol: tolerances as in ``numpy.allclose``; wider where arguments or answer are float32.
        dtype: where the type of the numbers matters, its name, ``"torch.float32"``; else None.
        forbidden: names that the task rules out, ``("pad", "torch")``.
        gradients: positions of the arguments by which the returned tensor is differentiated and compared.
    """

    cases: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]
    reference: Callable[..., Any]
    rtol: float = 1e-5
    atol: float = 1e-8
    dtype: str | None = None
    forbidden: Sequence[str] = ()
    gradients: Sequence[int] = ()

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        if not callable(answer):
            return self.incorrect(
                f"This exercise asks for a function, got {describe(answer)}. Pass its name without quotes and brackets."
            )
        if is_blank(answer):
            return self.not_attempted()
        for number in (0, 1):
            tried = self._round(answer, seed + number)
            if any(trial.call.is_stub for trial in tried):
                return self.not_attempted()
            if not all(trial.is_right for trial in tried):
                result = self._verdict(answer, tried)
                # What the second round shows, nobody sees: a table of answers to the first does not help.
                return result if number == 0 else self._elsewhere(result)
        ruled_out = names.forbidden_call(answer, self.forbidden)
        return self.incorrect(ruled_out) if ruled_out else self.correct()

    def _elsewhere(self, result: Result) -> Result:
        return self.incorrect(f"{OTHER_INPUTS} {result.message if result.mistake else ''}".rstrip())

    def _round(self, answer: Callable[..., Any], seed: int) -> list[Trial]:
        """Try all cases of a round, up to one that does not end."""
        tried: list[Trial] = []
        for arguments in self.cases(np.random.default_rng(seed)):
            tried.append(self._try(answer, arguments))
            if tried[-1].call.timed_out or tried[-1].call.is_stub:
                break
        return tried

    def _try(self, answer: Callable[..., Any], arguments: tuple[Any, ...]) -> Trial:
        call = trials.run(answer, arguments, self.gradients)
        expected = trials.expectation(self.reference, arguments, self.gradients)
        note = getattr(arguments, "note", "")
        trouble = trials.trouble_in_call(call, answer)
        if trouble is not None:
            return Trial(call, expected, note, trouble=trouble)
        return Trial(call, expected, note, problem=self._problem(call.returned, expected, arguments))

    def _problem(self, returned: Any, expected: Any, arguments: tuple[Any, ...]) -> str | None:
        tolerances = self._tolerances(arguments)
        if self.gradients:
            (value, found), (right, slopes) = returned, expected
            problem = compared(right, value, *tolerances)
            if problem is not None:
                return problem
            if all(slope is None for slope in found):
                return NO_GRADIENT
            wrong = any(slope is None for slope in found) or compared(slopes, found, *tolerances) is not None
            return WRONG_GRADIENT if wrong else None
        problem = compared(expected, returned, *tolerances)
        dtype = str(getattr(returned, "dtype", "no array"))
        if problem is None and self.dtype not in (None, dtype):
            return f"The values are right, but their type is {dtype}, not {self.dtype}."
        return problem

    def _tolerances(self, arguments: tuple[Any, ...]) -> tuple[float, float]:
        if not trials.holds_single(tuple(arguments)):
            return self.rtol, self.atol
        return max(self.rtol, trials.SINGLE["rtol"]), max(self.atol, trials.SINGLE["atol"])

    def _verdict(self, answer: Callable[..., Any], tried: list[Trial]) -> Result:
        """Say what is wrong: a known mistake where the whole round agrees with it, else what all cases show."""
        number = next(number for number, trial in enumerate(tried) if not trial.is_right)
        failed = tried[number]
        call = failed.call
        details = {"inputs": call.arguments, "expected": failed.expected, "returned": call.returned}
        details["traceback"] = call.trace
        if failed.trouble is not None:
            return self.incorrect(failed.in_words(failed.trouble) + CASE_NOTE, **details)
        known = self._recognise(tried)
        if known:
            message = " ".join(dict.fromkeys(mistake.message for mistake in known))
            return self.incorrect(message, mistake=" and ".join(mistake.name for mistake in known), **details)
        values = [trials.without_gradients(trial) for trial in tried] if self.gradients else tried
        remark = trials.pattern(values, trials.parameters(answer))
        if failed.problem not in {NO_GRADIENT, WRONG_GRADIENT}:
            remark = remark or unused.ignored(answer, self.reference, values[number])
        text = failed.in_words(f"{failed.problem}{remark}")
        return self.incorrect(text + names.outside_variables(answer) + CASE_NOTE, **details)

    def _recognise(self, tried: list[Trial]) -> list[Mistake]:
        """Return the known mistake that does the same in all cases, or one for each wrong entry of a tuple.

        Where the answer raises, the mistake must raise too.
        """
        order = sorted(range(len(tried)), key=lambda number: tried[number].is_right)  # where it is wrong first
        made: dict[str, dict[int, Any]] = {mistake.name: {} for mistake in self.mistakes}
        for mistake in self.mistakes:
            if all(self._near(self._made(made, mistake, tried, i), tried[i].call.returned, tried[i]) for i in order):
                return [mistake]
        in_trouble = any(trial.trouble is not None for trial in tried)
        same_length = len({len(trial.expected) for trial in tried if isinstance(trial.expected, tuple)}) == 1
        if in_trouble or self.gradients or not same_length:
            return []
        return self._recognise_entries(made, tried)

    def _made(self, made: dict[str, dict[int, Any]], mistake: Mistake, tried: list[Trial], number: int) -> Any:
        """Return what a mistake returns in a case, None where it raises; each is asked once."""
        if number not in made[mistake.name]:
            call = trials.run(mistake.answer, tried[number].call.arguments, self.gradients)
            made[mistake.name][number] = None if call.error is not None else call.returned
        return made[mistake.name][number]

    def _recognise_entries(self, made: dict[str, dict[int, Any]], tried: list[Trial]) -> list[Mistake]:
        """Return a mistake for each entry that is wrong, or nothing where one of them stays unexplained."""
        found: list[Mistake] = []
        for entry in range(len(tried[0].expected)):
            rows = [self._entries(trial.call.returned, trial, entry) for trial in tried]
            if all(self._near(trial.expected[entry], row, trial) for row, trial in zip(rows, tried, strict=True)):
                continue
            explains = (
                mistake
                for mistake in self.mistakes
                if all(
                    self._near(self._entries(self._made(made, mistake, tried, i), tried[i], entry), row, tried[i])
                    for i, row in enumerate(rows)
                )
            )
            mistake = next(explains, None)
            if mistake is None:
                return []
            if mistake not in found:
                found.append(mistake)
        return found

    def _entries(self, value: Any, trial: Trial, entry: int) -> Any:
        items = as_items(value)
        return items[entry] if items is not None and len(items) == len(trial.expected) else None

    def _near(self, first: Any, second: Any, trial: Trial) -> bool:
        return trials.agrees(first, second, *self._tolerances(trial.call.arguments))
