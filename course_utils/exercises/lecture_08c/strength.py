"""The open task of lecture 08c: find the strength of an L2 penalty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

DATA_SETS, SAMPLES, FEATURES = 60, 50, 30
STRENGTHS = np.geomspace(0.001, 30, 10)
TRUE_WEIGHTS = np.random.default_rng(8).normal(size=FEATURES)
Arrays = tuple[NDArray, NDArray, NDArray]


def _data_sets(rng: np.random.Generator) -> list[Arrays]:
    """Return sixty data sets of one linear model, with a noise of their own each; features are standard normal."""
    cases = []
    for noise in np.geomspace(0.5, 20, DATA_SETS):
        X = rng.normal(size=(SAMPLES, FEATURES))
        cases.append((X, X @ TRUE_WEIGHTS + rng.normal(0, noise, SAMPLES), STRENGTHS.copy()))
    return cases


def _solve(X: NDArray, y: NDArray, strength: float) -> NDArray:
    return np.linalg.solve(X.T @ X / len(X) + strength * np.eye(X.shape[1]), X.T @ y / len(X))


def _new_error(case: Arrays, strength: float) -> float:
    """Return the mean squared error on new data: features have variance 1, and the noise is that of this data set."""
    X, y, _ = case
    return float(((_solve(X, y, strength) - TRUE_WEIGHTS) ** 2).sum() + np.mean((y - X @ TRUE_WEIGHTS) ** 2))


def _no_candidate(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        number = float(returned)
    except (TypeError, ValueError):
        return f"choose_strength returned {type(returned).__name__}; it should return one of the strengths."
    if not np.isclose(arguments[2], number, rtol=1e-6, atol=0).any():
        if number in range(len(STRENGTHS)):
            return f"You returned {number:g}, which looks like the place of a strength; return the strength itself."
        return f"You returned {number:g}, which is none of the candidates."
    return None


def _mean_ratio(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    ratios = []
    for case, chosen in zip(cases, results, strict=True):
        best = min(_new_error(case, strength) for strength in case[2])
        ratios.append(_new_error(case, float(chosen)) / best)
    return float(np.mean(ratios))


def _by_training_error(X: NDArray, y: NDArray, strengths: NDArray) -> float:
    return strengths[np.argmin([((X @ _solve(X, y, strength) - y) ** 2).mean() for strength in strengths])]


def _by_split(held_out: int) -> Callable[..., float]:
    def choose(X: NDArray, y: NDArray, strengths: NDArray) -> float:
        fits = [_solve(X[held_out:], y[held_out:], strength) for strength in strengths]
        return strengths[np.argmin([((X[:held_out] @ w - y[:held_out]) ** 2).mean() for w in fits])]

    return choose


def _leaking(X: NDArray, y: NDArray, strengths: NDArray) -> float:
    fits = [_solve(X, y, strength) for strength in strengths]
    return strengths[np.argmin([((X[:10] @ w - y[:10]) ** 2).mean() for w in fits])]


CHOOSE = TargetExercise(
    id="08c.1",
    title="Find the strength",
    minutes=15,
    hints=(
        "You cannot see new data, but you can hold some of yours out and pretend. Which samples, and how often?",
        "Ten folds: for each, solve for w with the other nine, and add up the squared errors on the fold.",
        "Return strengths[errors.argmin()], where errors has one sum over all folds for each strength.",
    ),
    cases=_data_sets,
    unusable=_no_candidate,
    measure=_mean_ratio,
    quantity="mean error, divided by that of the best candidate,",
    target=1.12,
    why="Every sample is held out once, so all of them vote.",
    mistakes=(
        Mistake(
            "training error",
            _by_training_error,
            "The training error is always lowest for the weakest penalty; hold samples out.",
        ),
        Mistake("strongest", lambda X, y, strengths: strengths[-1], "You always return the strongest penalty."),
        Mistake(
            "middle", lambda X, y, strengths: strengths[5], "You always return the same strength; look at the data."
        ),
        Mistake("five held out", _by_split(5), "Five held-out samples decide by luck: let every sample vote."),
        Mistake("leak", _leaking, "The samples that you test on took part in the fit: that is a leak."),
    ),
)
