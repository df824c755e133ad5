"""Exercises 01a.1 and 01a.2: a neuron on paper, and a curve made of hinges."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import activations
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise

# 01a.1: weights, bias and the three inputs of the task text.
W, B = np.array([2.0, -3.0]), 1.0
INPUTS = np.array([[1.0, 0.5], [2.0, 2.0], [0.0, -1.0]])


def _outputs(weights: np.ndarray = W, bias: float = B) -> np.ndarray:
    return activations.relu(INPUTS @ weights + bias)


def _three(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


ON_PAPER = ValueExercise(
    id="01a.1",
    title="A neuron on paper",
    minutes=4,
    hints=(
        "Multiply each input by its weight, and add the products and the bias. What does ReLU make of the sum?",
        "Minus times minus: the third input has a negative second entry, and its weight is negative, too.",
    ),
    expected=lambda: _three(_outputs()),
    mistakes=(
        Mistake("no ReLU", _three(INPUTS @ W + B), "These are the net inputs. ReLU has not been applied yet."),
        Mistake("no bias", _three(_outputs(bias=0.0)), "You forgot the bias."),
        Mistake("sign of the weight", _three(_outputs(np.abs(W))), "The second weight is negative."),
        Mistake(
            "ReLU of each product",
            _three(activations.relu(INPUTS * W).sum(axis=1) + B),
            "You applied ReLU to each product. Add everything up first, then apply it once.",
        ),
        Mistake(
            "minus times minus",
            _three(activations.relu(INPUTS @ W + B - 2 * np.array([0.0, 0.0, W[1] * INPUTS[2, 1]]))),
            "Minus times minus is plus.",
        ),
        Mistake("swapped weights", _three(_outputs(W[::-1])), "You multiplied each input by the weight of the other."),
        Mistake(
            "bias after ReLU",
            _three(activations.relu(INPUTS @ W) + B),
            "The bias belongs to the net input: add it before ReLU.",
        ),
    ),
)

# 01a.2: the corners of the curve, and how closely it must be met.
CORNERS_X, CORNERS_Y, MOST, TOLERANCE = (0, 1, 2, 3, 4, 6), (0, 0, 2, 2, 0, 0), 4, 0.02
THREE = "Hand in three lists or arrays of the same length: weights, biases, and heights."
TOO_MANY = f"At most {MOST} units are allowed."
NEVER_ENDS = "The curve is correct up to x = 4, but it does not stay at 0 beyond that."
NO_PLATEAU = "The curve is correct up to x = 2, but not beyond that: what must happen to the slope there?"
OFF = "The curve does not go through the corners."


def _plateau_problem(units: Any) -> str | None:
    """Return where a sum of ReLU units misses the plateau, or None."""
    if not isinstance(units, list | tuple | np.ndarray) or len(units) != 3:
        return THREE
    try:
        weights, biases, heights = (np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in units)
    except (TypeError, ValueError):
        return THREE
    if not weights.shape == biases.shape == heights.shape or weights.ndim != 1:
        return f"{THREE} Yours have the shapes {weights.shape}, {biases.shape}, and {heights.shape}."
    if len(weights) > MOST:
        return f"{TOO_MANY} You have {len(weights)}."
    x = np.linspace(0, 6, 61)
    found = activations.relu(x[:, None] * weights + biases) @ heights
    wanted = np.interp(x, CORNERS_X, CORNERS_Y)
    met = np.abs(found - wanted) < TOLERANCE
    if met.all():
        return None
    for limit, message in ((4, NEVER_ENDS), (2, NO_PLATEAU)):
        if met[x <= limit + 1e-9].all():
            return message
    first = int(np.argmin(met))
    return f"{OFF} At x = {x[first]:.1f}, it should be {wanted[first]:.2f}; yours is {found[first]:.2f}."


PLATEAU = BuildExercise(
    id="01a.2",
    title="Build a plateau",
    minutes=10,
    hints=(
        "Go through the curve from left to right. Every unit changes the slope at its hinge. How large is each change?",
        "The slope is 0, 2, 0, -2, and 0 again. A unit ReLU(x - c) times v adds v to the slope from x = c on.",
        "The changes are +2, -2, -2, and +2, at x = 1, 2, 3, and 4. With weight 1, the hinge is at minus the bias.",
    ),
    examiner=_plateau_problem,
    calls=(),
    why="Each unit changes the slope once, at its hinge; the heights are the changes.",
    mistakes=(
        Mistake("two lists", ([1, 1, 1, 1], [-1, -2, -3, -4]), THREE),
        Mistake("too many", ([1] * 5, [-1, -2, -3, -4, -5], [2, -2, -2, 2, 0]), TOO_MANY),
        Mistake("three units", ([1, 1, 1], [-1, -2, -3], [2, -2, -2]), NEVER_ENDS),
        Mistake("one unit", ([1], [-1], [2]), NO_PLATEAU),
        Mistake("signs of the biases", ([1, 1, 1, 1], [1, 2, 3, 4], [2, -2, -2, 2]), OFF),
    ),
)
