"""Exercise of lecture 11 on losses: 11.5."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise


def _cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [
        (
            torch.from_numpy(rng.normal(0, 2, size=(count, 1, 6, 9))),
            torch.from_numpy(
                rng.uniform(size=(count, 1, 6, 9)) < np.linspace(0.1, 0.7, count)[:, None, None, None]
            ).double(),
            weight,
        )
        for count, weight in [(3, 0.3), (4, 0.8)]
    ]


def _dice(p: Tensor, masks: Tensor, axes: tuple[int, ...] = (1, 2, 3)) -> Tensor:
    return (1 - (2 * (p * masks).sum(axes) + 1) / (p.sum(axes) + masks.sum(axes) + 1)).mean()


def _weighted(logits: Tensor, masks: Tensor, weight: float, *, axes: tuple[int, ...] = (1, 2, 3)) -> Tensor:
    bce = F.binary_cross_entropy_with_logits(logits, masks)
    return weight * bce + (1 - weight) * _dice(logits.sigmoid(), masks, axes)


def _sigmoid_twice(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    bce = F.binary_cross_entropy_with_logits(logits.sigmoid(), masks)
    return weight * bce + (1 - weight) * _dice(logits.sigmoid(), masks)


def _dice_of_logits(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    return weight * F.binary_cross_entropy_with_logits(logits, masks) + (1 - weight) * _dice(logits, masks)


WEIGHTED = FunctionExercise(
    id="11.5",
    title="A mixture of two losses",
    minutes=8,
    hints=(
        "Two lines and their mixture: weight · BCE + (1 - weight) · Dice loss.",
        "One of the two wants logits, F.binary_cross_entropy_with_logits; the other probabilities, logits.sigmoid().",
        "The sums of the Dice loss run over dim=(1, 2, 3): one number for each picture, then the mean.",
    ),
    cases=_cases,
    reference=_weighted,
    mistakes=(
        Mistake(
            "weights swapped",
            lambda logits, masks, weight: _weighted(logits, masks, 1 - weight),
            "The two weights are swapped.",
        ),
        Mistake(
            "sum over the batch",
            lambda logits, masks, weight: _weighted(logits, masks, weight, axes=(0, 1, 2, 3)),
            "Your sums run over the whole batch: a picture with few nuclei hardly counts.",
        ),
        Mistake(
            "sigmoid twice", _sigmoid_twice, "The cross-entropy gets probabilities and applies a sigmoid to them again."
        ),
        Mistake("Dice of logits", _dice_of_logits, "The Dice loss gets logits, which may be negative or above 1."),
        Mistake(
            "plain sum",
            lambda logits, masks, weight: 2 * _weighted(logits, masks, 0.5),
            "You added the two; the weight is not used.",
        ),
        Mistake(
            "score for loss",
            lambda logits, masks, weight: (
                _weighted(logits, masks, weight) + (1 - weight) * (1 - 2 * _dice(logits.sigmoid(), masks))
            ),
            "You added the Dice score, which training would make smaller; the loss is 1 minus it.",
        ),
    ),
)
