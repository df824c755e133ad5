"""Exercises 05.4 and 05.5: what depth does to a gradient."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from course_utils import activations
from course_utils.exercises.diagnosis import as_array
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise

# 05.4: the gradient has to fall below this share.
MILLIONTH = 1e-6
# 05.5: the network of the task text.
DEPTH, WIDTH, LEAST, MOST = 40, 100, 0.2, 5.0

VANISHING = ValueExercise(
    id="05.4",
    title="A gradient through sigmoids",
    minutes=5,
    hints=(
        "What is the largest slope that a sigmoid can have? That is what one layer leaves at best.",
        "Factors multiply: after n layers at most (1/4)ⁿ is left. For which n is that below a millionth?",
    ),
    expected=lambda: next(n for n in count() if 0.25**n < MILLIONTH),
    mistakes=(
        Mistake("one too few", 9, "Nearly: after 9 layers a few millionths may still be left."),
        Mistake("value for slope", 20, "20 belongs to a factor of 1/2: that is σ(0), asked for is the slope there."),
        Mistake("powers of ten", 6, "6 belongs to a factor of 1/10; a sigmoid may leave more than that."),
        Mistake(
            "quarters subtracted", 4, "Each layer multiplies by a quarter at best; it does not take a quarter off."
        ),
    ),
)

NO_STD = "A standard deviation is one number above zero."
HALF_LOST = "The weights alone keep the size, but a ReLU layer silences half of its units. Make up for it"
VANISHES = "The gradient vanishes: the weights are far too small for so many layers"
EXPLODES = "The gradient explodes: each layer enlarges it"


def _gradient_left(weight_std: float, seed: int) -> float:
    """Return the norm of the gradient at the first layer over that at the last, for one random network."""
    rng = np.random.default_rng(seed)
    h, passed = rng.normal(size=(32, WIDTH)), []
    for _ in range(DEPTH):
        W = rng.normal(0, weight_std, size=(WIDTH, WIDTH))
        z = h @ W.T
        h = activations.relu(z)
        passed.append((W, z))
    gradient = start = rng.normal(size=h.shape)
    for W, z in reversed(passed):
        gradient = activations.relu_backward(gradient, z) @ W
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
        return f"{EXPLODES}. It arrives {left:.3g} times as large."
    # Without making up for the silent half, each layer leaves 1/√2.
    fault = HALF_LOST if left > 0.1 * 2 ** (-DEPTH / 2) else VANISHES
    return f"{fault}. It arrives {left:.3g} times as large."


ALIVE = BuildExercise(
    id="05.5",
    title="Keep the gradient alive",
    minutes=8,
    hints=(
        "A sum of n products with weights of standard deviation s has n · s² times the variance of one term.",
        "Half of the ReLUs pass the gradient on. So one layer multiplies its variance by n · s² / 2.",
        "Set n · s² / 2 = 1 for n = 100 and solve for s.",
    ),
    examiner=_gradient_problem,
    calls=(),
    mistakes=(
        Mistake("not a number above zero", -0.1, NO_STD),
        Mistake("without the factor for ReLU", 0.1, HALF_LOST),
        Mistake("small random numbers", 0.01, VANISHES),
        Mistake("standard normal", 1.0, EXPLODES),
    ),
)
