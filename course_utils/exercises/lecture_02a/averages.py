"""Exercises of sitting 02a on averages: the size of a box, a kernel that smooths."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from course_utils import filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise
from course_utils.exercises.smoothing import FLAT, SHAPE, SHIFT, as_weights, smoothing_problem

NOISE, WANTED_NOISE = 0.12, 0.03  # of the scanner, and the noise that is wanted


def _smallest_box() -> int:
    return next(
        size for size in count(1, 2) if NOISE * filtering.noise_gain(filtering.box_kernel(size)) <= WANTED_NOISE
    )


BOX_SIZE = ValueExercise(
    id="02a.3",
    title="How large must the box be?",
    minutes=5,
    hints=(
        "By what factor must the noise fall? A box of side K has K² equal weights: what is the square root of Σ w²?",
        "The noise gain of a box is 1/K. The kernel also needs a center pixel.",
    ),
    expected=_smallest_box,
    mistakes=(
        Mistake("even size", 4, "4 would be just enough, but a kernel needs a center pixel, so its side must be odd."),
        Mistake(
            "no root",
            3,
            "That averages nine pixels, but noise falls only with the square root of their number.",
        ),
        Mistake("number of pixels", 16, "16 is how many pixels must be averaged; we ask for the side of the box."),
        Mistake(
            "odd number of pixels",
            17,
            "16 pixels must be averaged, and 17 is the next odd number; but we ask for the side of the box.",
        ),
        Mistake("root too many", 2, "A box of side K leaves 1/K of the noise: a side of 2 would leave half of it."),
        Mistake("much larger than needed", 9, "A box of side 9 leaves a ninth of the noise; how much is wanted?"),
        Mistake("larger than needed", 7, "That works, but so does a smaller box."),
        Mistake("pixels in the box", 25, "You gave a number of pixels; we ask for the side of the box."),
    ),
)

LARGEST_GAIN = 0.4
OVERSHOOT = "The step from 0 to 1 leaves the interval [0, 1]: some weight is negative."
NOISY = "The signal is fine, but too much noise comes through: spread the weights over more samples."


def _smoother_problem(given: Any) -> str | None:
    """Return what is wrong with a smoothing kernel, tried out on a flat signal, a ramp, a step and noise."""
    problem, kernel = smoothing_problem(given), as_weights(given)
    if problem is not None or kernel is None:
        return problem
    step = filtering.correlate1d(np.repeat([0.0, 1.0], 15), kernel, "valid")
    if step.min() < -1e-3 or step.max() > 1 + 1e-3:
        return f"{OVERSHOOT} It runs from {step.min():.3f} to {step.max():.3f}."
    gain = filtering.noise_gain(kernel)
    return None if gain <= LARGEST_GAIN else f"{NOISY} {gain:.4f} of it is left; {LARGEST_GAIN} is the limit."


SMOOTHER = BuildExercise(
    id="02a.4",
    title="Design a smoothing kernel",
    minutes=8,
    hints=(
        "Start from np.ones(K) or (1 2 1), divide by the sum, and ask filtering.noise_gain how much noise is left.",
        "K equal weights 1/K leave 1/√K of the noise. How large must K be for 0.4?",
    ),
    examiner=_smoother_problem,
    calls=(),
    mistakes=(
        Mistake("two-dimensional", filtering.box_kernel(3), SHAPE),
        Mistake("not normalized", np.ones(7), FLAT),
        Mistake("looks back only", np.array([1, 1, 1, 1, 1, 1, 1, 0, 0]) / 7, SHIFT),
        Mistake("negative weights", np.array([-21, 14, 39, 54, 59, 54, 39, 14, -21]) / 231, OVERSHOOT),
        Mistake("too short", np.array([1, 2, 1]) / 4, NOISY),
    ),
)
