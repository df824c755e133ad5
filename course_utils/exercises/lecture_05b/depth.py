"""Exercises 05b.1 and 05b.2: what depth does to a gradient."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from course_utils import activations
from course_utils.exercises.diagnosis import as_array
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise

# 05b.1: the gradient has to fall below this fraction; each unit multiplies it by its weight and its slope.
MILLIONTH, WEIGHT = 1e-6, 2
# 05b.2: the network of the task text, and the slope on the left of its leaky ReLUs.
DEPTH, WIDTH, LEAK, LEAST, MOST = 40, 100, 0.5, 0.2, 5.0

VANISHING = ValueExercise(
    id="05b.1",
    title="A chain of sigmoids",
    minutes=5,
    hints=(
        "What is the largest slope that a sigmoid can have? On its way back through one unit, the gradient is "
        "multiplied by that slope and by the weight.",
        "At most half of the gradient is left after each unit. After how many halvings is it below a millionth?",
    ),
    expected=lambda: next(n for n in count() if (WEIGHT / 4) ** n < MILLIONTH),
    why="Each unit leaves at most 2 · 1/4 = 1/2, and 2 to the power of 20 is 1,048,576.",
    mistakes=(
        Mistake("one too few", 19, "Nearly: after 19 units, about two millionths may still be left."),
        Mistake("weight forgotten", 10, "10 belongs to 1/4 per unit. That is only the slope; the weight is 2."),
        Mistake("powers of ten", 6, "6 belongs to a factor of 1/10 per unit; a unit may leave more than that."),
        Mistake("no sigmoid", 0, "With slope 1 and weight 2, the gradient would grow. What does the sigmoid do to it?"),
    ),
)

NO_STD = "A standard deviation is one number above zero."
HALF_LOST = "The weights by themselves keep the size, but to the left of zero the slope is only a half. Make up for it"
VANISHES = "The gradient vanishes: the weights are far too small for so many layers"
EXPLODES = "The gradient explodes: each layer enlarges it"


def _gradient_left(weight_std: float, seed: int) -> float:
    """Return the norm of the gradient at the first layer over that at the last, for one random network."""
    rng = np.random.default_rng(seed)
    h, passed = rng.normal(size=(32, WIDTH)), []
    for _ in range(DEPTH):
        W = rng.normal(0, weight_std, size=(WIDTH, WIDTH))
        z = h @ W.T
        h = activations.leaky_relu(z, LEAK)
        passed.append((W, z))
    gradient = start = rng.normal(size=h.shape)
    for W, z in reversed(passed):
        gradient = activations.leaky_relu_backward(gradient, z, LEAK) @ W
    return float(np.linalg.norm(gradient) / np.linalg.norm(start))


def _gradient_problem(weight_std: Any) -> str | None:
    """Return what is wrong with a standard deviation of the weights, tried out in five networks."""
    given = as_array(weight_std)
    if given is None or given.dtype.kind not in "iuf" or given.size != 1 or not 0 < given.reshape(()) < 1000:
        return NO_STD
    weight_std = given.item()
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        left = float(np.exp(np.mean([np.log(_gradient_left(float(weight_std), seed) + 1e-300) for seed in range(5)])))
    if LEAST <= left <= MOST:
        return None
    if not left < MOST:
        return f"{EXPLODES}. It arrives {left:.3g} times as large as it was."
    # With weights that by themselves keep the size, each layer leaves √((1 + c²) / 2).
    fault = HALF_LOST if left > 0.1 * ((1 + LEAK**2) / 2) ** (DEPTH / 2) else VANISHES
    return f"{fault}. The gradient arrives {left:.3g} times as large as it was."


ALIVE = BuildExercise(
    id="05b.2",
    title="Keep the gradient alive",
    minutes=8,
    hints=(
        "A sum of n inputs, each times a weight with standard deviation s, has variance n · s² times the mean square "
        "of one input.",
        "About half of the net inputs are positive (slope 1), the other half negative (slope c). So the mean squared "
        "slope is (1 + c²) / 2.",
        "One layer multiplies the variance of the gradient by n · s² · (1 + c²) / 2. Set this to 1 for n = 100.",
    ),
    examiner=_gradient_problem,
    calls=(),
    mistakes=(
        Mistake("not a number above zero", -0.1, NO_STD),
        Mistake("the weights only", 0.1, HALF_LOST),
        Mistake("too large", float(np.sqrt(2 / WIDTH)), EXPLODES),
        Mistake("small random numbers", 0.01, VANISHES),
    ),
)
