"""Exercises 04b.2 and 04b.3: batch normalization, backward, on paper and in code."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import convolution
from course_utils.exercises.diagnosis import as_array
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise

# The numbers of the task text: four values of one channel, their gradient, and a scale of 1.
VALUES, DELTA = np.array([1.0, 1, 3, 3]), np.array([4.0, 0, 0, 0])
NORMALIZED = (VALUES - VALUES.mean()) / VALUES.std()
BY_MEAN, BY_SPREAD = DELTA.mean(), NORMALIZED * (DELTA * NORMALIZED).mean()


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _gradient() -> tuple[float, ...]:
    inputs = (DELTA[:, None], VALUES[:, None], None, None)
    return _numbers(convolution.batch_norm_backward(*inputs, training=True, eps=0.0)[0][:, 0])


BATCH_NORM = ValueExercise(
    id="04b.2",
    title="Batch norm on paper",
    minutes=8,
    hints=(
        "The mean is 2, and the standard deviation is 1. What are the four normalized values?",
        "The mean of δ is 1. For the third term, multiply δ by the normalized values first and then take the mean.",
        "That mean is -1. So subtract 1 from each δ and add the normalized value that belongs to it.",
    ),
    expected=_gradient,
    why="The gradient adds up to zero: shifting all four values together changes nothing, "
    "because the mean takes the shift away.",
    mistakes=(
        Mistake(
            "only the direct path",
            _numbers(DELTA),
            "This is only the direct path: moving one value also moves the mean and the standard deviation.",
        ),
        Mistake(
            "standard deviation forgotten",
            _numbers(DELTA - BY_MEAN),
            "The path through the mean is correct; the one through the standard deviation is missing.",
        ),
        Mistake(
            "mean forgotten",
            _numbers(DELTA - BY_SPREAD),
            "The path through the standard deviation is correct; the one through the mean is missing.",
        ),
        Mistake(
            "sign of the third term",
            _numbers(DELTA - BY_MEAN + BY_SPREAD),
            "Check the sign of the last term: the mean of δ times the normalized values is negative here.",
        ),
        Mistake(
            "sum in place of a mean",
            _numbers(DELTA - DELTA.sum() - NORMALIZED * (DELTA * NORMALIZED).sum()),
            "You take sums where means belong: each value moves the mean by only a fourth of its own change.",
        ),
        Mistake(
            "values not normalized",
            _numbers(DELTA - BY_MEAN - VALUES * (DELTA * VALUES).mean()),
            "The third term needs the normalized values, not the original values.",
        ),
    ),
)

# 04b.3: batches of several channels, asymmetric, away from zero.
BATCHES = tuple(np.random.default_rng(seed).gamma(2.0, 3.0, shape) + 1 for seed, shape in ((1, (6, 3)), (2, (5, 2))))
RETURNS = "swallowed has to return an array of the same shape as x, with a δ for each value."
CONSTANT = "The same δ for all values of a channel is the example of the lecture; find a different one."
SOME_CONSTANT = "In at least one channel, your δ is the same for all values; it has to vary in every channel."
NOTHING = "With a δ of zero, there is nothing to swallow."
PASSES = "Part of your δ gets through."
BY_ROWS = "You normalize across the channels: the values of one channel are those of one column."


def _swallowing_problem(answer: Any, x: np.ndarray) -> str | None:
    """Return what is wrong with a δ that batch normalization is to swallow, or None."""
    delta = as_array(answer)
    if delta is None or delta.shape != x.shape or delta.dtype.kind not in "iuf":
        return RETURNS
    delta = delta.astype(np.float64)
    if not np.isfinite(delta).all():
        return f"{RETURNS} Some of yours are NaN or infinite."
    if not delta.any():
        return NOTHING
    constant = np.isclose(delta, delta.mean(axis=0), rtol=1e-3).all(axis=0)
    if constant.any():
        return CONSTANT if constant.all() else SOME_CONSTANT
    arrived = convolution.batch_norm_backward(delta, x, None, None, training=True, eps=0.0)[0]
    part = np.abs(arrived * x.std(axis=0)).max() / np.abs(delta).max()
    if part < 1e-4:
        return None
    across = convolution.batch_norm_backward(delta.T, np.ascontiguousarray(x.T), None, None, training=True, eps=0.0)[0]
    if np.abs(across).max() < 1e-6:
        return BY_ROWS
    return f"{PASSES} The largest gradient that arrives is {100 * part:.0f}% of the largest δ, divided by s."


SWALLOWED = BuildExercise(
    id="04b.3",
    title="A gradient that batch norm swallows",
    minutes=8,
    hints=(
        "The formula subtracts two terms from g. Can a δ be equal to what is subtracted?",
        "The first one swallows constants. The second one is a multiple of the normalized values.",
        "Return the normalized values themselves, times any number, plus any number.",
    ),
    examiner=_swallowing_problem,
    calls=tuple((x,) for x in BATCHES),
    why="Shifting or stretching a channel does not change what comes out, so the loss has no slope in that direction.",
    mistakes=(
        Mistake("zero", lambda x: np.zeros(x.shape), NOTHING),
        Mistake("constant", lambda x: np.full(x.shape, 2.0), CONSTANT),
        Mistake("one channel varies", lambda x: np.where(np.arange(x.shape[1]) == 0, x, 1.0), SOME_CONSTANT),
        Mistake("one number per channel", lambda x: x.mean(axis=0), RETURNS),
        Mistake("squares", lambda x: x**2, PASSES),
        Mistake("across the channels", lambda x: (x.T - x.mean(axis=1)).T, BY_ROWS),
    ),
)
