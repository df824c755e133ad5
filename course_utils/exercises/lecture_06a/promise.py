"""The open task of lecture 06a: promise a time when late and early do not cost the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import special

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

LATE, EARLY = 9.0, 1.0  # euros per minute
PAST, NEW, FORGOTTEN = 1000, 300, 0.03  # rides; share of them with an hour too much on record
CITIES = ((8.0, 4.0), (11.0, 3.0), (6.0, 6.0))  # minutes, and minutes per km: a line without learning fails


def _usual(km: np.ndarray, first: float, slope: float) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of the minutes that rides of these distances take."""
    return first + slope * km, 1 + 2 * km


def _cities(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    cities = []
    for city in CITIES:
        km = rng.uniform(0, 3, PAST)
        mean, std = _usual(km, *city)
        minutes = mean + std * rng.normal(size=PAST) + 60 * (rng.random(PAST) < FORGOTTEN)
        cities.append((km, minutes, rng.uniform(0, 3, NEW)))
    return cities


def _no_promise(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        array = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"promise returned {type(returned).__name__}; it should return an array of minutes."
    if array.shape != arguments[2].shape:
        return f"km_new has shape {arguments[2].shape}, but what you returned has shape {array.shape}."
    return None if np.isfinite(array).all() else "Some of the minutes you returned are NaN or infinite."


def _cost(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    """Return the expected cost per ride, exactly: the scatter of a ride is Gaussian and known to the check."""
    costs = []
    for (_, _, km_new), promised, city in zip(cases, results, CITIES, strict=True):
        mean, std = _usual(km_new, *city)
        z = (promised - mean) / std
        density, below = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), special.ndtr(z)
        late, early = std * (density - z * (1 - below)), std * (density + z * below)
        costs.append(np.mean(LATE * late + EARLY * early))
    return float(np.mean(costs))


def _line(km: np.ndarray, minutes: np.ndarray, q: float) -> np.ndarray:
    X, weights = np.stack([np.ones(len(km)), km], axis=1), np.zeros(2)
    for step in range(3000):
        weights -= 2.0 * (1 - step / 3000) * (X.T @ np.where(X @ weights < minutes, -q, 1 - q)) / len(km)
    return weights


def _quantile(q: float) -> Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    def promise(km: np.ndarray, minutes: np.ndarray, km_new: np.ndarray) -> np.ndarray:
        first, slope = _line(km, minutes, q)
        return first + slope * km_new

    return promise


def _mean_line(km: np.ndarray, minutes: np.ndarray, km_new: np.ndarray) -> np.ndarray:
    return np.polyval(np.polyfit(km, minutes, 1), km_new)


def _mean_line_and_more(km: np.ndarray, minutes: np.ndarray, km_new: np.ndarray) -> np.ndarray:
    return _mean_line(km, minutes, km_new) + np.quantile(minutes - _mean_line(km, minutes, km), 0.9)


PROMISE = TargetExercise(
    id="06a.6",
    title="Promise a time",
    minutes=15,
    hints=(
        "Which loss charges different prices for too little and too much? What is q if the prices are 9 and 1?",
        "Costs of 9 and 1 are ten times the quantile loss with q = 0.9. Fit a line with it, as fit does.",
        "fit(lambda p, y: quantile_gradient(p, y, 0.9), X, minutes, rate=2.0), with a column of ones and one of km.",
    ),
    cases=_cities,
    unusable=_no_promise,
    measure=_cost,
    quantity="mean cost per ride in euros",
    target=7.6,
    why="The quantile line at q = 0.9 asks exactly what the two prices ask, and forgotten buttons hardly move it.",
    mistakes=(
        Mistake("mean line", _mean_line, "This is the least squares line: it treats late and early alike."),
        Mistake(
            "median line", _quantile(0.5), "This is the median line: half of the rides are late, at 9 euros a minute."
        ),
        Mistake("prices swapped", _quantile(0.1), "You swapped the prices: this promise is kept in one ride of ten."),
        Mistake(
            "one promise for all",
            lambda km, minutes, km_new: np.full(len(km_new), np.quantile(minutes, 0.9)),
            "You promise the same for every ride; the distance tells you more.",
        ),
        Mistake(
            "mean line and a constant",
            _mean_line_and_more,
            "A constant on top is too much for short rides and too little for long ones: the scatter grows.",
        ),
        Mistake(
            "the longest ride",
            lambda km, minutes, km_new: np.full(len(km_new), minutes.max()),
            "You promise the longest time ever recorded. Being early costs something, too.",
        ),
    ),
)
