"""Exercises of sitting 02b on frequencies: gains on paper, and a kernel that removes a hum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils import filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise
from course_utils.exercises.smoothing import FLAT, SHAPE, SHIFT, as_weights, smoothing_problem

HUM = 50 / 400  # periods per sample
COSINE_ALONE = "This is cos(2πf) alone: what do the outer weights make of it, and what does the center add?"
COSINE_TWICE = "Your cosine counts whole: the two exponentials add up to 2 cos(2πf), and the weight of each is 1/4"
NO_CENTER = "The weight in the center, 2/4, is left out"


def _gains(kernel: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(gain) for gain in np.abs(filtering.frequency_response(kernel, [0, 0.25, 0.5])))


GAINS = ValueExercise(
    id="02b.4",
    title="Three gains on paper",
    minutes=6,
    hints=(
        "u runs over -1, 0, 1: H(f) = (1/4) e^(-2πif) + 2/4 + (1/4) e^(2πif). The exponentials add up to 2 cos(2πf).",
        "H(f) = 1/2 + cos(2πf)/2. At f = 1/4 the angle 2πf is a right angle.",
    ),
    expected=lambda: _gains([0.25, 0.5, 0.25]),
    atol=0.005,
    mistakes=(
        Mistake("not divided by four", _gains([1, 2, 1]), "You forgot to divide the weights by 4."),
        Mistake("in reverse order", (0, 0.5, 1), "These are the right gains in reverse order: slow changes pass."),
        Mistake("divided by two", _gains([0.5, 1, 0.5]), "The weights are divided by 4, not by 2."),
        Mistake("divided by eight", _gains([0.125, 0.25, 0.125]), "The weights are divided by 4, not by 8."),
        Mistake("in percent", (100, 50, 0), "These are the gains in percent: give them as factors."),
        Mistake("squared", (1, 0.25, 0), "At f = 1/4 you squared the gain: the task asks for |H|, not |H|²."),
        Mistake(
            "root",
            (1, np.sqrt(0.5), 0),
            "At f = 1/4 the gain is not 1/√2: the cosine is zero there. What is left of H?",
        ),
        Mistake("cosine alone", (1, 0, -1), COSINE_ALONE),
        Mistake("size of the cosine", (1, 0, 1), f"{COSINE_ALONE} Its sign is rightly gone."),
        Mistake("cosine twice", (1.5, 0.5, -0.5), f"{COSINE_TWICE}."),
        Mistake("size with the cosine twice", (1.5, 0.5, 0.5), f"{COSINE_TWICE}; the size is taken correctly."),
        Mistake(
            "one exponential",
            (0.75, 0.5, 0.25),
            "Your cosine counts a quarter: the two exponentials add up to 2 cos(2πf), not to cos(2πf).",
        ),
        Mistake("center left out", (0.5, 0, 0.5), f"{NO_CENTER}."),
        Mistake("center left out, with signs", (0.5, 0, -0.5), f"{NO_CENTER}; and a gain is never negative."),
        Mistake("angle not doubled", (1, np.cos(np.pi / 4) / 2 + 0.5, 0.5), "The angle is 2πf, not πf."),
        Mistake("a straight mean", _gains([1 / 3, 1 / 3, 1 / 3]), "These are the gains of the mean of three."),
        Mistake("center alone", (0.5, 0.5, 0.5), "You left out the two outer weights: they add cos(2πf)/2."),
    ),
)

HUMMING = "The hum is still there."
AMPLIFIES = "The hum is gone, but the kernel amplifies noise: some weights are large and of opposite sign."


def _hum_problem(given: Any) -> str | None:
    """Return what is wrong with a kernel that is to remove the hum and keep what is slow."""
    problem, kernel = smoothing_problem(given), as_weights(given)
    if problem is not None or kernel is None:
        return problem
    left = float(np.abs(filtering.frequency_response(kernel, HUM)))
    if left > 0.005:
        return f"{HUMMING} {left:.3g} of it comes through."
    gain = filtering.noise_gain(kernel)
    return None if gain <= 1 else f"{AMPLIFIES} Its noise gain is {gain:.3g}; the limit is 1."


HUM_FILTER = BuildExercise(
    id="02b.5",
    title="Remove the hum",
    minutes=12,
    hints=(
        "A mean over exactly one period removes a sine, but eight weights have no center. "
        "Try a kernel and ask np.abs(filtering.frequency_response(kernel, 1 / 8)) how much of the hum is left.",
        "A mean of eight that leans left and one that leans right average to a kernel with a center.",
        "The sum of the two has nine weights: seven whole ones, and half a weight at each end.",
    ),
    examiner=_hum_problem,
    calls=(),
    mistakes=(
        Mistake("mean of eight", np.ones(8) / 8, SHAPE),
        Mistake("not normalized", np.array([0.5, 1, 1, 1, 1, 1, 1, 1, 0.5]), FLAT),
        Mistake("leaning mean of eight", np.array([1, 1, 1, 1, 1, 1, 1, 1, 0]) / 8, SHIFT),
        Mistake("mean of nine", np.ones(9) / 9, HUMMING),
        Mistake("three weights", np.array([1, -np.sqrt(2), 1]) / (2 - np.sqrt(2)), AMPLIFIES),
    ),
)
