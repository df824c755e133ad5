"""Exercises of sitting 02a on windows: one pixel by hand, a border, what a kernel can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise

# 02a.1: the numbers of the task text.
PATCH = np.array([[1, 2, 0], [0, 3, 1], [2, 5, 4]])
KERNEL = np.array([[0, 1, 0], [2, 0, 0], [0, 0, -1]])
FLIPPED = KERNEL[::-1, ::-1]
ROTATE = "For the convolution the kernel is rotated by 180°"


def _two_sums(first: np.ndarray, second: np.ndarray) -> tuple[int, int]:
    return int((PATCH * first).sum()), int((PATCH * second).sum())


ONE_PIXEL = ValueExercise(
    id="02a.1",
    title="One pixel by hand",
    minutes=5,
    hints=(
        "Correlation: lay the kernel on the image as printed, multiply the numbers that meet, and add the products.",
        "Convolution: rotate the kernel by 180° first; its top left number goes to the bottom right.",
        "The rotated kernel is (-1 0 0; 0 0 2; 0 1 0). Only three products are not zero.",
    ),
    expected=lambda: _two_sums(KERNEL, FLIPPED),
    mistakes=(
        Mistake(
            "swapped",
            _two_sums(FLIPPED, KERNEL),
            "Both numbers are right, but in the wrong order: correlation does not flip the kernel.",
        ),
        Mistake("minus lost", _two_sums(abs(KERNEL), abs(FLIPPED)), "The weight -1 has lost its minus sign."),
        Mistake(
            "minus lost in the convolution",
            _two_sums(KERNEL, abs(FLIPPED)),
            "In the convolution the weight -1 has lost its minus sign.",
        ),
        Mistake(
            "not flipped",
            _two_sums(KERNEL, KERNEL),
            "What you gave for the convolution is the correlation: convolution flips the kernel.",
        ),
        Mistake(
            "both flipped",
            _two_sums(FLIPPED, FLIPPED),
            "What you gave for the correlation is the convolution: correlation does not flip the kernel.",
        ),
        Mistake("mirrored", _two_sums(KERNEL, KERNEL[:, ::-1]), f"{ROTATE}; did you only mirror it left to right?"),
        Mistake("upside down", _two_sums(KERNEL, KERNEL[::-1]), f"{ROTATE}; did you only mirror it top to bottom?"),
        Mistake("transposed", _two_sums(KERNEL, KERNEL.T), f"{ROTATE}; did you swap its rows and columns?"),
        Mistake("rotated by 90°", _two_sums(KERNEL, np.rot90(KERNEL)), f"{ROTATE}; did you rotate it by 90°?"),
        Mistake(
            "rotated by 90° to the right",
            _two_sums(KERNEL, np.rot90(KERNEL, -1)),
            f"{ROTATE}; did you rotate it by 90° to the right?",
        ),
    ),
)


def _border_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    shapes = [((3, 5), 2), ((4, 2), 1), ((5, 4), 3)]
    return [
        *((rng.normal(size=shape), width) for shape, width in shapes),
        Edge("for an image of one row", rng.normal(size=(1, 3)), 2),
        Edge("for a border of width 0", rng.normal(size=(2, 3)), 0),
    ]


def _grown(mode: Literal["constant", "edge", "reflect", "symmetric", "wrap"]) -> Callable[..., np.ndarray]:
    return lambda image, width: np.pad(image, width, mode=mode)


def _empty_corners(image: np.ndarray, width: int) -> np.ndarray:
    border = _grown("edge")(image, width)
    H, W = image.shape
    for rows in (slice(None, width), slice(H + width, None)):
        border[rows, :width] = border[rows, W + width :] = 0
    return border


def _one_sided(image: np.ndarray, width: int) -> np.ndarray:
    return np.pad(image, ((width, 0), (width, 0)), mode="edge")


BORDER = FunctionExercise(
    id="02a.2",
    title="Grow a border",
    minutes=8,
    hints=(
        "The result has extra rows above and below and extra columns left and right: width of them on each side.",
        "Row r of the result shows row r - width of the image, except where that row does not exist.",
        "np.clip(np.arange(-width, H + width), 0, H - 1) lists, for each row of the result, the image row to copy.",
    ),
    cases=_border_cases,
    reference=_grown("edge"),
    forbidden=("pad",),
    mistakes=(
        Mistake("zeros", _grown("constant"), "Your border is zero: that is padding 'zeros'."),
        Mistake(
            "mirrored", _grown("symmetric"), "Your first border pixel is right; farther out you mirror the inside."
        ),
        Mistake(
            "mirrored without the edge",
            _grown("reflect"),
            "Your border mirrors the image without its edge: that is padding 'reflect'.",
        ),
        Mistake("wrapped", _grown("wrap"), "Your border comes from the opposite side: that is padding 'circular'."),
        Mistake("corners forgotten", _empty_corners, "The four sides are right; the four corners are still empty."),
        Mistake("one side only", _one_sided, "The border is missing at the bottom and on the right."),
        Mistake(
            "rows only",
            lambda image, width: np.pad(image, ((width, width), (0, 0)), mode="edge"),
            "You extended the image up and down; it must also grow to the left and right.",
        ),
    ),
)


WHAT_A_KERNEL_CAN_DO = ChoiceExercise(
    id="02a.5",
    title="What can a kernel do?",
    minutes=3,
    hints=(
        "A kernel computes a weighted sum, so it is linear: twice the image gives twice the result. Try that.",
        "Three of the four pass that test. Now add two images: is the result the sum of the two results?",
    ),
    right="b",
    why="Its weights are 1 - 1/9 in the center and -1/9 around it. The others cannot be written as a weighted sum.",
    mistakes=(
        Mistake("maximum", "a", "Which pixel is the brightest depends on the image; a weight does not."),
        Mistake(
            "square", "c", "An image twice as bright gives four times the result; a weighted sum would only double."
        ),
        Mistake("median", "d", "Which pixel is in the middle depends on the image; a weight does not."),
    ),
)
