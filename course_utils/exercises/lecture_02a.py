"""Exercises of sitting 02a, spatial filtering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Literal

import numpy as np

from course_utils import data, filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, Edge, FunctionExercise, ValueExercise
from course_utils.exercises.open_tasks import TargetExercise
from course_utils.exercises.smoothing import FLAT, SHAPE, SHIFT, smoothing_problem

# 02a.1: the numbers of the task text.
PATCH = np.array([[1, 2, 0], [0, 3, 1], [2, 5, 4]])
KERNEL = np.array([[0, 1, 0], [2, 0, 0], [0, 0, -1]])
FLIPPED = KERNEL[::-1, ::-1]
ROTATE = "The correlation is right. For the convolution the kernel is rotated by 180°"
# 02a.3: noise of the scanner, noise that is wanted.
NOISE, WANTED_NOISE = 0.12, 0.03
# 02a.6: fraction of broken pixels.
BROKEN = 0.1


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
        Mistake("not flipped", _two_sums(KERNEL, KERNEL), "You gave the correlation twice; convolution flips."),
        Mistake(
            "both flipped", _two_sums(FLIPPED, FLIPPED), "You gave the convolution twice; correlation does not flip."
        ),
        Mistake("mirrored", _two_sums(KERNEL, KERNEL[:, ::-1]), f"{ROTATE}; did you only mirror it left to right?"),
        Mistake("upside down", _two_sums(KERNEL, KERNEL[::-1]), f"{ROTATE}; did you only mirror it top to bottom?"),
        Mistake("transposed", _two_sums(KERNEL, KERNEL.T), f"{ROTATE}; did you swap its rows and columns?"),
        Mistake("rotated by 90°", _two_sums(KERNEL, np.rot90(KERNEL)), f"{ROTATE}; did you rotate it by 90°?"),
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


def _smallest_box() -> int:
    return next(
        size for size in count(1, 2) if NOISE * filtering.noise_gain(filtering.box_kernel(size)) <= WANTED_NOISE
    )


BOX_SIZE = ValueExercise(
    id="02a.3",
    title="How large must the box be?",
    minutes=5,
    hints=(
        "By what factor must the noise fall? A box of side K has K² equal weights: what is the square root of Σ w²?",
        "The noise gain of a box is 1/K. The kernel also needs a center pixel.",
    ),
    expected=_smallest_box,
    mistakes=(
        Mistake("even size", 4, "4 would be just enough, but a kernel needs a center pixel, so its side must be odd."),
        Mistake(
            "no root",
            3,
            "That averages nine pixels, but noise falls only with the square root of their number.",
        ),
        Mistake("number of pixels", 16, "16 is how many pixels must be averaged; we ask for the side of the box."),
        Mistake("larger than needed", 7, "That works, but so does a smaller box."),
        Mistake("pixels in the box", 25, "You gave a number of pixels; we ask for the side of the box."),
    ),
)

LARGEST_GAIN = 0.4
OVERSHOOT = "The step from 0 to 1 leaves the interval [0, 1]: some weight is negative."
NOISY = "The signal is fine, but too much noise comes through: spread the weights over more samples."


def _smoother_problem(kernel: Any) -> str | None:
    """Return what is wrong with a smoothing kernel, tried out on a flat signal, a ramp, a step and noise."""
    problem = smoothing_problem(kernel)
    if problem is not None:
        return problem
    kernel = np.asarray(kernel, dtype=np.float64)
    step = filtering.correlate1d(np.repeat([0.0, 1.0], 15), kernel, "valid")
    if step.min() < -1e-3 or step.max() > 1 + 1e-3:
        return f"{OVERSHOOT} It runs from {step.min():.2f} to {step.max():.2f}."
    gain = filtering.noise_gain(kernel)
    return None if gain <= LARGEST_GAIN else f"{NOISY} {gain:.2f} of it is left; {LARGEST_GAIN:.2f} is the limit."


SMOOTHER = BuildExercise(
    id="02a.4",
    title="Design a smoothing kernel",
    minutes=8,
    hints=(
        "Start from np.ones(K) or (1 2 1), divide by the sum, and ask filtering.noise_gain how much noise is left.",
        "K equal weights 1/K leave 1/√K of the noise. How large must K be for 0.4?",
    ),
    examiner=_smoother_problem,
    calls=(),
    mistakes=(
        Mistake("two-dimensional", filtering.box_kernel(3), SHAPE),
        Mistake("not normalized", np.ones(7), FLAT),
        Mistake("looks back only", np.array([1, 1, 1, 1, 1, 1, 1, 0, 0]) / 7, SHIFT),
        Mistake("negative weights", np.array([-21, 14, 39, 54, 59, 54, 39, 14, -21]) / 231, OVERSHOOT),
        Mistake("too short", np.array([1, 2, 1]) / 4, NOISY),
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


def _broken_coins(rng: np.random.Generator) -> list[tuple[np.ndarray]]:
    coins = data.images()["coins"]
    return [(_salt_and_pepper(coins, rng),) for _ in range(3)]


def _salt_and_pepper(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    where = rng.random(image.shape)
    return np.where(where < BROKEN / 2, 0.0, np.where(where > 1 - BROKEN / 2, 1.0, image))


def _no_image(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        array = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"repair returned {type(returned).__name__}; it should return the repaired image as an array."
    if array.shape != arguments[0].shape:
        return f"The image has shape {arguments[0].shape}, but what you returned has shape {array.shape}."
    return None if np.isfinite(array).all() else "Some of the pixels you returned are NaN or infinite."


def _error(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    coins = data.images()["coins"]
    return float(np.mean([np.sqrt(np.mean((result - coins) ** 2)) for result in results]))


def _gaussian(image: np.ndarray) -> np.ndarray:
    weights = filtering.gaussian_kernel(1.0)
    return filtering.correlate2d(image, np.outer(weights, weights), "reflect")


REPAIR = TargetExercise(
    id="02a.6",
    title="Repair the photograph",
    minutes=15,
    hints=(
        "The median changes all pixels. Which ones need repair, and how can you tell?",
        "(image == 0) | (image == 1) marks the broken pixels. np.where can take only those from the median.",
    ),
    cases=_broken_coins,
    unusable=_no_image,
    measure=_error,
    quantity="root mean square error",
    target=0.025,
    why="Replacing only the broken pixels keeps all the detail of the others.",
    mistakes=(
        Mistake("nothing done", lambda image: image, "This is the broken image, unchanged."),
        Mistake(
            "plain median", filtering.median_filter, "The plain median also changes the nine in ten that are intact."
        ),
        Mistake(
            "larger median",
            lambda image: filtering.median_filter(image, 5),
            "A larger median removes more detail from the nine pixels in ten that are intact.",
        ),
        Mistake(
            "box",
            lambda image: filtering.correlate2d(image, filtering.box_kernel(3), "reflect"),
            "A mean spreads every broken pixel over its neighbors.",
        ),
        Mistake("Gaussian", _gaussian, "A Gaussian spreads every broken pixel over its neighbors."),
        Mistake(
            "clipped",
            lambda image: np.clip(image, 0.01, 0.99),
            "A broken pixel that is almost black or almost white is still broken.",
        ),
    ),
)

EXERCISES = (ONE_PIXEL, BORDER, BOX_SIZE, SMOOTHER, WHAT_A_KERNEL_CAN_DO, REPAIR)
