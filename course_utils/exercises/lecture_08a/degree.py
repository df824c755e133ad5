"""The open task of lecture 08a: choose the degree of a polynomial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

CURVES, POINTS, HIGHEST, NOISE = 30, 40, 15, 0.5
WHERE, NEW = np.linspace(0, 1, POINTS), np.linspace(0, 1, 101)


def _curve(number: int, x: NDArray) -> NDArray:
    """Return the values of one of the thirty curves: from a tenth of a period to three and a half periods."""
    frequency, phase = 0.1 + 3.4 * number / CURVES, 2.4 * number
    return np.sin(2 * np.pi * frequency * x + phase) + 0.5 * x


def _measured(rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    return [(WHERE.copy(), _curve(k, WHERE) + rng.normal(0, NOISE, POINTS)) for k in range(CURVES)]


def _fitted(x: NDArray, y: NDArray, degree: int, at: NDArray) -> NDArray:
    return legvander(2 * at - 1, degree) @ (np.linalg.pinv(legvander(2 * x - 1, degree)) @ y)


def _new_errors(number: int, y: NDArray) -> NDArray:
    """Return the expected squared error on new measurements, for each degree."""
    fits = [_fitted(WHERE, y, degree, NEW) for degree in range(HIGHEST + 1)]
    return np.array([((fit - _curve(number, NEW)) ** 2).mean() + NOISE**2 for fit in fits])


def _no_degree(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        number = float(returned)
    except (TypeError, ValueError):
        return f"choose_degree returned {type(returned).__name__}; it should return a degree, a whole number."
    if number not in range(HIGHEST + 1):
        return f"You returned {number:g}; a degree is a whole number from 0 to {HIGHEST}."
    return None


def _mean_ratio(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    ratios = []
    for number, ((_, y), chosen) in enumerate(zip(cases, results, strict=True)):
        errors = _new_errors(number, y)
        ratios.append(errors[int(chosen)] / errors.min())
    return float(np.mean(ratios))


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
        "Ten folds of four points: fit each degree to the other 36, and note the squared errors at the four.",
        "Add up the errors for each degree over all folds, and return the degree with the lowest sum.",
    ),
    cases=_measured,
    unusable=_no_degree,
    measure=_mean_ratio,
    quantity="mean error, divided by that of the best degree,",
    target=1.15,
    why="Every point is predicted once by a fit that has not seen it.",
    mistakes=(
        Mistake("training error", _by_training_error, "The training error always votes for the highest degree."),
        Mistake("a line", lambda x, y: 1, "You always return a line; most of these curves are not straight."),
        Mistake("a constant", lambda x, y: 0, "You always return degree 0, a constant."),
        Mistake(
            "the last five",
            _by_split,
            "You hold out one end of the curve, where a polynomial must extrapolate. Choose points from all over.",
        ),
    ),
)
