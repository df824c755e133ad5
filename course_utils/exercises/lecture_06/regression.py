"""Exercises 06.1 to 06.3: losses of real numbers, and which loss a task asks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import losses
from course_utils.exercises.diagnosis import as_items
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, Edge, FunctionExercise, ValueExercise

# 06.2: minutes by which a bus was late.
LATE = np.array([2.0, 3, 3, 4, 5, 7, 32])


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
    id="06.1",
    title="Derive and code a gradient",
    minutes=10,
    hints=(
        "Take one sample first: the derivative of √u is 1 / (2 √u). Which u stands under the root, and what is du/de?",
        "The inner derivative is 2 e, so the two factors 2 cancel; the constant ε drops out.",
        "One sample gives e / √(e² + ε²). The cost is a mean over all elements: what does the gradient of a mean hold?",
    ),
    cases=_charbonnier_cases,
    reference=_charbonnier_backward,
    why=(
        "On paper: d√u/de = 1 / (2 √u) · du/de with u = e² + ε² and du/de = 2 e, so each sample gives e / √(e² + ε²); "
        "the constant ε drops out and the mean divides by n."
    ),
    mistakes=(
        Mistake(
            "mean forgotten",
            lambda p, t, eps: (p - t) / np.hypot(p - t, eps),
            "This is the gradient of the sum; the cost is a mean over n elements.",
        ),
        Mistake(
            "divided by rows",
            lambda p, t, eps: (p - t) / np.hypot(p - t, eps) / len(p),
            "You divide by the number of rows; n counts all elements.",
        ),
        Mistake(
            "sign turned",
            lambda p, t, eps: _charbonnier_backward(t, p, eps),
            "All signs are turned: this is the gradient with respect to the target.",
        ),
        Mistake(
            "inner derivative forgotten",
            lambda p, t, eps: 1 / (2 * np.hypot(p - t, eps)) / p.size,
            "This is the outer derivative alone: multiply by the derivative of what stands under the root.",
        ),
        Mistake(
            "error forgotten",
            lambda p, t, eps: 1 / np.hypot(p - t, eps) / p.size,
            "The numerator is missing: which factor does the derivative of e² bring?",
        ),
        Mistake(
            "epsilon not squared",
            lambda p, t, eps: (p - t) / np.sqrt((p - t) ** 2 + eps) / p.size,
            "Under the root ε is not squared.",
        ),
        Mistake(
            "value in place of slope",
            lambda p, t, eps: np.hypot(p - t, eps) - eps,
            "This is the loss of each element, not its gradient.",
        ),
        Mistake(
            "no denominator",
            lambda p, t, eps: (p - t) / p.size,
            "This is the gradient of half a square: the root has gone.",
        ),
        Mistake(
            "epsilon subtracted",
            lambda p, t, eps: _charbonnier_backward(p, t, eps) - eps,
            "ε is a constant in the loss; what is the derivative of a constant?",
        ),
        Mistake(
            "one factor 2 too many",
            lambda p, t, eps: 2 * _charbonnier_backward(p, t, eps),
            "Twice too large: the derivative of a root brings a factor 1/2.",
        ),
        Mistake(
            "root forgotten",
            lambda p, t, eps: (p - t) / ((p - t) ** 2 + eps**2) / p.size,
            "The denominator has lost its root.",
        ),
        Mistake(
            "epsilon ignored",
            lambda p, t, eps: np.sign(p - t) / p.size,
            "This is the gradient of the MAE: the rounding of the tip, ε, is missing.",
        ),
    ),
)


def _best_numbers() -> tuple[float, float, float]:
    costs = [losses.quantile(np.full(LATE.size, c), LATE, q=0.9) for c in LATE]
    return float(LATE.mean()), float(np.median(LATE)), float(LATE[np.argmin(costs)])


THREE_QUESTIONS = ValueExercise(
    id="06.2",
    title="Three questions to seven numbers",
    minutes=5,
    hints=(
        "Which two of the three answers do not depend on how extreme the 32 is? Which one does?",
        "Mean, median, and the smallest number that at least 0.9 of the seven do not exceed.",
        "Six of seven numbers are 7 or less. Is 6/7 enough for q = 0.9?",
    ),
    expected=_best_numbers,
    mistakes=(
        Mistake("mode for the MAE", (8, 3, 32), "Three is the most frequent number; count how many lie on each side."),
        Mistake(
            "median for the quantile", (8, 4, 4), "A quantile loss with q = 0.9 punishes numbers that are too low."
        ),
        Mistake("swapped", (4, 8, 32), "Mean and median have changed places: which loss feels the 32?"),
        Mistake("mean twice", (8, 8, 32), "The MAE is not minimised by the mean: count how many lie on each side."),
        Mistake("median twice", (4, 4, 32), "The MSE is not minimised by the median: where does Σ 2 (c - y) vanish?"),
        Mistake(
            "quantile too low", (8, 4, 7), "The first two are right. Only 6/7 = 0.86 of the numbers are 7 or less."
        ),
        Mistake(
            "quantile interpolated",
            (8, 4, float(np.quantile(LATE, 0.9))),
            "The first two are right. np.quantile interpolates between two numbers; the loss has its minimum at one.",
        ),
        Mistake("outlier left out", (4, 3.5, 7), "You left the 32 out. The losses do not know that it is an outlier."),
    ),
)

FOUR_NAMES = 'Answer with four names from "mse", "huber", "quantile", "poisson", each used once.'
TASKS = (
    ("poisson", "Task 1: these are counts, often 0. Which loss cannot predict a negative rate?"),
    ("mse", "Task 2: small noise, no outliers, and the mean is wanted. Which is the plainest loss for a mean?"),
    ("quantile", "Task 3: enough in 19 of 20 weeks is neither a mean nor a median. Which loss asks for a level?"),
    ("huber", "Task 4: one echo in fifty is an outlier. Which loss limits its pull, without a kink?"),
)


def _choice_problem(answer: Any) -> str | None:
    given = as_items(answer)
    if given is None or not all(isinstance(name, str) for name in given):
        return FOUR_NAMES
    names = [name.strip().lower() for name in given]
    if sorted(names) != sorted(right for right, _ in TASKS):
        return FOUR_NAMES
    return next((message for name, (right, message) in zip(names, TASKS, strict=True) if name != right), None)


FOUR_TASKS = BuildExercise(
    id="06.3",
    title="Choose the loss",
    minutes=6,
    hints=(
        "Ask of each task: is a mean wanted, or a level? Is the target a count? Are there misreadings?",
        "Start with the task that speaks of 19 in 20, then the one that counts.",
    ),
    examiner=_choice_problem,
    calls=(),
    mistakes=(
        Mistake("not four names", ("mse", "huber"), FOUR_NAMES),
        Mistake("counts by MSE", ("mse", "poisson", "quantile", "huber"), TASKS[0][1]),
        Mistake("plain noise by Huber", ("poisson", "huber", "quantile", "mse"), TASKS[1][1]),
        Mistake("level by Huber", ("poisson", "mse", "huber", "quantile"), TASKS[2][1]),
    ),
)
