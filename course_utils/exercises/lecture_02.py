"""Exercises of lecture 02, spatial filtering."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Literal

import numpy as np

from course_utils import filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, FunctionExercise, ValueExercise

# 02.1: the numbers of the task text.
PATCH = np.array([[1, 2, 0], [0, 3, 1], [2, 5, 4]])
KERNEL = np.array([[0, 1, 0], [2, 0, 0], [0, 0, -1]])
TURNED = KERNEL[::-1, ::-1]
HALF_TURN = "The correlation is right. For the convolution the kernel makes half a turn"
# 02.3: noise of the scanner, noise that is wanted.
NOISE, WANTED_NOISE = 0.12, 0.03
# 02.7: what the smoothing kernel is asked for.
LONGEST, LARGEST_GAIN = 9, 0.4


def _two_sums(first: np.ndarray, second: np.ndarray) -> tuple[int, int]:
    return int((PATCH * first).sum()), int((PATCH * second).sum())


ONE_PIXEL = ValueExercise(
    id="02.1",
    title="One pixel by hand",
    minutes=5,
    hints=(
        "Correlation: lay the kernel on the patch as it is printed, multiply the numbers that meet, add the products.",
        "Convolution: turn the kernel by half a turn first; its top left number goes to the bottom right.",
        "The turned kernel is (-1 0 0; 0 0 2; 0 1 0). Only three products are not zero.",
    ),
    expected=lambda: _two_sums(KERNEL, TURNED),
    mistakes=(
        Mistake("swapped", _two_sums(TURNED, KERNEL), "Both are right, in the wrong order: correlation does not turn."),
        Mistake("not turned", _two_sums(KERNEL, KERNEL), "You gave the correlation twice: convolution does turn."),
        Mistake("both turned", _two_sums(TURNED, TURNED), "You gave the convolution twice: correlation does not turn."),
        Mistake("mirrored", _two_sums(KERNEL, KERNEL[:, ::-1]), f"{HALF_TURN}; you mirrored left to right only."),
        Mistake("upside down", _two_sums(KERNEL, KERNEL[::-1]), f"{HALF_TURN}; you mirrored top to bottom only."),
        Mistake("transposed", _two_sums(KERNEL, KERNEL.T), f"{HALF_TURN}; you swapped rows and columns."),
    ),
)


def _border_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, int]]:
    return [(rng.uniform(size=shape), width) for shape, width in [((3, 5), 2), ((4, 2), 1), ((5, 4), 3)]]


def _grown(mode: Literal["constant", "edge", "reflect", "symmetric", "wrap"]) -> Callable[..., np.ndarray]:
    return lambda image, width: np.pad(image, width, mode=mode)


def _empty_corners(image: np.ndarray, width: int) -> np.ndarray:
    border = _grown("edge")(image, width)
    for rows in (slice(None, width), slice(-width, None)):
        border[rows, :width] = border[rows, -width:] = 0
    return border


BORDER = FunctionExercise(
    id="02.2",
    title="Grow a border",
    minutes=8,
    hints=(
        "The result has width more rows above and below and width more columns left and right.",
        "Row r of the result shows row r - width of the image, except where that row does not exist.",
        "np.clip(np.arange(-width, H + width), 0, H - 1) lists, for each row of the result, the image row to copy.",
    ),
    cases=_border_cases,
    reference=_grown("edge"),
    mistakes=(
        Mistake("zeros", _grown("constant"), "Your border is zero: that is padding 'zeros'."),
        Mistake("reflected", _grown("reflect"), "Your border mirrors the inside: that is padding 'reflect'."),
        Mistake(
            "mirrored", _grown("symmetric"), "Your first border pixel is right; further out you mirror the inside."
        ),
        Mistake("wrapped", _grown("wrap"), "Your border comes from the opposite side: that is padding 'circular'."),
        Mistake("corners forgotten", _empty_corners, "The four sides are right; the four corners are still empty."),
    ),
)


def _smallest_box() -> int:
    return next(
        size for size in count(1, 2) if NOISE * filtering.noise_gain(filtering.box_kernel(size)) <= WANTED_NOISE
    )


BOX_SIZE = ValueExercise(
    id="02.3",
    title="How large must the box be?",
    minutes=5,
    hints=(
        "By which factor must the noise fall? A box of size k has k² equal weights: how large is the root of Σ w²?",
        "The factor of a box is 1/k. The kernel also needs a centre pixel.",
    ),
    expected=_smallest_box,
    mistakes=(
        Mistake("even size", 4, "4 would just do, but a kernel needs a centre pixel: its size is odd."),
        Mistake("no root", 3, "3 averages nine pixels, but noise falls with the root of their number."),
        Mistake("number of pixels", 16, "16 is how many pixels must be averaged; asked for is the side of the box."),
        Mistake("pixels in the box", 25, "25 is the number of pixels in the right box; asked for is its side."),
    ),
)

RAMP = ChoiceExercise(
    id="02.4",
    title="What answers on a ramp?",
    minutes=4,
    hints=(
        "Write down a short ramp: 0 0 0 0.1 0.2 0.3 0.3 0.3. Take differences, then differences of these.",
        "Along the ramp all first differences are equal. What is the difference of equal numbers?",
    ),
    right="b",
    why="The slope jumps to 0.1 at the foot and back to 0 at the top; a second difference sees changes of slope.",
    mistakes=(
        Mistake("first for second", "a", "0.1 all along the ramp is what the first difference answers."),
        Mistake("zero everywhere", "c", "Inside the ramp that is so. Look at its two ends."),
        Mistake("second for first", "d", "The first difference is the slope: 0.1 at every step of the ramp."),
    ),
)


def _laplacian(image: np.ndarray) -> np.ndarray:
    return filtering.correlate2d(image, filtering.laplacian_kernel(), "valid")


BY_DIFFERENCES = FunctionExercise(
    id="02.5",
    title="The Laplacian without a mask",
    minutes=7,
    hints=(
        "image[1:-1, 1:-1] holds all pixels that have four neighbours. Which slice holds the neighbours below them?",
        "image[2:, 1:-1] is one row further down, image[:-2, 1:-1] one row further up.",
        "down = image[2:, 1:-1] + image[:-2, 1:-1] - 2 * image[1:-1, 1:-1]; write the same for across, and add.",
    ),
    cases=lambda rng: [(rng.normal(size=shape),) for shape in [(5, 7), (4, 3), (3, 6)]],
    reference=_laplacian,
    mistakes=(
        Mistake("sign turned", lambda image: -_laplacian(image), "All signs are turned: the neighbours count +1 each."),
        Mistake(
            "centre subtracted twice only",
            lambda image: _laplacian(image) + 2 * image[1:-1, 1:-1],
            "Each of the two second differences subtracts the centre twice; you subtract it twice in all.",
        ),
        Mistake(
            "one direction only",
            lambda image: image[2:, 1:-1] + image[:-2, 1:-1] - 2 * image[1:-1, 1:-1],
            "This is the second difference down the columns; the one across is still to be added.",
        ),
        Mistake(
            "diagonals counted",
            lambda image: filtering.correlate2d(image, filtering.laplacian_kernel(diagonal=True), "valid"),
            "You count eight neighbours; here only the four that share a side count.",
        ),
        Mistake(
            "averaged",
            lambda image: _laplacian(image) / 4,
            "This is the mean of the neighbours minus the centre: a quarter of the Laplacian.",
        ),
    ),
)


def _sharpen(image: np.ndarray, amount: float, sign: int = -1, padding: filtering.Padding = "replicate") -> np.ndarray:
    return image + sign * amount * filtering.correlate2d(image, filtering.laplacian_kernel(), padding)


def _stretched(image: np.ndarray) -> np.ndarray:
    return (image - image.min()) / (image.max() - image.min())


SHARPEN = FunctionExercise(
    id="02.6",
    title="Three faults in a sharpener",
    minutes=8,
    hints=(
        "Try it on a picture that is flat: what should come out, and what does come out at the border?",
        "On the bright side of an edge the Laplacian is negative. Should that side become brighter or darker?",
        "Subtract the Laplacian, filter with padding='replicate', and cut the result off with np.clip.",
    ),
    cases=lambda rng: [(rng.uniform(size=(5, 8)), 0.5), (rng.uniform(size=(7, 4)), 1.5)],
    reference=lambda image, amount: np.clip(_sharpen(image, amount), 0, 1),
    mistakes=(
        Mistake(
            "nothing mended",
            lambda image, amount: _sharpen(image, amount, +1, "zeros"),
            "This is still the function from the task, with all of its three faults.",
        ),
        Mistake(
            "Laplacian added",
            lambda image, amount: np.clip(_sharpen(image, amount, +1), 0, 1),
            "The Laplacian is added, which blurs: its centre is negative, so it has to be subtracted.",
        ),
        Mistake(
            "zero border",
            lambda image, amount: np.clip(_sharpen(image, amount, -1, "zeros"), 0, 1),
            "The inside is right. The border is sharpened against zeros that are not in the picture.",
        ),
        Mistake("not clipped", _sharpen, "The values are right but leave [0, 1]: cut off what lies outside."),
        Mistake(
            "stretched instead of clipped",
            lambda image, amount: _stretched(_sharpen(image, amount)),
            "You stretch the result into [0, 1], which changes the grey of every pixel. Cut off instead.",
        ),
    ),
)

SHAPE = "The kernel is a one-dimensional array of odd length, 9 at most."
FLAT = "A flat signal changes its level: what must the weights add up to?"
SHIFT = "A ramp comes out shifted: the kernel leans to one side of its centre."
OVERSHOOT = "The step from 0 to 1 leaves the interval [0, 1]: some weight is negative."
NOISY = "Everything is kept, but too much noise comes through: spread the weights over more samples."


def _smoothing_problem(kernel: np.ndarray) -> str | None:
    """Return what is wrong with a smoothing kernel, tried out on a flat signal, a ramp, a step and noise."""
    kernel = np.asarray(kernel, dtype=np.float64)
    if kernel.ndim != 1 or kernel.size % 2 == 0 or kernel.size > LONGEST:
        return f"{SHAPE} Yours has shape {kernel.shape}."
    flat = filtering.correlate1d(np.ones(30), kernel, "valid")
    if not np.allclose(flat, 1):
        return f"{FLAT} 1.00 becomes {flat[0]:.2f}."
    ramp, reach = np.arange(30.0), kernel.size // 2
    lag = filtering.correlate1d(ramp, kernel, "valid") - ramp[reach : 30 - reach]
    if not np.allclose(lag, 0):
        return f"{SHIFT} The shift is {abs(lag[0]):.2f} samples."
    step = filtering.correlate1d(np.repeat([0.0, 1.0], 15), kernel, "valid")
    if step.min() < -1e-9 or step.max() > 1 + 1e-9:
        return f"{OVERSHOOT} It runs from {step.min():.2f} to {step.max():.2f}."
    gain = filtering.noise_gain(kernel)
    return None if gain <= LARGEST_GAIN else f"{NOISY} {gain:.2f} of it is left, {LARGEST_GAIN:.2f} is the limit."


SMOOTHER = BuildExercise(
    id="02.7",
    title="Design a smoothing kernel",
    minutes=8,
    hints=(
        "Start from np.ones(k) or (1 2 1), divide by the sum, and ask filtering.noise_gain how much noise is left.",
        "k equal weights 1/k leave 1/√k of the noise. How large must k be for 0.4?",
    ),
    examiner=_smoothing_problem,
    calls=(),
    mistakes=(
        Mistake("two-dimensional", filtering.box_kernel(3), SHAPE),
        Mistake("not normalised", np.ones(7), FLAT),
        Mistake("looks back only", np.array([1, 1, 1, 1, 1, 1, 1, 0, 0]) / 7, SHIFT),
        Mistake("negative weights", np.array([-21, 14, 39, 54, 59, 54, 39, 14, -21]) / 231, OVERSHOOT),
        Mistake("too short", np.array([1, 2, 1]) / 4, NOISY),
    ),
)

EXERCISES = (ONE_PIXEL, BORDER, BOX_SIZE, RAMP, BY_DIFFERENCES, SHARPEN, SMOOTHER)
