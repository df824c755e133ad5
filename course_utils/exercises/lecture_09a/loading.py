"""Exercises of lecture 09a on images going in and bugs coming out: 09a.1, 09a.3."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise
from course_utils.exercises.lecture_09a.random_inputs import random_tensor


def _restore_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    def case(*shape: int) -> tuple[Tensor, Tensor, Tensor]:
        return random_tensor(rng, *shape), *torch.from_numpy(rng.uniform(0.2, 0.6, size=(2, shape[1]))).float()

    return [
        case(2, 3, 5, 3),
        case(3, 2, 4, 5),
        case(4, 1, 3, 2),
        Edge("for one image of one channel", *case(1, 1, 2, 3)),
    ]


def _columns(values: Tensor) -> Tensor:
    return values[:, None, None]


RESTORE = FunctionExercise(
    id="09a.1",
    title="Back to gray values",
    minutes=5,
    hints=(
        "Solve x' = (x - mean) / std for x.",
        "Broadcasting lines shapes up from the right: (C,) meets the width. Which shape meets the channels?",
        "mean[:, None, None] has shape (C, 1, 1).",
    ),
    cases=_restore_cases,
    reference=lambda X, mean, std: X * _columns(std) + _columns(mean),
    mistakes=(
        Mistake(
            "along the width",
            lambda X, mean, std: X * std + mean,
            "The formula is right, but each number went to a column of pixels: broadcasting counts from the right.",
        ),
        Mistake(
            "normalized again",
            lambda X, mean, std: (X - _columns(mean)) / _columns(std),
            "You normalize a second time; the task asks for the way back.",
        ),
        Mistake(
            "wrong order",
            lambda X, mean, std: (X + _columns(mean)) * _columns(std),
            "Both steps are there, but in the wrong order: the last step there is the first step back.",
        ),
        Mistake(
            "mean subtracted",
            lambda X, mean, std: X * _columns(std) - _columns(mean),
            "The spread is right; the mean was subtracted on the way there, so what undoes it?",
        ),
        Mistake(
            "divided again",
            lambda X, mean, std: X / _columns(std) + _columns(mean),
            "The mean is right; on the way there, you divided by the spread, so what undoes it?",
        ),
        Mistake(
            "mean and spread exchanged",
            lambda X, mean, std: X * _columns(mean) + _columns(std),
            "You exchanged the mean and the spread.",
        ),
        Mistake(
            "first channel for all",
            lambda X, mean, std: X * std[0] + mean[0],
            "You use the numbers of the first channel for all channels.",
        ),
        Mistake(
            "one number for all",
            lambda X, mean, std: X * std.mean() + mean.mean(),
            "You average the numbers of the channels; each channel has its own.",
        ),
        Mistake(
            "cut off",
            lambda X, mean, std: (X * _columns(std) + _columns(mean)).clamp(0, 1),
            "The way back is right, but you cut the values off at 0 and 1.",
        ),
        Mistake("no mean", lambda X, mean, std: X * _columns(std), "The spread is right; the mean is still missing."),
        Mistake(
            "no spread", lambda X, mean, std: X + _columns(mean), "The mean is right; the spread is still missing."
        ),
    ),
)


BUG = ChoiceExercise(
    id="09a.3",
    title="Which bug is it?",
    minutes=4,
    hints=(
        "The loss on one batch went to 0. Which of the four bugs are ruled out by this?",
        "With ten classes, a network that ignores the image reaches about 10%. What must be wrong with the labels?",
    ),
    right="b",
    why="One batch can be memorized with any labels; but labels that do not belong to the images teach nothing.",
    mistakes=(
        Mistake("softmax", "a", "With softmax in the network, the loss on one batch stays near 1.46. And here?"),
        Mistake("small rate", "c", "With a rate far too small, even one batch is not learned. And here?"),
        Mistake(
            "old gradients",
            "d",
            "Gradients that add up spoil the training on one batch, too; here it went well.",
        ),
    ),
)
