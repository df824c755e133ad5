"""Exercise 12b.4, the open task: fine-tune a linear model with fewer examples than weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

WEIGHTS, EXAMPLES = 20, 15
CHANGE, NOISE = 0.5, 0.5  # standard deviations: what the new task changes in a weight, noise of a target
Array = NDArray[Any]


def _cases(rng: np.random.Generator) -> list[tuple[Array, Array, Array]]:
    return [_task(rng)[0] for _ in range(200)]


def _task(rng: np.random.Generator) -> tuple[tuple[Array, Array, Array], Array]:
    """Return the arguments of a task, and the weights that are looked for."""
    w_old = rng.normal(0, 2, WEIGHTS)
    w_new = w_old + CHANGE * rng.normal(0, 1, WEIGHTS)
    X = rng.normal(0, 1, (EXAMPLES, WEIGHTS))
    return (w_old, X, X @ w_new + NOISE * rng.normal(0, 1, EXAMPLES)), w_new


def _unusable(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        w = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"fine_tune returned {type(returned).__name__}; it should return the new weights."
    if w.shape != (WEIGHTS,):
        return f"fine_tune returned shape {w.shape}; it should return one weight for each column of X, ({WEIGHTS},)."
    return None if np.isfinite(w).all() else "Some of your weights are NaN or infinite."


def _distance(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    """Return the error on fresh noise-free examples: for standard normal inputs, the distance of the weights.

    The true weights are not among the arguments. They are drawn again from what the examples leave open: the mean over
    their distribution, given the data, is known in closed form.
    """
    total = 0.0
    for (w_old, X, y), w in zip(cases, results, strict=True):
        covariance = np.linalg.inv(X.T @ X / NOISE**2 + np.eye(WEIGHTS) / CHANGE**2)
        center = w_old + covariance @ X.T @ (y - X @ w_old) / NOISE**2
        total += ((w - center) ** 2).sum() + np.trace(covariance)
    return float(np.sqrt(total / len(cases)))


def _ridge(penalty: float, *, toward_old: bool) -> Any:
    def answer(w_old: Array, X: Array, y: Array) -> Array:
        start = w_old if toward_old else np.zeros_like(w_old)
        return start + np.linalg.solve(X.T @ X + penalty * np.eye(len(w_old)), X.T @ (y - X @ start))

    return answer


def _one_step(w_old: Array, X: Array, y: Array) -> Array:
    return w_old + X.T @ (y - X @ w_old) / len(y) * 0.1


NEAR = TargetExercise(
    id="12b.4",
    title="Twenty weights, fifteen examples",
    minutes=15,
    hints=(
        "Fifteen equations cannot fix twenty weights. What do you know about the five directions that they leave open?",
        "Small steps of gradient descent that start from w_old do it; stop before the noise is fitted.",
        "Minimize ‖Xw − y‖² + λ‖w − w_old‖²: the penalty pulls toward the old weights instead of toward zero.",
    ),
    cases=_cases,
    unusable=_unusable,
    measure=_distance,
    quantity="root mean square error on new examples",
    target=1.6,
    why="Few examples say a little, the old weights say the rest: that is fine-tuning in one line.",
    mistakes=(
        Mistake("frozen", lambda w_old, X, y: w_old, "These are the old weights: the new examples are not used."),
        Mistake(
            "from scratch",
            lambda w_old, X, y: np.linalg.pinv(X) @ y,
            "You start from zero: what the old weights say is lost.",
        ),
        Mistake("ridge toward zero", _ridge(1.0, toward_old=False), "The penalty pulls toward zero. Where to instead?"),
        Mistake("one small step", _one_step, "One small step from the old weights: a good start, and far too short."),
    ),
)
