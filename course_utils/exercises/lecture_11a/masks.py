"""Exercises of lecture 11a on masks and their scores: 11a.1, 11a.4."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise


def blobs(rng: np.random.Generator, count: int, height: int, width: int, share: float) -> Tensor:
    """Masks (count, 1, height, width) with areas rather than noise, as booleans."""
    values = torch.from_numpy(rng.normal(size=(count, 1, height, width)))
    smooth = F.avg_pool2d(values, 5, stride=1, padding=2, count_include_pad=False)
    return smooth > smooth.quantile(1 - share)


def _score_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    first = blobs(rng, 3, 11, 17, 0.3), blobs(rng, 3, 11, 17, 0.5)
    empty = torch.zeros(2, 1, 7, 9, dtype=torch.bool)
    some, full = blobs(rng, 2, 7, 9, 0.3), torch.ones(2, 1, 7, 9, dtype=torch.bool)
    return [
        first,
        Edge("for an empty prediction", empty, some),
        Edge("for an empty target", some, empty),
        Edge("for two empty masks", empty, empty),
        Edge("for a full prediction", full, some),
        Edge("for one image", some[:1], blobs(rng, 1, 7, 9, 0.5)),
    ]


def _scores(prediction: Tensor, target: Tensor, *, of_empty: float = 1.0) -> tuple[float, float]:
    both, either = (prediction & target).sum().item(), (prediction | target).sum().item()
    if either == 0:
        return of_empty, of_empty
    return 2 * both / (both + either), both / either


def _mean_over_images(prediction: Tensor, target: Tensor) -> tuple[float, float]:
    each = [_scores(p, t) for p, t in zip(prediction, target, strict=True)]
    return float(np.mean([dice for dice, _ in each])), float(np.mean([iou for _, iou in each]))


def _shares_of_right_pixels(prediction: Tensor, target: Tensor) -> tuple[float, float]:
    right = (prediction == target).double().mean().item()
    return right, right


SCORES = FunctionExercise(
    id="11a.1",
    title="Dice and IoU, empty masks included",
    minutes=6,
    hints=(
        "For booleans, & is the intersection and | the union; .sum().item() counts pixels.",
        "|A| + |B| is the union plus the intersection: common pixels are counted twice.",
        "Which of the two sums can be 0, and what do two empty masks have in common? Treat that case first.",
    ),
    cases=_score_cases,
    reference=_scores,
    mistakes=(
        Mistake("swapped", lambda p, t: _scores(p, t)[::-1], "Both are there, in the wrong order: Dice comes first."),
        Mistake(
            "no factor two",
            lambda p, t: (_scores(p, t)[0] / 2, _scores(p, t)[1]),
            "Your Dice of two equal masks would be one half.",
        ),
        Mistake(
            "one for an empty target",
            lambda p, t: _scores(p, t) if t.any() else (1.0, 1.0),
            "You give full marks wherever the target is empty, also to a prediction that sees something there.",
        ),
        Mistake(
            "one for an empty prediction",
            lambda p, t: _scores(p, t) if p.any() else (1.0, 1.0),
            "You give full marks to every empty prediction, also where the target holds something.",
        ),
        Mistake("IoU twice", lambda p, t: (_scores(p, t)[1],) * 2, "Your Dice divides by the union, as IoU does."),
        Mistake(
            "of the background",
            lambda p, t: _scores(~p, ~t),
            "You score the background; True is the foreground.",
        ),
        Mistake(
            "losses",
            lambda p, t: (1 - _scores(p, t)[0], 1 - _scores(p, t)[1]),
            "These are one minus the scores: losses.",
        ),
        Mistake("Dice twice", lambda p, t: (_scores(p, t)[0],) * 2, "Your IoU still divides by |A| + |B|."),
        Mistake(
            "mean over images",
            _mean_over_images,
            "You scored each image and took the mean; asked for is one score of all pixels together.",
        ),
        Mistake(
            "right pixels",
            _shares_of_right_pixels,
            "This is the accuracy over all pixels, background included; both scores ask about the foreground.",
        ),
        Mistake(
            "empty is zero",
            lambda p, t: _scores(p, t, of_empty=0.0),
            "Two empty masks agree in every pixel, but you give them the score of masks that have nothing in common.",
        ),
    ),
)

WHICH_SCORE = ChoiceExercise(
    id="11a.4",
    title="Which score tells?",
    minutes=4,
    hints=(
        "A nucleus of radius 50 pixels has about 7,850 pixels. How many of them lie within two pixels of its outline?",
        "Which score looks at outlines alone, however large the area inside is?",
    ),
    right="c",
    why="Areas grow with the square of the radius, outlines with the radius: only a score of outlines sees the shift.",
    mistakes=(
        Mistake("pixel error", "a", "Most pixels are deep inside or far outside, where both networks are right."),
        Mistake("Dice", "b", "It counts areas: two pixels at the rim of something so large hardly change it."),
        Mistake("IoU", "d", "It follows from Dice by a formula, so it cannot see what Dice does not."),
    ),
)
