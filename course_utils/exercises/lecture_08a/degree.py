"""The open task of lecture 08a: choose the degree of a polynomial."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

CURVES, POINTS, HIGHEST, NOISE = 60, 40, 15, 0.3
WHERE, GRID = np.linspace(0, 1, POINTS), np.linspace(0, 1, 101)


def _curve(number: int, x: NDArray) -> NDArray:
    """Return the values of one of the sixty curves: from a tenth of a period to three periods.

    Most are slow, so that a low degree fits them best, and some are fast: no degree serves them all.
    """
    frequency, phase = 0.1 + 3.4 * (number / CURVES) ** 3, 2.4 * number
    return np.sin(2 * np.pi * frequency * x + phase) + 0.5 * x


def _measured(rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    return [(WHERE.copy(), _curve(k, WHERE) + rng.normal(0, NOISE, POINTS)) for k in range(CURVES)]


def _fitted(x: NDArray, y: NDArray, degree: int, at: NDArray) -> NDArray:
    return legvander(2 * at - 1, degree) @ (np.linalg.pinv(legvander(2 * x - 1, degree)) @ y)


@cache
def _to_grid(degree: int) -> tuple[NDArray, NDArray]:
    """Return the polynomials on the grid, and what turns measurements into coefficients; all curves share them."""
    return legvander(2 * GRID - 1, degree), np.linalg.pinv(legvander(2 * WHERE - 1, degree))


def _distances(number: int, y: NDArray) -> NDArray:
    """Return the root mean square distance of the polynomial of each degree from the curve."""
    fits = [grid @ (inverse @ y) for grid, inverse in map(_to_grid, range(HIGHEST + 1))]
    return np.array([((fit - _curve(number, GRID)) ** 2).mean() ** 0.5 for fit in fits])


def _no_degree(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a masked value warns, and becomes NaN
            number = float(returned)
    except (TypeError, ValueError, UserWarning):
        return f"choose_degree returned {type(returned).__name__}; it should return a degree, a whole number."
    if number not in range(HIGHEST + 1):
        return f"You returned {number:g}; a degree is a whole number from 0 to {HIGHEST}."
    return None


def _ratio(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    distances = np.array([_distances(number, y) for number, (_, y) in enumerate(cases)])  # (curves, degrees)
    chosen = distances[np.arange(len(results)), np.array(results, dtype=int)]
    return float(chosen.mean() / distances.min(axis=1).mean())


def _by_training_error(x: NDArray, y: NDArray) -> int:
    return int(np.argmin([((_fitted(x, y, degree, x) - y) ** 2).mean() for degree in range(HIGHEST + 1)]))


def _by_split(x: NDArray, y: NDArray) -> int:
    errors = [((_fitted(x[:20], y[:20], degree, x[20:]) - y[20:]) ** 2).mean() for degree in range(HIGHEST + 1)]
    return int(np.argmin(errors))


DEGREE = TargetExercise(
    id="08a.4",
    title="Choose the degree",
    minutes=17,
    hints=(
        "New measurements cannot be seen, but old ones can be held out. Which ones, and how often?",
        "Five folds of eight points: fit each degree to the other 32, and note the squared errors at the eight.",
        "Add up the errors for each degree over all folds, and return the degree with the lowest sum.",
    ),
    cases=_measured,
    unusable=_no_degree,
    measure=_ratio,
    quantity="mean distance, divided by that of the best degrees,",
    target=1.43,
    why="Every point is predicted once by a fit that has not seen it.",
    mistakes=(
        Mistake("training error", _by_training_error, "The training error always votes for the highest degree."),
        *(
            Mistake(
                f"always degree {degree}",
                lambda x, y, degree=degree: degree,
                f"You always return degree {degree}; some of the curves are nearly straight, some have three periods.",
            )
            for degree in (0, 1, 2, 3, 5, 8, 9, 10)
        ),
        Mistake(
            "the last five",
            _by_split,
            "You hold out one end of the curve, where a polynomial must extrapolate. Choose points from all over.",
        ),
    ),
)
