"""Exercises of lecture 11a on sizes and skip connections: 11a.2, 11a.3."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _output(size: int, depth: int, *, lost: int = 4, bottom: bool = True, up: bool = True) -> int:
    """Pixels that come out of a U-Net without padding, 0 where the size does not fit, or what a slip makes of it."""
    for _ in range(depth):
        size -= lost
        if size < 2 or size % 2:
            return 0
        size //= 2
    size -= lost if bottom else 0
    for _ in range(depth):
        size = 2 * size - (lost if up else 0)
    return max(size, 0)


def _output_unchecked(size: int, depth: int) -> int:
    for _ in range(depth):
        size = (size - 4) // 2
    size -= 4
    for _ in range(depth):
        size = 2 * size - 4
    return max(size, 0)


OUTPUT = FunctionExercise(
    id="11a.2",
    title="How many pixels come out?",
    minutes=8,
    hints=(
        "Two convolutions 3×3 without padding take 4 pixels. Follow the image: down, bottom, up.",
        "Down, at each level: take 4, and halve. If what is to be halved is odd or below 2, return 0.",
        "Then 4 for the bottom, and at each level up: double, take 4. What is not above 0 at the end is 0.",
    ),
    cases=lambda rng: [
        (60, 2),
        (572, 4),
        (108, 3),
        *((int(rng.integers(9, 20)) * 2**depth + 8 * 2 ** (depth - 1) - 4, depth) for depth in (1, 2, 3)),
        Edge("for an odd size", 61, 2),
        Edge("for a size that is odd later", 62, 2),
        Edge("for a size that is too small", 12, 2),
        Edge("where nothing is left", 30, 4),
        Edge("where one pixel too few is left to halve", 5, 1),
        Edge("where exactly nothing comes out", 12, 1),
        (18, 1),
        Edge("for a depth of 0", 9, 0),
    ],
    reference=_output,
    mistakes=(
        Mistake(
            "padded",
            lambda size, depth: _output(size, depth, lost=0),
            "This is the size with padding, where nothing is lost at the rim.",
        ),
        Mistake(
            "one convolution",
            lambda size, depth: _output(size, depth, lost=2),
            "You take two pixels a level; a level has two convolutions.",
        ),
        Mistake(
            "one level too many",
            lambda size, depth: _output(size, depth + 1),
            "You go down one level too many.",
        ),
        Mistake("always four levels", lambda size, depth: _output(size, 4), "You take four levels; depth says so."),
        Mistake(
            "only whole powers of two",
            lambda size, depth: _output(size, depth) if size % 2**depth == 0 else 0,
            "You ask the size itself to be divisible; the convolutions take pixels away before each halving.",
        ),
        Mistake(
            "not scaled",
            lambda size, depth: size - 4 * (2 * depth + 1),
            "You take 4 pixels for each level, but a pixel of a lower level is worth more of them above.",
        ),
        Mistake(
            "negative sizes",
            lambda size, depth: _output(size, depth) or -1,
            "A size that does not fit is answered by 0.",
        ),
        Mistake(
            "no bottom",
            lambda size, depth: _output(size, depth, bottom=False),
            "The convolutions at the bottom are missing.",
        ),
        Mistake(
            "one arm for free",
            lambda size, depth: _output(size, depth, up=False),
            "One of your two arms loses nothing; each level has two convolutions on the way down and on the way up.",
        ),
        Mistake(
            "rounded down",
            _output_unchecked,
            "You halve odd sizes and round: the skip connections would lie half a pixel off. Such a size does not fit.",
        ),
    ),
)


def _joined_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    return [
        (torch.from_numpy(rng.normal(size=kept)).float(), torch.from_numpy(rng.normal(size=below)).float())
        for kept, below in [((2, 3, 10, 14), (2, 4, 6, 8)), ((3, 2, 9, 8), (3, 2, 5, 8))]
    ] + [
        Edge("for one image and one channel", torch.arange(12.0).reshape(1, 1, 3, 4), torch.ones(1, 1, 1, 2)),
        Edge("where both have the same size", torch.ones(2, 1, 2, 3), torch.zeros(2, 2, 2, 3)),
    ]


def _joined(kept: Tensor, below: Tensor, *, top: float = 0.5, left: float = 0.5) -> Tensor:
    (height, width), (rows, columns) = kept.shape[2:], below.shape[2:]
    first, start = int((height - rows) * top), int((width - columns) * left)
    return torch.cat([kept[:, :, first : first + rows, start : start + columns], below], dim=1)


def _other_order(kept: Tensor, below: Tensor) -> Tensor:
    joined = _joined(kept, below)
    return torch.cat([joined[:, kept.shape[1] :], joined[:, : kept.shape[1]]], dim=1)


JOINED = FunctionExercise(
    id="11a.3",
    title="Crop and concatenate",
    minutes=8,
    hints=(
        "The rim that was lost is equally wide on both sides: the first row kept is (H - h) // 2.",
        "A slice [:, :, top : top + h, left : left + w] cuts the middle out of all images and channels.",
        "torch.cat([middle, below], dim=1): images stay apart, channels come one after the other.",
    ),
    cases=_joined_cases,
    reference=_joined,
    mistakes=(
        Mistake(
            "upper left corner",
            lambda kept, below: _joined(kept, below, top=0, left=0),
            "You cut from the upper left corner: what lies on top of each other is not the same place of the image.",
        ),
        Mistake(
            "lower right corner",
            lambda kept, below: _joined(kept, below, top=1, left=1),
            "You cut from the lower right corner: what lies on top of each other is not the same place of the image.",
        ),
        Mistake(
            "shrunk by picking",
            lambda kept, below: torch.cat([F.interpolate(kept, below.shape[2:]), below], dim=1),
            "You shrink the kept maps to fit, picking pixels; their rim has to be cut off.",
        ),
        Mistake(
            "rim of one pixel",
            lambda kept, below: torch.cat([kept[:, :, 1:, 1:][:, :, : below.shape[2], : below.shape[3]], below], dim=1),
            "You cut one pixel from the top and the left; how wide the rim is follows from the sizes.",
        ),
        Mistake("other order", _other_order, "The right channels, in the other order: what was kept comes first."),
        Mistake(
            "shrunk",
            lambda kept, below: torch.cat([F.interpolate(kept, below.shape[2:], mode="bilinear"), below], dim=1),
            "You shrink the kept image to fit; its rim has to be cut off, or nothing lies where it was.",
        ),
        Mistake(
            "cut only",
            lambda kept, below: _joined(kept, below)[:, : kept.shape[1]],
            "The cut is right; the channels from below are missing.",
        ),
    ),
)
