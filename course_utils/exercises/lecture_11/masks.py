"""Exercises of lecture 11 on masks and their scores: 11.1, 11.4, 11.6."""

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
        Edge("for one picture", some[:1], blobs(rng, 1, 7, 9, 0.5)),
    ]


def _scores(prediction: Tensor, target: Tensor, *, of_empty: float = 1.0) -> tuple[float, float]:
    both, either = (prediction & target).sum().item(), (prediction | target).sum().item()
    if either == 0:
        return of_empty, of_empty
    return 2 * both / (both + either), both / either


def _mean_over_pictures(prediction: Tensor, target: Tensor) -> tuple[float, float]:
    each = [_scores(p, t) for p, t in zip(prediction, target, strict=True)]
    return float(np.mean([dice for dice, _ in each])), float(np.mean([iou for _, iou in each]))


def _shares_of_right_pixels(prediction: Tensor, target: Tensor) -> tuple[float, float]:
    right = (prediction == target).double().mean().item()
    return right, right


SCORES = FunctionExercise(
    id="11.1",
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
            "mean over pictures",
            _mean_over_pictures,
            "You scored each picture and took the mean; asked for is one score of all pixels together.",
        ),
        Mistake(
            "right pixels",
            _shares_of_right_pixels,
            "This is the share of right pixels, background included; both scores ask about the foreground.",
        ),
        Mistake(
            "empty is zero",
            lambda p, t: _scores(p, t, of_empty=0.0),
            "Two empty masks agree in every pixel, but you give them the score of masks that have nothing in common.",
        ),
    ),
)

WHICH_SCORE = ChoiceExercise(
    id="11.4",
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


def _mirror_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    return [
        (
            torch.from_numpy(rng.normal(size=(count, 2, 5, 7))).float(),
            torch.from_numpy(rng.integers(0, 2, size=(count, 1, 5, 7))).float(),
            torch.from_numpy(_chosen(rng, count)),
        )
        for count in (5, 8)
    ] + [
        Edge(
            "for one pair of one channel",
            torch.arange(6.0).reshape(1, 1, 2, 3),
            torch.tensor([[[[0.0, 0, 1], [1, 0, 1]]]]),
            torch.tensor([True]),
        )
    ]


def _chosen(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return which pairs to mirror: some, the first not among them, and not those at the end alone."""
    return np.concatenate([[False, True], rng.permutation(np.arange(count - 2) % 2 == 0)])


def _mirror(X: Tensor, y: Tensor, which: Tensor, axis: int = 3) -> tuple[Tensor, Tensor]:
    chosen = which[:, None, None, None]
    return X.flip(axis).where(chosen, X), y.flip(axis).where(chosen, y)


MIRROR = FunctionExercise(
    id="11.6",
    title="One change for both",
    minutes=6,
    hints=(
        "X.flip(3) mirrors every picture from left to right: the axes are (N, C, H, W).",
        "which has shape (N,). Copy X and y, then change the chosen ones: new_X[which] = X[which].flip(3).",
        "The same two steps for y: a mask that stays behind teaches the network nonsense.",
    ),
    cases=_mirror_cases,
    reference=_mirror,
    mistakes=(
        Mistake(
            "pictures only",
            lambda X, y, which: (_mirror(X, y, which)[0], y),
            "The pictures are right; their masks stayed behind.",
        ),
        Mistake(
            "upside down",
            lambda X, y, which: _mirror(X, y, which, 2),
            "Picture and mask go together, but they stand on their heads.",
        ),
        Mistake(
            "all",
            lambda X, y, which: (X.flip(3), y.flip(3)),
            "You mirror every pair, not only the chosen ones.",
        ),
        Mistake(
            "the others",
            lambda X, y, which: _mirror(X, y, ~which),
            "You mirror those that were not chosen.",
        ),
        Mistake(
            "masks only",
            lambda X, y, which: (X, _mirror(X, y, which)[1]),
            "The masks are right; their pictures stayed behind.",
        ),
        Mistake("none", lambda X, y, which: (X, y), "Nothing is mirrored."),
        Mistake(
            "masks upside down",
            lambda X, y, which: (_mirror(X, y, which)[0], _mirror(X, y, which, 2)[1]),
            "The pictures are right; their masks stand on their heads.",
        ),
        Mistake(
            "chosen ones first",
            lambda X, y, which: tuple(torch.cat([one[which].flip(3), one[~which]]) for one in (X, y)),
            "The pairs are right, but in another order.",
        ),
        Mistake(
            "others black",
            lambda X, y, which: tuple(one.flip(3) * which[:, None, None, None] for one in (X, y)),
            "The pairs that were not chosen have become zero; they stay as they are.",
        ),
        Mistake("order of the batch", lambda X, y, which: (X.flip(0), y.flip(0)), "You turned the batch round."),
        Mistake(
            "chosen ones alone",
            lambda X, y, which: (X[which].flip(3), y[which].flip(3)),
            "You return the chosen pairs alone; the others belong to the batch too.",
        ),
    ),
)
