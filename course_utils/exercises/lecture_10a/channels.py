"""Exercise 10a.1: statistics of each channel; and the random images of this chapter's exercises."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def some_images(rng: np.random.Generator, *shape: int) -> Tensor:
    """Random images whose channels differ in level and spread."""
    level = torch.from_numpy(rng.uniform(-1, 1, size=(1, shape[1], 1, 1)))
    spread = torch.from_numpy(rng.uniform(0.2, 2, size=(1, shape[1], 1, 1)))
    return (level + spread * torch.from_numpy(rng.normal(size=shape))).float()


def _statistics(X: Tensor, axes: tuple[int, ...] = (0, 2, 3)) -> tuple[Tensor, Tensor]:
    return X.mean(axes), X.std(axes, correction=0)


def _mean_of_spreads(X: Tensor) -> tuple[Tensor, Tensor]:
    return X.mean((0, 2, 3)), X.std((2, 3), correction=0).mean(0)


STATISTICS = FunctionExercise(
    id="10a.1",
    title="Statistics of each channel",
    minutes=5,
    hints=(
        "One number for each channel: the mean runs over the other three axes.",
        "mean and std take a tuple of axes. Which axis of (N, C, H, W) must stay?",
        "X.mean((0, 2, 3)) has shape (C,). Give std correction=0, so that it divides by the count.",
    ),
    cases=lambda rng: [
        *((some_images(rng, *shape),) for shape in [(3, 4, 2, 5), (5, 2, 3, 4), (2, 3, 6, 2)]),
        Edge("for one image of one channel", some_images(rng, 1, 1, 3, 2)),
    ],
    reference=_statistics,
    mistakes=(
        Mistake(
            "one for all",
            lambda X: (X.mean(), X.std(correction=0)),
            "You return one mean and one standard deviation for all channels together.",
        ),
        Mistake(
            "each picture",
            lambda X: _statistics(X, (2, 3)),
            "You have numbers for each image; average over the images, too.",
        ),
        Mistake(
            "each pixel",
            lambda X: _statistics(X, (0,)),
            "You have numbers for each pixel; average over the pixels, too.",
        ),
        Mistake(
            "mean of all subtracted",
            lambda X: (X.mean((0, 2, 3)), (X - X.mean()).square().mean((0, 2, 3)).sqrt()),
            "The mean is right; the standard deviation is taken around the mean of all channels together.",
        ),
        Mistake(
            "nothing subtracted",
            lambda X: (X.mean((0, 2, 3)), X.square().mean((0, 2, 3)).sqrt()),
            "The mean is right; in the standard deviation you do not subtract it.",
        ),
        Mistake(
            "corrected",
            lambda X: (X.mean((0, 2, 3)), X.std((0, 2, 3))),
            "This standard deviation divides by the count minus 1.",
        ),
        Mistake(
            "variance",
            lambda X: (X.mean((0, 2, 3)), X.var((0, 2, 3), correction=0)),
            "The mean is right; the second is the variance, the square of what is asked for.",
        ),
        Mistake(
            "mean of spreads",
            _mean_of_spreads,
            "You average the standard deviations of single images, and lose how their brightness differs.",
        ),
        Mistake("swapped", lambda X: _statistics(X)[::-1], "Both are correct, but the mean comes first."),
    ),
)
