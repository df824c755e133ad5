"""The open task of lecture 07a: down ten-dimensional valleys with a hundred gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

Gradient = Callable[[NDArray], NDArray]

BUDGET, WEIGHTS, STEEPEST, CASES = 100, 10, 100.0, 4
LOST = 1e6  # a weight beyond it has diverged


class _Valley:
    """A quadratic loss, turned in all directions, that counts how often its gradient is asked for."""

    def __init__(self, rng: np.random.Generator) -> None:
        turn = np.linalg.qr(rng.normal(size=(WEIGHTS, WEIGHTS)))[0]
        curvatures = np.geomspace(1, STEEPEST, WEIGHTS)
        self.H, self.goal = turn @ np.diag(curvatures) @ turn.T, rng.normal(0, 3, WEIGHTS)
        self.start = self.goal + turn @ rng.normal(size=WEIGHTS)
        self.asked = 0

    def gradient(self) -> Gradient:
        """Return the gradient as a plain function, which holds nothing that tells where the minimum is.

        A copy of the arguments of a call still counts here: a copy of a function is the function itself.
        """

        def gradient(w: NDArray) -> NDArray:
            return _VALLEYS[gradient]._ask(w)

        _VALLEYS[gradient] = self
        return gradient

    def _ask(self, w: NDArray) -> NDArray:
        self.asked += 1
        return self.H @ (np.asarray(w, dtype=np.float64) - self.goal)


_VALLEYS: WeakKeyDictionary[Gradient, _Valley] = WeakKeyDictionary()


def _cases(rng: np.random.Generator) -> list[tuple[Gradient, NDArray]]:
    valleys = [_Valley(rng) for _ in range(CASES)]
    return [(valley.gradient(), valley.start.copy()) for valley in valleys]


def _unusable(arguments: tuple[Any, ...], returned: Any) -> str | None:
    valley = _VALLEYS[arguments[0]]
    asked, valley.asked = valley.asked, 0
    try:
        w = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"go_down returned {type(returned).__name__}; it should return the weights where it ends, shape (10,)."
    if w.shape != (WEIGHTS,):
        return f"go_down returned an array of shape {w.shape}; it should return the weights where it ends, shape (10,)."
    if not np.abs(w).max() < LOST:
        return "The weights that you returned are huge or NaN: your path diverges, so your rate is too large here."
    if asked == 0 and not np.array_equal(w, valley.start):
        return "You moved without asking for the gradient even once: what tells you where to go?"
    if asked > BUDGET:
        return f"You asked for the gradient {asked} times; at most {BUDGET} are allowed."
    return None


def _left(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    valleys = [_VALLEYS[gradient] for gradient, _ in cases]
    pairs = zip(valleys, results, strict=True)
    shares = [np.linalg.norm(w - one.goal) / np.linalg.norm(one.start - one.goal) for one, w in pairs]
    return float(np.mean(shares))


def _descend(rate: float, beta: float = 0.0, steps: int = BUDGET) -> Callable[[Gradient, NDArray], NDArray]:
    def go_down(gradient: Gradient, w: NDArray) -> NDArray:
        v = np.zeros_like(w)
        for _ in range(steps):
            v = beta * v - rate * gradient(w)
            w = w + v
        return w

    return go_down


VALLEYS = TargetExercise(
    id="07a.6",
    title="Out of the valley",
    minutes=20,
    hints=(
        "Plain descent needs about 2.3 κ steps, and κ is 100 here: too many. What needs fewer?",
        "Momentum: the lecture gives the best β and the best rate for curvatures between 1 and 100.",
        "√β = (10 - 1) / (10 + 1), and the rate is (1 + √β)² / 100.",
    ),
    cases=_cases,
    unusable=_unusable,
    measure=_left,
    quantity="distance from the minimum, as a share of that at the start,",
    target=0.02,
    why="In ten dimensions, a hundred gradients are plenty if you remember the previous ones.",
    mistakes=(
        Mistake("nothing done", lambda gradient, w: w, "You returned the start."),
        Mistake(
            "plain descent at its best rate",
            _descend(2 / (1 + STEEPEST)),
            "Plain descent, and even at its best rate: along the floor it creeps.",
        ),
        Mistake(
            "plain descent at 0.01",
            _descend(1 / STEEPEST),
            "Plain descent at a safe rate: along the floor it creeps.",
        ),
        Mistake("one step", _descend(1 / STEEPEST, steps=1), "That is a single step; you have a hundred gradients."),
        Mistake(
            "uphill",
            _descend(-1 / STEEPEST, steps=10),
            "You climb: the step goes against the gradient.",
        ),
        Mistake(
            "too much momentum",
            _descend(1 / STEEPEST, beta=0.99),
            "With this much momentum the weights still swing around the minimum when the gradients are used up.",
        ),
    ),
)
