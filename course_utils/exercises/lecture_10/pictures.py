"""Exercises of lecture 10 on pictures before they reach a network: 10.1, 10.3."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def pictures(rng: np.random.Generator, *shape: int) -> Tensor:
    """Random pictures whose channels differ in level and spread."""
    level = torch.from_numpy(rng.uniform(-1, 1, size=(1, shape[1], 1, 1)))
    spread = torch.from_numpy(rng.uniform(0.2, 2, size=(1, shape[1], 1, 1)))
    return (level + spread * torch.from_numpy(rng.normal(size=shape))).float()


def _statistics(X: Tensor, axes: tuple[int, ...] = (0, 2, 3)) -> tuple[Tensor, Tensor]:
    return X.mean(axes), X.std(axes, correction=0)


def _mean_of_spreads(X: Tensor) -> tuple[Tensor, Tensor]:
    return X.mean((0, 2, 3)), X.std((2, 3), correction=0).mean(0)


STATISTICS = FunctionExercise(
    id="10.1",
    title="Statistics of each channel",
    minutes=5,
    hints=(
        "One number for each channel: the mean runs over the other three axes.",
        "mean and std take a tuple of axes. Which axis of (N, C, H, W) must stay?",
        "X.mean((0, 2, 3)) has shape (C,). The standard deviation wants correction=0: it divides by the count.",
    ),
    cases=lambda rng: [
        *((pictures(rng, *shape),) for shape in [(3, 4, 2, 5), (5, 2, 3, 4), (2, 3, 6, 2)]),
        Edge("for one picture of one channel", pictures(rng, 1, 1, 3, 2)),
    ],
    reference=_statistics,
    mistakes=(
        Mistake(
            "one for all",
            lambda X: (X.mean(), X.std(correction=0)),
            "These are one mean and one spread for all channels together.",
        ),
        Mistake(
            "each picture",
            lambda X: _statistics(X, (2, 3)),
            "You have numbers for each picture; the mean runs over the pictures too.",
        ),
        Mistake(
            "each pixel",
            lambda X: _statistics(X, (0,)),
            "You have numbers for each pixel; the mean runs over them too.",
        ),
        Mistake(
            "mean of all subtracted",
            lambda X: (X.mean((0, 2, 3)), (X - X.mean()).square().mean((0, 2, 3)).sqrt()),
            "The mean is right; the spread is taken around the mean of all channels.",
        ),
        Mistake(
            "nothing subtracted",
            lambda X: (X.mean((0, 2, 3)), X.square().mean((0, 2, 3)).sqrt()),
            "The mean is right; in the spread it is not subtracted.",
        ),
        Mistake("corrected", lambda X: (X.mean((0, 2, 3)), X.std((0, 2, 3))), "This spread divides by the count − 1."),
        Mistake(
            "variance",
            lambda X: (X.mean((0, 2, 3)), X.var((0, 2, 3), correction=0)),
            "The mean is right; the second is the variance, the square of what is asked for.",
        ),
        Mistake(
            "mean of spreads",
            _mean_of_spreads,
            "You average the spreads of single pictures: that pictures differ in brightness is lost.",
        ),
        Mistake("swapped", lambda X: _statistics(X)[::-1], "Both are there; the mean comes first."),
    ),
)


def _mirror(X: Tensor, chosen: Tensor, axis: int | tuple[int, ...] = 3) -> Tensor:
    return torch.where(chosen[:, None, None, None], X.flip(axis), X)


def _mirror_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    cases = []
    for shape in [(5, 3, 4, 6), (4, 2, 5, 3)]:
        chosen = torch.arange(shape[0]) % 2 == int(rng.integers(0, 2))
        cases.append((pictures(rng, *shape), chosen))
    some = pictures(rng, 2, 3, 2, 4)
    return [
        *cases,
        Edge("where no picture is chosen", some, torch.zeros(2, dtype=torch.bool)),
        Edge("for one picture of one channel", pictures(rng, 1, 1, 2, 3), torch.ones(1, dtype=torch.bool)),
    ]


MIRRORED = FunctionExercise(
    id="10.3",
    title="Mirror some of the pictures",
    minutes=6,
    hints=(
        "Left and right are the last axis: X.flip(3) mirrors every picture.",
        "torch.where(condition, a, b) takes from a where the condition is true. Which shape must the condition have?",
        "chosen[:, None, None, None] has shape (N, 1, 1, 1) and is broadcast over the pixels.",
    ),
    cases=_mirror_cases,
    reference=_mirror,
    mistakes=(
        Mistake("none", lambda X, chosen: X, "No picture is mirrored."),
        Mistake(
            "turned",
            lambda X, chosen: _mirror(X, chosen, axis=(2, 3)),
            "You turn the chosen pictures by 180°: one of the two axes is too many.",
        ),
        Mistake(
            "order of the pictures",
            lambda X, chosen: _mirror(X, chosen, axis=0),
            "You reverse the order of the pictures: that axis is the batch.",
        ),
        Mistake(
            "others black",
            lambda X, chosen: X.flip(3) * chosen[:, None, None, None],
            "The pictures that were not chosen have become zero; they stay as they are.",
        ),
        Mistake(
            "added",
            lambda X, chosen: X + X.flip(3) * chosen[:, None, None, None],
            "The mirror image is added to the chosen pictures; it should replace them.",
        ),
        Mistake("all", lambda X, chosen: X.flip(3), "You mirror every picture, whether it is chosen or not."),
        Mistake("the others", lambda X, chosen: _mirror(X, ~chosen), "You mirror exactly those that were not chosen."),
        Mistake(
            "upside down",
            lambda X, chosen: _mirror(X, chosen, axis=2),
            "The chosen pictures stand on their heads: that axis runs from top to bottom.",
        ),
        Mistake(
            "colors",
            lambda X, chosen: _mirror(X, chosen, axis=1),
            "You reverse the order of the channels: red and blue change places.",
        ),
        Mistake(
            "chosen only",
            lambda X, chosen: X[chosen].flip(3),
            "The pictures that were not chosen are gone; they stay in the batch as they are.",
        ),
        Mistake(
            "reordered",
            lambda X, chosen: torch.cat([X[chosen].flip(3), X[~chosen]]),
            "The right pictures, in another order: their labels no longer fit.",
        ),
    ),
)
