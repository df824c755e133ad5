"""Exercises of lecture 06, loss functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import activations, losses
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, FunctionExercise, ValueExercise

# 06.2: minutes by which a bus was late.
LATE = np.array([2.0, 3, 3, 4, 5, 7, 32])
# 06.4: pictures, and those among them with a fracture.
PICTURES, FRACTURES = 1200, 75


def _charbonnier_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    return [(rng.normal(size=shape), rng.normal(size=shape), eps) for shape, eps in [((4, 3), 0.5), ((2, 3, 5), 0.1)]]


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
    if not isinstance(answer, tuple | list) or not all(isinstance(name, str) for name in answer):
        return FOUR_NAMES
    names = [name.strip().lower() for name in answer]
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

POS_WEIGHT = ValueExercise(
    id="06.4",
    title="pos_weight from counts",
    minutes=4,
    hints=(
        "How many pictures are negative? pos_weight multiplies the positives alone.",
        "Total weight of the negatives: their number. Total weight of the positives: their number times pos_weight.",
    ),
    expected=lambda: (PICTURES - FRACTURES) / FRACTURES,
    mistakes=(
        Mistake("all by positives", PICTURES / FRACTURES, "You compare the positives with all pictures, not the rest."),
        Mistake("upside down", FRACTURES / (PICTURES - FRACTURES), "Upside down: this makes the rare class lighter."),
        Mistake("share of positives", FRACTURES / PICTURES, "This is the share of the positives, not a weight."),
        Mistake(
            "share of negatives", 1 - FRACTURES / PICTURES, "This is the share of the negatives: too light by far."
        ),
    ),
)


def _cross_entropy_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    ordinary = [(rng.normal(size=shape), rng.integers(0, shape[1], shape[0])) for shape in [(4, 3), (2, 5)]]
    huge = np.array([[1000.0, 0, -1000, 3], [-1000, -1000, -999, 1000], [-1000, -1001, -1003, -1000]])
    return [*ordinary, (huge, np.array([0, 2, 1]))]


def _picked(table: np.ndarray, target: np.ndarray) -> np.ndarray:
    return table[np.arange(len(target)), target]


def _overflowing(logits: np.ndarray, target: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        return -np.log(_picked(powers / powers.sum(axis=1, keepdims=True), target))


STABLE = FunctionExercise(
    id="06.5",
    title="Cross-entropy that survives",
    minutes=10,
    hints=(
        "log(e^a / Σ e^x) = a - log Σ e^x. No division is needed, and no logarithm of a tiny number.",
        "Subtract the largest logit of each row first: no probability changes, and no exponential overflows.",
        "shifted[np.arange(N), target] picks the target's logit of each row.",
    ),
    cases=_cross_entropy_cases,
    reference=lambda logits, target: losses.cross_entropy(logits, target, "none"),
    mistakes=(
        Mistake("overflow", _overflowing, "Right for small logits. Those of ±1000 overflow, or end in log(0)."),
        Mistake(
            "epsilon in the logarithm",
            lambda x, y: -np.log(_picked(activations.softmax(x), y) + 1e-12),
            "Right for small logits. The small number in the logarithm hides how wrong the worst samples are.",
        ),
        Mistake(
            "sign turned",
            lambda x, y: -losses.cross_entropy(x, y, "none"),
            "The logarithm of a probability is negative; the loss is not.",
        ),
        Mistake(
            "softmax twice",
            lambda x, y: losses.cross_entropy(activations.softmax(x), y, "none"),
            "There is a softmax too many: the loss is taken of probabilities as if they were logits.",
        ),
        Mistake(
            "softmax down the batch",
            lambda x, y: -_picked(activations.log_softmax(x, dim=0), y),
            "Your probabilities add up to one down the batch; they should along each row.",
        ),
        Mistake(
            "averaged",
            lambda x, y: losses.cross_entropy(x, y),
            "This is the mean over the batch; asked for is one loss for each sample.",
        ),
    ),
)

DOUBLE_SOFTMAX = ChoiceExercise(
    id="06.6",
    title="Spot the double softmax",
    minutes=4,
    hints=(
        "Write down for each function what it expects: logits, log-probabilities or probabilities.",
        "One of the functions applies a log-softmax itself. What does a log-softmax do to log-probabilities?",
    ),
    right="c",
    why="cross_entropy takes the probabilities for logits between 0 and 1. In b the second log-softmax does nothing.",
    mistakes=(
        Mistake("a", "a", "nll_loss expects log-probabilities, and gets them."),
        Mistake("b", "b", "One log-softmax too many, but a log-softmax of log-probabilities leaves them as they are."),
        Mistake(
            "d", "d", "binary_cross_entropy expects probabilities. From logits would be safer, but it is not wrong."
        ),
    ),
)


def _mask_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    shapes = [((2, 3, 5, 4), 1.0), ((3, 1, 4, 6), 0.5)]
    return [(rng.uniform(size=shape), (rng.uniform(size=shape) < 0.3) * 1.0, smooth) for shape, smooth in shapes]


def _dice(p: np.ndarray, t: np.ndarray, smooth: float, axes: tuple[int, ...] = (2, 3), factor: float = 2) -> np.ndarray:
    return 1 - (factor * (p * t).sum(axis=axes) + smooth) / (p.sum(axis=axes) + t.sum(axis=axes) + smooth)


def _jaccard(p: np.ndarray, t: np.ndarray, smooth: float) -> float:
    overlap = (p * t).sum(axis=(2, 3))
    return np.mean(1 - (overlap + smooth) / ((p + t).sum(axis=(2, 3)) - overlap + smooth))


DICE = FunctionExercise(
    id="06.7",
    title="Dice for a batch",
    minutes=8,
    hints=(
        "A mask is p[n, c]. Over which axes of (N, C, H, W) do its pixels run?",
        ".sum(axis=(2, 3)) gives one sum for each mask, shape (N, C). Build the fraction from such sums.",
        "Only at the very end: 1 minus the fraction, and the mean of these N · C numbers.",
    ),
    cases=_mask_cases,
    reference=lambda p, t, smooth: losses.dice(p, t, smooth=smooth),
    mistakes=(
        Mistake(
            "sums over the batch",
            lambda p, t, s: np.mean(_dice(p, t, s, (0, 1, 2, 3))),
            "You sum over all masks at once: then the large ones drown the small ones.",
        ),
        Mistake(
            "sums over channels",
            lambda p, t, s: np.mean(_dice(p, t, s, (1, 2, 3))),
            "You sum over the channels as well: each channel is a mask of its own.",
        ),
        Mistake(
            "coefficient",
            lambda p, t, s: np.mean(1 - _dice(p, t, s)),
            "This is the Dice coefficient, which is 1 for a perfect mask. A loss is 0 there.",
        ),
        Mistake(
            "factor 2 missing",
            lambda p, t, s: np.mean(_dice(p, t, s, factor=1)),
            "A perfect mask would get a loss near 0.5: the overlap stands on two sides of the denominator.",
        ),
        Mistake("not smoothed", lambda p, t, s: np.mean(_dice(p, t, 0)), "The argument smooth is not used."),
        Mistake("Jaccard", _jaccard, "This is 1 - IoU: its denominator is the union, not the sum of both areas."),
        Mistake("not averaged", _dice, "One loss a mask is right so far; asked for is their mean."),
    ),
)

EXERCISES = (GRADIENT, THREE_QUESTIONS, FOUR_TASKS, POS_WEIGHT, STABLE, DOUBLE_SOFTMAX, DICE)
