"""Exercise 10b.5: a triangle of learning rates."""

from __future__ import annotations

import math

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _triangle(
    step: int, total: int, peak: float, warm_up: float, *, start: float = 0.0, down: bool = True, ends: bool = True
) -> float:
    """Height of a triangle over the steps; or what a slip makes of it."""
    top = warm_up * total
    if step <= top:
        return start + (peak - start) * step / top
    if not down:
        return peak
    return peak * (total - step) / (total - top) if ends else peak * (1 - step / total)


SCHEDULE = FunctionExercise(
    id="10b.5",
    title="A triangle of learning rates",
    minutes=8,
    hints=(
        "Two straight lines that meet at the step warm_up · total. Treat them one after the other.",
        "Going up, the rate is peak times the share of the way to the top that is done.",
        "Going down, it is peak · (total − step) / (total − top): 1 at the top, 0 at the end.",
    ),
    cases=lambda rng: (
        [
            (step, total, float(rng.uniform(0.1, 2)), warm_up)
            for total, warm_up in [(42, 0.25), (50, 0.25), (37, 0.6)]  # the top lies between two steps
            for step in (3, int(warm_up * total), int(warm_up * total) + 1, 25, 36)
        ]
        + [Edge("at the first step", 0, 20, 0.5, 0.3), Edge("at the last step", 20, 20, 0.5, 0.3)]
    ),
    reference=_triangle,
    mistakes=(
        Mistake(
            "stays at the top",
            lambda *arguments: _triangle(*arguments, down=False),
            "The rate rises and then stays; it has to fall to zero by the last step.",
        ),
        Mistake(
            "two different heights",
            lambda *arguments: _triangle(*arguments, ends=False),
            "Your second line falls from the very first step on: at the top it does not meet the first one.",
        ),
        Mistake(
            "only down",
            lambda step, total, peak, warm_up: peak * (1 - step / total),
            "The rate falls from the start; the rise over the first steps is missing.",
        ),
        Mistake(
            "top rounded",
            lambda step, total, peak, warm_up: _triangle(step, total, peak, int(warm_up * total) / total),
            "You round the position of the top, but it may lie between two steps.",
        ),
        Mistake(
            "only up",
            lambda step, total, peak, warm_up: peak * step / total,
            "The rate rises to the very end.",
        ),
        Mistake(
            "rises again",
            lambda step, total, peak, warm_up: (
                peak * step / (warm_up * total)
                if step <= warm_up * total
                else peak * (step - warm_up * total) / (total - warm_up * total)
            ),
            "After the top your rate jumps to 0 and rises once more.",
        ),
        Mistake(
            "no rise",
            lambda step, total, peak, warm_up: (
                peak if step <= warm_up * total else peak * (total - step) / (total - warm_up * total)
            ),
            "The way down is right; before the top your rate stays at the peak.",
        ),
        Mistake(
            "cosine down",
            lambda step, total, peak, warm_up: (
                peak * step / (warm_up * total)
                if step <= warm_up * total
                else peak * (1 + math.cos(math.pi * (step - warm_up * total) / (total - warm_up * total))) / 2
            ),
            "The way up is right; the way down is a cosine, but the task asks for a straight line.",
        ),
        Mistake(
            "share of the way down",
            lambda step, total, peak, warm_up: _triangle(step, total, peak, 1 - warm_up),
            "Your top is at the share 1 - warm_up; warm_up is the share of the rise.",
        ),
        Mistake(
            "top in the middle",
            lambda step, total, peak, warm_up: _triangle(step, total, peak, 0.5),
            "Your top is always in the middle; warm_up says where it is.",
        ),
        Mistake(
            "warm-up in steps",
            lambda step, total, peak, warm_up: (
                peak * step / warm_up if step < warm_up else peak * (total - step) / (total - warm_up)
            ),
            "You read warm_up as a number of steps; it is a share of all steps.",
        ),
        Mistake(
            "upside down",
            lambda step, total, peak, warm_up: peak - _triangle(step, total, peak, warm_up),
            "Your triangle is upside down: the rate is largest at both ends.",
        ),
    ),
)
