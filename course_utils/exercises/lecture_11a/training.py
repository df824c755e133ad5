"""Exercise of lecture 11a on losses: 11a.5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [
        (
            torch.from_numpy(rng.normal(0, 2, size=(count, 1, 6, 9))).float(),
            torch.from_numpy(
                rng.uniform(size=(count, 1, 6, 9)) < np.linspace(0.1, 0.7, count)[:, None, None, None]
            ).float(),
            weight,
        )
        for count, weight in [(3, 0.3), (4, 0.8)]
    ] + [
        Edge("for logits of ±60", *torch.tensor([[[[[60.0, -60, -60]]]], [[[[1, 0, 1]]]]]), 0.5),
        Edge("for an empty mask", torch.ones(2, 1, 2, 2), torch.zeros(2, 1, 2, 2), 0.4),
        Edge("for a full mask", torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), 0.4),
    ]


def _dice(
    p: Tensor,
    masks: Tensor,
    axes: tuple[int, ...] = (1, 2, 3),
    added: tuple[float, float] = (1, 1),
    factor: float = 2,
) -> Tensor:
    return (1 - (factor * (p * masks).sum(axes) + added[0]) / (p.sum(axes) + masks.sum(axes) + added[1])).mean()


def _with_dice(dice: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor, float], Tensor]:
    """Return a mixture with another Dice loss of (logits, masks)."""
    return lambda logits, masks, weight: (
        weight * F.binary_cross_entropy_with_logits(logits, masks) + (1 - weight) * dice(logits, masks)
    )


def _by_hand(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    p = logits.sigmoid()
    bce = -(masks * p.log() + (1 - masks) * (1 - p).log()).mean()
    return weight * bce + (1 - weight) * _dice(p, masks)


def _summed_bce(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    bce = F.binary_cross_entropy_with_logits(logits, masks, reduction="sum")
    return weight * bce + (1 - weight) * _dice(logits.sigmoid(), masks)


def _weighted(logits: Tensor, masks: Tensor, weight: float, *, axes: tuple[int, ...] = (1, 2, 3)) -> Tensor:
    bce = F.binary_cross_entropy_with_logits(logits, masks)
    return weight * bce + (1 - weight) * _dice(logits.sigmoid(), masks, axes)


def _sigmoid_twice(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    bce = F.binary_cross_entropy_with_logits(logits.sigmoid(), masks)
    return weight * bce + (1 - weight) * _dice(logits.sigmoid(), masks)


def _dice_of_logits(logits: Tensor, masks: Tensor, weight: float) -> Tensor:
    return weight * F.binary_cross_entropy_with_logits(logits, masks) + (1 - weight) * _dice(logits, masks)


WEIGHTED = FunctionExercise(
    id="11a.5",
    title="A mixture of two losses",
    minutes=8,
    hints=(
        "Two lines and their mixture: weight · BCE + (1 - weight) · Dice loss.",
        "One of the two wants logits, F.binary_cross_entropy_with_logits; the other probabilities, logits.sigmoid().",
        "The sums of the Dice loss run over dim=(1, 2, 3): one number for each image, then the mean.",
    ),
    cases=_cases,
    reference=_weighted,
    gradients=(0,),
    mistakes=(
        Mistake(
            "logarithm of a probability",
            _by_hand,
            "Right for small logits. At ±60 the sigmoid is exactly 0 or 1, and its logarithm infinite.",
        ),
        Mistake(
            "nothing added above",
            _with_dice(lambda logits, masks: _dice(logits.sigmoid(), masks, added=(0, 1))),
            "In the Dice loss nothing is added above the line.",
        ),
        Mistake(
            "nothing added below",
            _with_dice(lambda logits, masks: _dice(logits.sigmoid(), masks, added=(1, 0))),
            "In the Dice loss nothing is added below the line.",
        ),
        Mistake(
            "nothing added",
            _with_dice(lambda logits, masks: _dice(logits.sigmoid(), masks, added=(0, 0))),
            "In the Dice loss nothing is added, above and below.",
        ),
        Mistake(
            "no factor 2",
            _with_dice(lambda logits, masks: _dice(logits.sigmoid(), masks, factor=1)),
            "The factor 2 of the Dice loss is missing: a perfect mask would get a loss of about one half.",
        ),
        Mistake(
            "thresholded",
            _with_dice(lambda logits, masks: _dice((logits > 0).float(), masks)),
            "The Dice loss sees masks of 0 and 1, which have no gradient; give it the probabilities.",
        ),
        Mistake("BCE summed", _summed_bce, "The cross-entropy is summed; it is a mean over all pixels."),
        Mistake(
            "BCE alone",
            lambda logits, masks, weight: F.binary_cross_entropy_with_logits(logits, masks),
            "This is the cross-entropy alone.",
        ),
        Mistake(
            "sigmoid before both",
            lambda logits, masks, weight: _weighted(logits.sigmoid(), masks, weight),
            "Both losses get a sigmoid of a sigmoid.",
        ),
        Mistake(
            "weights swapped",
            lambda logits, masks, weight: _weighted(logits, masks, 1 - weight),
            "The two weights are swapped.",
        ),
        Mistake(
            "sum over the batch",
            lambda logits, masks, weight: _weighted(logits, masks, weight, axes=(0, 1, 2, 3)),
            "Your sums run over the whole batch: a image with few nuclei hardly counts.",
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
