"""A narrow valley with a bend, on which optimizers can be watched. Taught in lecture 07b."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from course_utils.optimizers.base import Optimizer

START, NEAR, LOST = (-1.5, 1.8), 0.1, 100.0


def bent_valley(w: NDArray) -> NDArray:
    """Return (1 - w₁)² + 5 (w₂ - w₁²)², which is lowest at (1, 1): (..., 2) → (...).

    Source: Rosenbrock (1960), "An automatic method for finding the greatest or least value of a function", here with
    a factor of 5 instead of 100.

    Taught in lecture 07b.
    """
    return (1 - w[..., 0]) ** 2 + 5 * (w[..., 1] - w[..., 0] ** 2) ** 2


def cross_bent_valley(
    make: Callable[[list[NDArray], float], Optimizer], rates: Iterable[float], steps: int
) -> tuple[float, NDArray, float]:
    """Send an optimizer from (-1.5, 1.8) across the valley at each rate; return the rate at which it arrives first.

    Args:
        make: takes a list with the weights, (2,), and the learning rate; returns the optimizer.
        rates: the learning rates to try.
        steps: how many steps to take with each.

    Returns:
        The best rate, its path (steps + 1, 2), and the step from which it stays within 0.1 of the minimum: infinity
        where it diverges, steps + 1 where it does not arrive.

    Taught in lecture 07b.
    """
    tried = {rate: _crossing(make, rate, steps) for rate in rates}
    best = min(tried, key=lambda rate: tried[rate][1])
    return best, *tried[best]


def _crossing(make: Callable[[list[NDArray], float], Optimizer], rate: float, steps: int) -> tuple[NDArray, float]:
    w = np.array(START)
    optimizer, path = make([w], rate), [w.copy()]
    for _ in range(steps):
        off = w[1] - w[0] ** 2
        optimizer.step([np.array([-2 * (1 - w[0]) - 20 * w[0] * off, 10 * off])])
        path.append(w.copy())
        if np.abs(w).max() > LOST:
            return np.array(path), np.inf
    away = np.flatnonzero(np.linalg.norm(np.array(path) - 1, axis=1) > NEAR)
    return np.array(path), float(away[-1] + 1)
