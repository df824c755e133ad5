"""Exercise 12b.1: a learning rate for each stage."""

from __future__ import annotations

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise


def _rates(count: int, head_rate: float, factor: float, *, first: int = 0) -> tuple[float, ...]:
    return tuple(head_rate * factor**distance for distance in reversed(range(first, first + count)))


RATES = FunctionExercise(
    id="12b.1",
    title="A learning rate for each stage",
    minutes=6,
    hints=(
        "The head is the last in the list. How many factors lie between it and the stage before it?",
        "Stage number k of count (from 0) lies count - 1 - k stages before the head.",
        "A list comprehension over k in range(count): head_rate times factor to the power count - 1 - k.",
    ),
    cases=lambda rng: [(5, 0.01, 0.4), (3, float(rng.uniform(0.1, 1)), 0.5), (1, 0.2, 0.3)],
    reference=_rates,
    mistakes=(
        Mistake(
            "head first",
            lambda count, head_rate, factor: _rates(count, head_rate, factor)[::-1],
            "The rates are right, but the list runs from the head to the input; asked for is the other way.",
        ),
        Mistake(
            "one factor too many",
            lambda count, head_rate, factor: _rates(count, head_rate, factor, first=1),
            "The head already got a factor: it learns with head_rate itself.",
        ),
        Mistake(
            "one factor too few",
            lambda count, head_rate, factor: _rates(count, head_rate, factor, first=-1),
            "The head got 1 / factor too much: it learns with head_rate itself.",
        ),
        Mistake(
            "multiplied by the distance",
            lambda count, head_rate, factor: tuple(head_rate * factor * k for k in reversed(range(count))),
            "You multiply by the number of stages; the factor is applied once for each of them.",
        ),
        Mistake(
            "subtracted",
            lambda count, head_rate, factor: tuple(head_rate - factor * k for k in reversed(range(count))),
            "You subtract the factor for each stage; it multiplies.",
        ),
        Mistake(
            "rate of the head missing",
            lambda count, head_rate, factor: _rates(count, 1.0, factor),
            "The powers of the factor are right; head_rate is missing.",
        ),
        Mistake(
            "one rate for all",
            lambda count, head_rate, factor: (head_rate,) * count,
            "All stages have the rate of the head.",
        ),
        Mistake(
            "divided",
            lambda count, head_rate, factor: _rates(count, head_rate, 1 / factor),
            "You divide by the factor: the first stage would learn fastest, and it should change least.",
        ),
        Mistake(
            "a straight line",
            lambda count, head_rate, factor: tuple(head_rate * (1 - (1 - factor) * k) for k in reversed(range(count))),
            "The stage before the head is right; further down the factor must be applied again, not subtracted again.",
        ),
        Mistake(
            "one rate for the body",
            lambda count, head_rate, factor: (head_rate * factor,) * (count - 1) + (head_rate,),
            "The head is right, and so is the stage before it; each stage before that is slower still.",
        ),
    ),
)
