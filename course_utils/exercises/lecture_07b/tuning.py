"""The open task of lecture 07b: learning rates for a softmax classifier that is trained in mini-batches of 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

IMAGES, BATCH, RUNS, LENGTHS = 1000, 4, 5, (300, 900)
LARGEST = 1e3  # of a rate; beyond it the weights overflow


@cache
def _digits() -> tuple[NDArray, NDArray]:
    pixels, labels = load_digits(return_X_y=True)
    X = pixels[:IMAGES]
    return (X - X.mean()) / X.std(), np.eye(10)[labels[:IMAGES]]


def _softmax(logits: NDArray) -> NDArray:
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def final_loss(rates: NDArray) -> float:
    """Train with one rate for each step, from five orders of the mini-batches; return the mean training loss."""
    (X, targets), rng = _digits(), np.random.default_rng(1)
    W, b = np.zeros((RUNS, X.shape[1], 10)), np.zeros((RUNS, 1, 10))
    for rate in rates:
        rows = rng.integers(IMAGES, size=(RUNS, BATCH))
        delta = (_softmax(X[rows] @ W + b) - targets[rows]) / BATCH
        W -= rate * X[rows].transpose(0, 2, 1) @ delta
        b -= rate * delta.sum(axis=1, keepdims=True)
    p = (_softmax(X @ W + b) * targets).sum(axis=-1)  # of the correct class, (runs, images)
    return float(-np.log(np.maximum(p, 1e-12)).mean())


def _unusable(arguments: tuple[Any, ...], returned: Any) -> str | None:
    (steps,) = arguments
    try:
        rates = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"rates returned {type(returned).__name__}; it should return one learning rate for each step."
    if rates.shape != (steps,):
        return f"rates({steps}) returned shape {rates.shape}; it should return one learning rate for each of the steps."
    if not np.isfinite(rates).all() or np.abs(rates).max() > LARGEST:
        return "Some of your rates are NaN, infinite, or larger than a thousand."
    return None


def _mean_loss(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    return float(np.mean([final_loss(rates) for rates in results]))


def _cosine(peak: float) -> Callable[[int], NDArray]:
    return lambda steps: peak * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2


def _constant(rate: float) -> Callable[[int], NDArray]:
    return lambda steps: np.full(steps, rate)


TUNE = TargetExercise(
    id="07b.6",
    title="Tune a rate",
    minutes=20,
    hints=(
        "First find the best constant rate: try 0.03, 0.1, 0.3, 1. Then ask what is wrong with it at the end.",
        "Let the rate fall to 0 along half a cosine or a straight line, and start higher than the best constant rate.",
        "A cosine from about 0.5 down to 0 is enough.",
    ),
    cases=lambda rng: [(steps,) for steps in LENGTHS],
    unusable=_unusable,
    measure=_mean_loss,
    quantity="mean training loss",
    target=0.08,
    why="A falling rate can start higher than any constant one, because the noise at the end no longer matters.",
    mistakes=(
        Mistake("Adam's default", _constant(0.001), "0.001 is a rate for Adam; plain SGD hardly moves with it."),
        Mistake("constant 0.01", _constant(0.01), "A constant rate, and too small: the loss is still falling."),
        Mistake("constant 0.1", _constant(0.1), "A constant rate. It is rather small for the start."),
        Mistake("constant 0.3", _constant(0.3), "A constant rate, about the best there is. What happens at the end?"),
        Mistake("constant 1", _constant(1.0), "A constant rate, and so large that the weights never settle."),
        Mistake(
            "cosine from 0.1", _cosine(0.1), "The shape is good, but the start is too low: a falling rate can be bold."
        ),
        Mistake(
            "rising", lambda steps: 0.5 * np.arange(steps) / steps, "Your rates rise; at the end they should be low."
        ),
        Mistake("uphill", _constant(-0.1), "A negative rate climbs."),
    ),
)
