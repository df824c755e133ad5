"""Exercises 05a.2 and 05a.5: a unit that is silent, and an activation function of one's own design."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import activations
from course_utils.exercises.diagnosis import as_array, describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise

# 05a.5: the limits of the task text.
MEAN, VARIANCE, SLOPE, INSIDE, OFF_LINE = 0.02, (0.95, 1.05), 0.05, 3.0, 0.2
Z = np.linspace(-8, 8, 4000)
BELL = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()
# The function is asked for all of them at once, in a table and in no order.
ORDER = np.random.default_rng(5).permutation(len(Z))
ASKED = Z[ORDER].reshape(40, 100)

COMES_BACK = ChoiceExercise(
    id="05a.2",
    title="Can it come back?",
    minutes=3,
    hints=(
        "What is the gradient with respect to the net input of a ReLU that is silent? What follows from it?",
        "The inputs of the unit are the activations of the first layer. Do they stay the same?",
    ),
    right="b",
    why="Its own gradient is zero, for weights and bias alike, but the first layer goes on learning through the other "
    "units, and so the inputs of the silent unit change.",
    mistakes=(
        Mistake("bias", "a", "The gradient of the bias is δ, and δ is the gradient from above times the slope: zero."),
        Mistake("never", "c", "Its own weights are stuck. But do its inputs stay as they are?"),
        Mistake("larger rate", "d", "A larger learning rate multiplies a gradient of zero."),
    ),
)

SHAPE = "For an array of net inputs, your function must return real numbers in an array of the same shape"
TABLE = "The same net input gives different activations in different places: each one may depend only on its own z."
SELF = "This is SELU itself; the task asks for a different function."
OFF_CENTER = "The mean of the outputs is not zero"
SPREAD = "The variance of the outputs is not one"
FALLS = "Your function decreases somewhere"
FLAT = "Your function is too flat between -3 and 3"
STRAIGHT = "Your function is too close to a straight line"


def _design_problem(returned: Any, _: Any = None) -> str | None:
    """Return what is wrong with the activations of the net inputs ``ASKED``."""
    given = as_array(returned)
    if given is None or given.dtype.kind not in "iuf" or given.shape != ASKED.shape:
        return f"{SHAPE}. For shape {ASKED.shape}, got {describe(returned)}."
    if not np.isfinite(given).all():
        return "Some activations are NaN or infinite."
    values = np.empty(len(Z))
    values[ORDER] = given.ravel()
    if np.allclose(values, activations.selu(Z), atol=1e-3):
        return SELF
    mean = (values * BELL).sum()
    variance = ((values - mean) ** 2 * BELL).sum()
    slopes = np.diff(values) / np.diff(Z)
    inside = slopes[np.abs(Z[:-1]) < INSIDE]
    on_line = values - mean - (values * Z * BELL).sum() * Z  # a normal z has variance 1
    off_line = np.sqrt((on_line**2 * BELL).sum())
    if abs(mean) > MEAN:
        return f"{OFF_CENTER}: it is {mean:.3f}."
    if not VARIANCE[0] <= variance <= VARIANCE[1]:
        return f"{SPREAD}: it is {variance:.3f}."
    if slopes.min() < -1e-4:
        return f"{FALLS}: look near z = {Z[slopes.argmin()]:.2f}."
    if inside.min() < 0.99 * SLOPE:
        return f"{FLAT}: its smallest slope there is {inside.min():.3f}."
    return None if off_line >= OFF_LINE else f"{STRAIGHT}: the distance is {off_line:.3f}."


def _standardized(values: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return values shifted and scaled so that normal z gives mean 0 and variance 1."""
    flat, like = values.ravel(), np.exp(-(z.ravel() ** 2) / 2)
    mean = (flat * like).sum() / like.sum()
    return (values - mean) / np.sqrt((((flat - mean) ** 2) * like).sum() / like.sum())


DESIGN = BuildExercise(
    id="05a.5",
    title="Design an activation function",
    minutes=14,
    hints=(
        "Start from a function whose slope is nowhere below 0.05. Which functions of the lecture qualify?",
        "Subtract a constant to move the mean to 0, and divide by another to make the variance 1. moments(f) gives "
        "both.",
        "A leaky ReLU with a slope of 0.2 on the left works. Subtract its mean and divide by its standard deviation.",
    ),
    examiner=_design_problem,
    calls=((ASKED,),),
    mistakes=(
        Mistake("one number", lambda z: float(z.mean()), SHAPE),
        Mistake("SELU", activations.selu, SELF),
        Mistake("not centered", lambda z: activations.leaky_relu(z, 0.2), OFF_CENTER),
        Mistake("not scaled", lambda z: activations.leaky_relu(z, 0.2) - 0.8 / np.sqrt(2 * np.pi), SPREAD),
        Mistake("too flat", lambda z: np.tanh(z) / 0.6279, FLAT),
        Mistake("it falls", lambda z: _standardized(activations.gelu(z), z), FALLS),
        Mistake("linear", lambda z: 1.0 * z, STRAIGHT),
    ),
)
