"""Exercise of lecture 11b on images and masks that move together: 11b.2."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


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
    id="11b.2",
    title="One change for both",
    minutes=6,
    hints=(
        "X.flip(3) mirrors every image from left to right: the axes are (N, C, H, W).",
        "which has shape (N,). Copy X and y, then change the chosen ones: new_X[which] = X[which].flip(3).",
        "The same two steps for y: a mask that stays behind teaches the network nonsense.",
    ),
    cases=_mirror_cases,
    reference=_mirror,
    mistakes=(
        Mistake(
            "images only",
            lambda X, y, which: (_mirror(X, y, which)[0], y),
            "The images are right; their masks stayed behind.",
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
            "The masks are right; their images stayed behind.",
        ),
        Mistake("none", lambda X, y, which: (X, y), "Nothing is mirrored."),
        Mistake(
            "masks upside down",
            lambda X, y, which: (_mirror(X, y, which)[0], _mirror(X, y, which, 2)[1]),
            "The images are right; their masks stand on their heads.",
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
