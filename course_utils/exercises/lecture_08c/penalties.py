"""Exercises 08c.2 and 08c.3: a step of the lasso, a Jacobian."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _soft(w: NDArray, amount: float) -> NDArray:
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def _lasso_step(w: NDArray, gradient: NDArray, learning_rate: float, strength: float) -> NDArray:
    return _soft(w - learning_rate * gradient, learning_rate * strength)


LASSO_STEP = FunctionExercise(
    id="08c.2",
    title="One step of the lasso",
    minutes=6,
    hints=(
        "First the gradient step. Then the size of each weight: by how much does it fall, and where does it stop?",
        "The size falls to np.maximum(np.abs(w) - learning_rate * strength, 0); the sign stays.",
    ),
    cases=lambda rng: (
        [(rng.normal(0, 0.3, shape), rng.normal(size=shape), 0.2, 1.2) for shape in ((4, 6), (9,), (3, 5))]
        + [
            Edge(
                "where the gradient step changes the sign", np.array([0.1, -0.1, 0.0]), np.array([5.0, -5, 2]), 0.2, 0.5
            ),
            Edge("where a weight lies exactly at the limit", np.array([0.25, -0.25, 0]), np.zeros(3), 0.5, 0.5),
        ]
    ),
    reference=_lasso_step,
    mistakes=(
        Mistake(
            "past zero",
            lambda w, g, rate, strength: (w - rate * g) - rate * strength * np.sign(w - rate * g),
            "Small weights jump to the other side of zero, where they should rest.",
        ),
        Mistake(
            "sub-gradient",
            lambda w, g, rate, strength: w - rate * g - rate * strength * np.sign(w),
            "You add the slope of |w| to the gradient: such a step jumps past zero.",
        ),
        Mistake(
            "sign of the old weight",
            lambda w, g, rate, strength: np.sign(w) * np.abs(_lasso_step(w, g, rate, strength)),
            "You keep the sign of the old weight; the gradient step may have changed it.",
        ),
        Mistake(
            "negative weights lost",
            lambda w, g, rate, strength: np.maximum(_lasso_step(w, g, rate, strength), 0),
            "Negative weights become 0; they should move toward zero from their own side.",
        ),
        Mistake(
            "uphill",
            lambda w, g, rate, strength: _lasso_step(w, -g, rate, strength),
            "The gradient step climbs.",
        ),
        Mistake(
            "no gradient step",
            lambda w, g, rate, strength: _soft(w, rate * strength),
            "The weights move toward zero, but the gradient step is missing.",
        ),
        Mistake(
            "gradient step alone",
            lambda w, g, rate, strength: w - rate * g,
            "This is the gradient step alone; nothing moves toward zero.",
        ),
        Mistake(
            "hard threshold",
            lambda w, g, rate, strength: np.where(np.abs(w - rate * g) > rate * strength, w - rate * g, 0),
            "The zeros are right, but the large weights must move as well.",
        ),
        Mistake(
            "no learning rate",
            lambda w, g, rate, strength: _soft(w - rate * g, strength),
            "The weights move too far: the strength is multiplied by the learning rate.",
        ),
        Mistake(
            "threshold first",
            lambda w, g, rate, strength: _soft(w, rate * strength) - rate * g,
            "First the step of the loss, then toward zero, or nothing ends at zero.",
        ),
        Mistake(
            "L2",
            lambda w, g, rate, strength: (w - rate * g) * (1 - rate * strength),
            "You shrink all weights by one factor, which is L2: none becomes zero.",
        ),
    ),
)


def _squared_jacobian(W1: NDArray, W2: NDArray, x: NDArray, slope: Callable = lambda h: 1 - h**2) -> float:
    return float(((W2 * slope(np.tanh(W1 @ x)) @ W1) ** 2).sum())


JACOBIAN = FunctionExercise(
    id="08c.3",
    title="A Jacobian by hand",
    minutes=8,
    hints=(
        "Chain rule with matrices: J = W2 D W1, where D is diagonal. What is on the diagonal?",
        "With h = tanh(W1 x) the diagonal is 1 - h². W2 * (1 - h**2) multiplies each column of W2 by its number.",
        "Square every entry of J and add them up.",
    ),
    cases=lambda rng: (
        [(rng.normal(size=(h, f)), rng.normal(size=(k, h)), rng.normal(size=f)) for f, h, k in ((3, 5, 2), (6, 4, 3))]
        + [
            Edge("for one unit", *(rng.normal(size=shape) for shape in ((1, 1), (1, 1), (1,)))),
            Edge("for net inputs of ±60", np.eye(2), np.ones((1, 2)), np.array([60.0, -60.0])),
        ]
    ),
    reference=_squared_jacobian,
    mistakes=(
        Mistake(
            "linear",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x, np.ones_like),
            "You treat tanh as if it were the identity: its slope is missing.",
        ),
        Mistake(
            "tanh not squared",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x, lambda h: 1 - h),
            "The slope is 1 - tanh²; yours lacks the square.",
        ),
        Mistake(
            "tanh in place of its slope",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x, lambda h: h),
            "The diagonal holds the slope of tanh, not tanh itself.",
        ),
        Mistake(
            "second layer missing",
            lambda W1, W2, x: _squared_jacobian(W1, np.eye(len(W1)), x),
            "This is the Jacobian of the hidden layer; W2 is missing.",
        ),
        Mistake(
            "first layer missing",
            lambda W1, W2, x: float(((W2 * (1 - np.tanh(W1 @ x) ** 2)) ** 2).sum()),
            "This is the Jacobian with respect to the net inputs; the last factor of the chain rule, W1, is missing.",
        ),
        Mistake(
            "product of norms",
            lambda W1, W2, x: float((W1**2).sum() * (W2**2).sum()),
            "The norm of a product is not the product of the norms.",
        ),
        Mistake(
            "spectral norm",
            lambda W1, W2, x: float(np.linalg.norm((W2 * (1 - np.tanh(W1 @ x) ** 2)) @ W1, 2) ** 2),
            "This is the largest singular value; the Frobenius norm counts every entry.",
        ),
        Mistake(
            "entries added",
            lambda W1, W2, x: float(((W2 * (1 - np.tanh(W1 @ x) ** 2)) @ W1).sum()),
            "You add up the entries; their squares are asked for.",
        ),
        Mistake(
            "sizes added",
            lambda W1, W2, x: float(np.abs((W2 * (1 - np.tanh(W1 @ x) ** 2)) @ W1).sum()),
            "You add up the sizes of the entries; their squares are asked for.",
        ),
        Mistake(
            "output in place of Jacobian",
            lambda W1, W2, x: float(((W2 @ np.tanh(W1 @ x)) ** 2).sum()),
            "This is the squared norm of the output; the Jacobian holds its derivatives.",
        ),
        Mistake(
            "root",
            lambda W1, W2, x: np.sqrt(_squared_jacobian(W1, W2, x)),
            "This is the norm; its square is asked for.",
        ),
        Mistake(
            "slope at z",
            lambda W1, W2, x: float(((W2 * (1 - (W1 @ x) ** 2) @ W1) ** 2).sum()),
            "The slope 1 - tanh² needs the tanh of the net input, not the net input.",
        ),
        Mistake(
            "mean",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x) / (len(W2) * len(x)),
            "You average the squares; the norm adds them up.",
        ),
    ),
)
