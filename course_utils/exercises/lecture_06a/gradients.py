"""Exercises 06a.1 and 06a.2: a loss from a density, and the gradient of a loss."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _waiting_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    ordinary = [(rng.normal(size=count), rng.exponential(2, count)) for count in (5, 8)]
    return [
        *ordinary,
        Edge("for a single example", rng.normal(size=1), rng.exponential(2, 1)),
        Edge("where nobody waited", rng.normal(size=3), np.zeros(3)),
    ]


WAITING = FunctionExercise(
    id="06a.1",
    title="A loss of your own",
    minutes=8,
    hints=(
        "Write down log p(y) first: the logarithm of a product is a sum, and log exp(u) is u.",
        "-log p(y) = log m + y / m. Now write both terms with a = log m.",
        "1 / m is exp(-a). What is log m?",
    ),
    cases=_waiting_cases,
    reference=lambda a, y: np.mean(a + y * np.exp(-a)),
    why="On paper: -log p = log m + y / m, with log m = a and 1 / m = exp(-a). The slope, 1 - y / m, is 0 at m = y.",
    mistakes=(
        Mistake("likelihood", lambda a, y: np.mean(np.exp(-a - y * np.exp(-a))), "This is the mean of p; take -log p."),
        Mistake(
            "sign flipped",
            lambda a, y: -np.mean(a + y * np.exp(-a)),
            "This is the mean of log p: training would make the observed times improbable.",
        ),
        Mistake("log m missing", lambda a, y: np.mean(y * np.exp(-a)), "What did the factor 1 / m become?"),
        Mistake(
            "sign of log m",
            lambda a, y: np.mean(y * np.exp(-a) - a),
            "log(1 / m) is -log m, and the loss has one more minus sign.",
        ),
        Mistake(
            "a as the mean",
            lambda a, y: np.mean(np.log(np.abs(a)) + y / a),
            "You use a as the mean waiting time, but a is its logarithm.",
        ),
        Mistake(
            "divided by a", lambda a, y: np.mean(a + y / a), "You divide y by a, but the mean waiting time is exp(a)."
        ),
        Mistake(
            "exponent positive",
            lambda a, y: np.mean(a + y * np.exp(a)),
            "You multiply y by m; the density divides by it.",
        ),
        Mistake("sum", lambda a, y: np.sum(a + y * np.exp(-a)), "This is the sum over the examples, not their mean."),
        Mistake(
            "not averaged", lambda a, y: a + y * np.exp(-a), "One loss per example is right so far; return their mean."
        ),
        Mistake(
            "Poisson",
            lambda a, y: np.mean(np.exp(a) - y * a),
            "This is the Poisson loss. Waiting times are not counts.",
        ),
        Mistake(
            "squared error", lambda a, y: np.mean((np.exp(a) - y) ** 2), "This is the squared error of the mean time."
        ),
    ),
)


def _charbonnier_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    def case(shape: tuple[int, ...], epsilon: float) -> tuple[np.ndarray, np.ndarray, float]:
        return rng.normal(size=shape), rng.normal(size=shape), epsilon

    return [
        case((4, 3), 0.5),
        case((2, 3, 5), 0.1),
        Edge("for an array of one row", *case((1, 3), 0.5)),
        Edge("where prediction and target are equal", np.ones((2, 2)), np.ones((2, 2)), 0.2),
    ]


def _charbonnier_backward(prediction: np.ndarray, target: np.ndarray, epsilon: float) -> np.ndarray:
    error = prediction - target
    return error / np.hypot(error, epsilon) / error.size


GRADIENT = FunctionExercise(
    id="06a.2",
    title="Derive and code a gradient",
    minutes=10,
    hints=(
        "Take one example first: the derivative of √u is 1 / (2 √u). What is u here, and what is du/de?",
        "The inner derivative is 2 e, so the two factors 2 cancel; the constant ε drops out.",
        "One example gives e / √(e² + ε²). The loss is a mean over all elements: which factor does a mean bring?",
    ),
    cases=_charbonnier_cases,
    reference=_charbonnier_backward,
    why=(
        "On paper: d√u/de = 1 / (2 √u) · du/de with u = e² + ε² and du/de = 2 e, so each example gives e / √(e² + ε²); "
        "the constant ε drops out, and the mean divides by N."
    ),
    mistakes=(
        Mistake(
            "mean forgotten",
            lambda p, t, eps: (p - t) / np.hypot(p - t, eps),
            "This is the gradient of the sum; the loss is a mean over N elements.",
        ),
        Mistake(
            "divided by rows",
            lambda p, t, eps: (p - t) / np.hypot(p - t, eps) / len(p),
            "You divide by the number of rows; N counts all elements.",
        ),
        Mistake(
            "sign flipped",
            lambda p, t, eps: _charbonnier_backward(t, p, eps),
            "All signs are flipped: this is the gradient with respect to the target.",
        ),
        Mistake(
            "inner derivative forgotten",
            lambda p, t, eps: 1 / (2 * np.hypot(p - t, eps)) / p.size,
            "This is only the outer derivative: multiply by the derivative of what is under the square root.",
        ),
        Mistake(
            "error forgotten",
            lambda p, t, eps: 1 / np.hypot(p - t, eps) / p.size,
            "The numerator is missing: which factor does the derivative of e² bring?",
        ),
        Mistake(
            "epsilon not squared",
            lambda p, t, eps: (p - t) / np.sqrt((p - t) ** 2 + eps) / p.size,
            "You did not square ε under the square root.",
        ),
        Mistake(
            "value in place of slope",
            lambda p, t, eps: np.hypot(p - t, eps) - eps,
            "This is the loss of each element, not its gradient.",
        ),
        Mistake(
            "no denominator",
            lambda p, t, eps: (p - t) / p.size,
            "This is the gradient of half the square: the square root is missing.",
        ),
        Mistake(
            "epsilon subtracted",
            lambda p, t, eps: _charbonnier_backward(p, t, eps) - eps,
            "ε is a constant in the loss; what is the derivative of a constant?",
        ),
        Mistake(
            "one factor 2 too many",
            lambda p, t, eps: 2 * _charbonnier_backward(p, t, eps),
            "Twice as large as it should be: the derivative of a square root brings a factor of 1/2.",
        ),
        Mistake(
            "root forgotten",
            lambda p, t, eps: (p - t) / ((p - t) ** 2 + eps**2) / p.size,
            "The square root in the denominator is missing.",
        ),
        Mistake(
            "epsilon ignored",
            lambda p, t, eps: np.sign(p - t) / p.size,
            "This is the gradient of the MAE: ε, which rounds the tip, is missing.",
        ),
    ),
)
