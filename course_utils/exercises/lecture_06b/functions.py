"""Exercises 06b.2 and 06b.5: a cross-entropy that does not overflow, and the Dice loss of a batch of masks."""

from __future__ import annotations

import numpy as np

from course_utils import activations, losses
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _cross_entropy_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    ordinary = [(rng.normal(size=shape), rng.integers(0, shape[1], shape[0])) for shape in [(4, 3), (2, 5)]]
    one = Edge("for one sample", rng.normal(size=(1, 3)), np.array([1]))
    sure = Edge("for logits of ±60", np.array([[60.0, -60, 0], [-60, 60, 60]]), np.array([1, 0]))
    huge = np.array([[1000.0, 0, -1000, 3], [-1000, -1000, -999, 1000], [-1000, -1001, -1003, -1000]])
    return [*ordinary, Edge("for logits of ±1000", huge, np.array([0, 2, 1])), sure, one]


def _picked(table: np.ndarray, target: np.ndarray) -> np.ndarray:
    return table[np.arange(len(target)), target]


def _overflowing(logits: np.ndarray, target: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        return -np.log(_picked(powers / powers.sum(axis=1, keepdims=True), target))


def _log_of_softmax(logits: np.ndarray, target: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return -np.log(_picked(activations.softmax(logits), target))


def _overflowing_sum(logits: np.ndarray, target: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.log(np.exp(logits).sum(axis=1)) - _picked(logits, target)


def _batch_shift(logits: np.ndarray, target: np.ndarray) -> np.ndarray:
    return _overflowing_sum(logits - logits.max(), target)


STABLE = FunctionExercise(
    id="06b.2",
    title="Cross-entropy that survives",
    minutes=10,
    hints=(
        "log(e^a / Σ e^z) = a - log Σ e^z. You need no division, and no logarithm of a tiny number.",
        "Subtract the largest logit of each row first: no probability changes, and no exponential overflows.",
        "shifted[np.arange(N), target] picks the logit of the correct class in each row.",
    ),
    cases=_cross_entropy_cases,
    reference=lambda logits, target: losses.cross_entropy(logits, target, "none"),
    forbidden=("losses", "activations", "torch", "scipy"),
    mistakes=(
        Mistake("overflow", _overflowing, "Right for small logits. Those of ±1000 overflow, or end in log(0)."),
        Mistake(
            "logarithm of a stable softmax",
            _log_of_softmax,
            "Right for small logits. The softmax is safe, but its logarithm meets a probability that is exactly 0.",
        ),
        Mistake(
            "overflow in the sum",
            _overflowing_sum,
            "Right for small logits. The sum of exponentials overflows at 1000, or its logarithm meets a 0 at -1000.",
        ),
        Mistake(
            "largest of the batch",
            _batch_shift,
            "You subtract the largest logit of the whole batch: a row far below it ends in log(0).",
        ),
        Mistake(
            "mean of each row",
            lambda x, y: _overflowing_sum(x - x.mean(axis=1, keepdims=True), y),
            "You subtract less than the largest logit of each row, such as its mean: a logit of 1000 still overflows.",
        ),
        Mistake(
            "shifted in one place",
            lambda x, y: losses.cross_entropy(x, y, "none") - x.max(axis=1),
            "You subtract the largest logit in the sum, but not from the logit of the correct class.",
        ),
        Mistake(
            "logit only",
            lambda x, y: -_picked(x, y),
            "This is minus the logit of the correct class; the logarithm of the sum is missing.",
        ),
        Mistake(
            "sum only",
            lambda x, y: losses.cross_entropy(x, y, "none") + _picked(x, y),
            "This is the logarithm of the sum; the logit of the correct class is missing.",
        ),
        Mistake(
            "epsilon in the logarithm",
            lambda x, y: -np.log(_picked(activations.softmax(x), y) + 1e-12),
            "Right for small logits. The small number in the logarithm hides how wrong the worst examples are.",
        ),
        Mistake(
            "sign flipped",
            lambda x, y: -losses.cross_entropy(x, y, "none"),
            "The logarithm of a probability is negative; the loss is not.",
        ),
        Mistake(
            "softmax twice",
            lambda x, y: losses.cross_entropy(activations.softmax(x), y, "none"),
            "There is one softmax too many: you treat probabilities as if they were logits.",
        ),
        Mistake(
            "softmax down the batch",
            lambda x, y: -_picked(activations.log_softmax(x, dim=0), y),
            "Your probabilities add up to 1 down the batch; they should add up to 1 along each row.",
        ),
        Mistake(
            "averaged",
            lambda x, y: losses.cross_entropy(x, y),
            "This is the mean over the batch; return one loss per example.",
        ),
    ),
)


def _mask_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    shapes = [((2, 3, 5, 4), 1.0), ((3, 2, 4, 6), 0.5)]
    cases = [(rng.uniform(size=shape), (rng.uniform(size=shape) < 0.3) * 1.0, smooth) for shape, smooth in shapes]
    some = rng.uniform(size=(2, 1, 3, 3))
    return [
        *cases,
        Edge("for empty masks", some, np.zeros_like(some), 1.0),
        Edge("for full masks", some, np.ones_like(some), 0.5),
        Edge("for a prediction and masks that are empty", np.zeros_like(some), np.zeros_like(some), 1.0),
    ]


def _dice(p: np.ndarray, t: np.ndarray, smooth: float, axes: tuple[int, ...] = (2, 3), factor: float = 2) -> np.ndarray:
    return 1 - (factor * (p * t).sum(axis=axes) + smooth) / (p.sum(axis=axes) + t.sum(axis=axes) + smooth)


def _both(p: np.ndarray, t: np.ndarray) -> np.ndarray:
    return (p * t).sum(axis=(2, 3))


def _areas(p: np.ndarray, t: np.ndarray) -> np.ndarray:
    return p.sum(axis=(2, 3)) + t.sum(axis=(2, 3))


def _jaccard(p: np.ndarray, t: np.ndarray, smooth: float) -> float:
    overlap = (p * t).sum(axis=(2, 3))
    return np.mean(1 - (overlap + smooth) / ((p + t).sum(axis=(2, 3)) - overlap + smooth))


DICE = FunctionExercise(
    id="06b.5",
    title="Dice for a batch",
    minutes=8,
    hints=(
        "A mask is p[n, c]. Along which axes of (N, C, H, W) do its pixels run?",
        ".sum(axis=(2, 3)) gives one sum per mask, shape (N, C). Build the fraction from such sums.",
        "Only at the very end, take 1 minus the fraction, and the mean of these N · C numbers.",
    ),
    cases=_mask_cases,
    reference=lambda p, t, smooth: losses.dice(p, t, smooth=smooth),
    forbidden=("losses",),
    mistakes=(
        Mistake(
            "sums over the batch",
            lambda p, t, s: np.mean(_dice(p, t, s, (0, 1, 2, 3))),
            "You sum over all masks at once: then the large ones drown out the small ones.",
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
            "A perfect mask would get a loss near 0.5: the denominator counts the overlap twice.",
        ),
        Mistake(
            "sums over each sample's batch",
            lambda p, t, s: np.mean(_dice(p, t, s, (0, 2, 3))),
            "You sum over the images of the batch as well: each of the N · C masks has a loss of its own.",
        ),
        Mistake(
            "smooth only above",
            lambda p, t, s: np.mean(1 - (2 * _both(p, t) + s) / (_areas(p, t))),
            "You add smooth only to the numerator.",
        ),
        Mistake(
            "smooth only below",
            lambda p, t, s: np.mean(1 - 2 * _both(p, t) / (_areas(p, t) + s)),
            "You add smooth only to the denominator.",
        ),
        Mistake(
            "squares below",
            lambda p, t, s: np.mean(1 - (2 * _both(p, t) + s) / (_areas(p**2, t**2) + s)),
            "You square the probabilities in the denominator; the Dice loss of this lecture does not.",
        ),
        Mistake(
            "thresholded",
            lambda p, t, s: np.mean(_dice((p > 0.5) * 1.0, t, s)),
            "You round the probabilities to 0 and 1 first: such a loss has no gradient.",
        ),
        Mistake(
            "summed",
            lambda p, t, s: np.sum(_dice(p, t, s)),
            "You add up the losses of the masks; return their mean.",
        ),
        Mistake("not smoothed", lambda p, t, s: np.mean(_dice(p, t, 0)), "You do not use the argument smooth."),
        Mistake("Jaccard", _jaccard, "This is 1 - IoU: its denominator is the union, not the sum of both areas."),
        Mistake("not averaged", _dice, "One loss per mask is right so far; return their mean."),
    ),
)
