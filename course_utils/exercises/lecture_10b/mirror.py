"""Exercise 10b.2: mirror some of the images."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.lecture_10a.channels import some_images


def _mirror(X: Tensor, chosen: Tensor, axis: int | tuple[int, ...] = 3) -> Tensor:
    return torch.where(chosen[:, None, None, None], X.flip(axis), X)


def _mirror_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    cases = []
    for shape in [(5, 3, 4, 6), (4, 2, 5, 3)]:
        chosen = torch.arange(shape[0]) % 2 == int(rng.integers(0, 2))
        cases.append((some_images(rng, *shape), chosen))
    some = some_images(rng, 2, 3, 2, 4)
    return [
        *cases,
        Edge("where no image is chosen", some, torch.zeros(2, dtype=torch.bool)),
        Edge("for one image of one channel", some_images(rng, 1, 1, 2, 3), torch.ones(1, dtype=torch.bool)),
    ]


MIRRORED = FunctionExercise(
    id="10b.2",
    title="Mirror some of the images",
    minutes=6,
    hints=(
        "Left and right are the last axis: X.flip(3) mirrors every image.",
        "torch.where(condition, a, b) takes from a where the condition is true. Which shape must the condition have?",
        "chosen[:, None, None, None] has shape (N, 1, 1, 1) and is broadcast over the pixels.",
    ),
    cases=_mirror_cases,
    reference=_mirror,
    mistakes=(
        Mistake("none", lambda X, chosen: X, "No image is mirrored."),
        Mistake(
            "turned",
            lambda X, chosen: _mirror(X, chosen, axis=(2, 3)),
            "You rotate the chosen images by 180°: one of the two axes is too many.",
        ),
        Mistake(
            "order of the images",
            lambda X, chosen: _mirror(X, chosen, axis=0),
            "You reverse the order of the images: that axis is the batch.",
        ),
        Mistake(
            "others black",
            lambda X, chosen: X.flip(3) * chosen[:, None, None, None],
            "The images that were not chosen have become zero; they stay as they are.",
        ),
        Mistake(
            "added",
            lambda X, chosen: X + X.flip(3) * chosen[:, None, None, None],
            "The mirror image is added to the chosen images; it should replace them.",
        ),
        Mistake("all", lambda X, chosen: X.flip(3), "You mirror every image, whether it is chosen or not."),
        Mistake("the others", lambda X, chosen: _mirror(X, ~chosen), "You mirror exactly those that were not chosen."),
        Mistake(
            "upside down",
            lambda X, chosen: _mirror(X, chosen, axis=2),
            "The chosen images are upside down: that axis runs from top to bottom.",
        ),
        Mistake(
            "colors",
            lambda X, chosen: _mirror(X, chosen, axis=1),
            "You reverse the order of the channels: red and blue swap places.",
        ),
        Mistake(
            "chosen only",
            lambda X, chosen: X[chosen].flip(3),
            "The images that were not chosen are gone; they stay in the batch as they are.",
        ),
        Mistake(
            "reordered",
            lambda X, chosen: torch.cat([X[chosen].flip(3), X[~chosen]]),
            "These are the right images in a different order: their labels no longer fit.",
        ),
    ),
)
