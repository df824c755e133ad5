"""The open task of lecture 06b: decide by what mistakes cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import optimize

from course_utils import activations, losses
from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

MISS, ALARM = 50.0, 1.0  # euros
HEALTHY, INFECTED, OFFSET = 3800, 200, 1.5  # cells to learn from; the infected ones are shifted in both features
CLINICS = ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0))  # the direction of this shift: a rule without learning fails
Decision = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _cells(rng: np.random.Generator, direction: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    points = rng.normal(size=(HEALTHY + INFECTED, 2))
    points[HEALTHY:] += OFFSET * np.array(direction)
    return np.insert(points, 0, 1, axis=1), np.repeat([0.0, 1.0], [HEALTHY, INFECTED])


def _clinics(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    return [(*_cells(rng, direction), _cells(rng, direction)[0]) for direction in CLINICS]


def _chance(X: np.ndarray, direction: tuple[float, float]) -> np.ndarray:
    """Return how probable it is that each cell is infected: both classes are Gaussian, and known to the check."""
    return activations.sigmoid(np.log(INFECTED / HEALTHY) + OFFSET * X[:, 1:] @ direction - OFFSET**2)


def _no_decision(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        array = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"decide returned {type(returned).__name__}; it should return an array of zeros and ones."
    expected = (len(arguments[2]),)
    if array.shape != expected:
        return f"There are {expected[0]} new cells, but what you returned has shape {array.shape}."
    return (
        None if np.isin(array, (0, 1)).all() else "Return a decision for each cell, 0 or 1, not a probability or logit."
    )


def _cost(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    """Return the expected cost per cell, exactly."""
    chances = [_chance(X_new, direction) for (_, _, X_new), direction in zip(cases, CLINICS, strict=True)]
    pairs = zip(chances, results, strict=True)
    return float(np.mean([np.mean(MISS * p * (1 - treat) + ALARM * (1 - p) * treat) for p, treat in pairs]))


def _neuron(X: np.ndarray, y: np.ndarray, pos_weight: float) -> np.ndarray:
    def both(weights: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = losses.binary_cross_entropy_with_logits_backward(X @ weights, y, pos_weight=pos_weight)
        cost = losses.binary_cross_entropy_with_logits(X @ weights, y, pos_weight=pos_weight)
        return float(cost), X.T @ gradient

    return optimize.minimize(both, np.zeros(3), jac=True).x


def _above(threshold: float, pos_weight: float = 1.0) -> Decision:
    def decide(X: np.ndarray, y: np.ndarray, X_new: np.ndarray) -> np.ndarray:
        return (activations.sigmoid(X_new @ _neuron(X, y, pos_weight)) > threshold) * 1

    return decide


DECIDE = TargetExercise(
    id="06b.6",
    title="Decide by what mistakes cost",
    minutes=15,
    hints=(
        "For a cell with p = 0.1: what does leaving it cost on average, and what does treating it cost?",
        "Leaving costs 50 p, treating costs 1 - p. Treat where the first is larger.",
        "Train neuron(X, y) without weights and move the threshold to 1/51, or use pos_weight=50 and keep 1/2.",
    ),
    cases=_clinics,
    unusable=_no_decision,
    measure=_cost,
    quantity="mean cost per cell in euros",
    target=0.46,
    why="Either way works, the threshold 1/51 or pos_weight = 50, because both move along the same ROC curve.",
    mistakes=(
        Mistake("treat everybody", lambda X, y, X_new: np.ones(len(X_new)), "You treat everybody."),
        Mistake(
            "treat almost nobody",
            lambda X, y, X_new: np.zeros(len(X_new)),
            "You treat almost nobody. At p > 1/2 without weights, you act as if a miss cost no more than a false "
            "alarm.",
        ),
        Mistake(
            "balanced",
            _above(0.5, 19.0),
            "A weight of 19, or the threshold 1/20, balances the classes; the costs ask for something else.",
        ),
        Mistake("both", _above(1 / 51, 50.0), "You moved the threshold and used weights: each alone is enough."),
        Mistake(
            "decisions swapped",
            lambda X, y, X_new: 1 - _above(1 / 51)(X, y, X_new),
            "You treat the healthy cells and leave the infected ones.",
        ),
    ),
)
