"""Exercises of sitting 02b on differences: ramps, the Laplacian, sharpening."""

from __future__ import annotations

import numpy as np

from course_utils import filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise

RAMP = ChoiceExercise(
    id="02b.1",
    title="What responds on a ramp?",
    minutes=4,
    hints=(
        "Write down a short ramp: 0 0 0 0.1 0.2 0.3 0.3 0.3. Take differences, then differences of these.",
        "Along the ramp all first differences are equal. What is the difference of equal numbers?",
    ),
    right="b",
    why="The slope jumps to 0.1 at the foot and back to 0 at the top; a second difference sees changes of slope.",
    mistakes=(
        Mistake("first for second", "a", "0.1 all along the ramp is the first difference."),
        Mistake("zero everywhere", "c", "That is true inside the ramp. Look at its two ends."),
        Mistake("second for first", "d", "The first difference is the slope: 0.1 at every step of the ramp."),
    ),
)


# What else slides a kernel, in NumPy and SciPy.
KERNELS_ELSEWHERE = ("convolve", "correlate", "convolve1d", "correlate1d", "fftconvolve", "sliding_window_view")


def _laplacian(image: np.ndarray) -> np.ndarray:
    return filtering.correlate2d(image, filtering.laplacian_kernel(), "valid")


def _second(image: np.ndarray, axis: int) -> np.ndarray:
    inner = image[:, 1:-1] if axis == 0 else image[1:-1]
    return np.diff(inner, n=2, axis=axis)


BY_SLICES = FunctionExercise(
    id="02b.2",
    title="The Laplacian without a kernel",
    minutes=7,
    hints=(
        "image[1:-1, 1:-1] holds all pixels that have four neighbors. Which slice holds the neighbors below them?",
        "image[2:, 1:-1] is one row farther down, image[:-2, 1:-1] one row farther up.",
        "down = image[2:, 1:-1] + image[:-2, 1:-1] - 2 * image[1:-1, 1:-1]; write the same for across, and add.",
    ),
    cases=lambda rng: [
        *((rng.normal(size=shape),) for shape in [(5, 7), (4, 3), (3, 6)]),
        Edge("for an image with one inner pixel", rng.normal(size=(3, 3))),
    ],
    reference=_laplacian,
    forbidden=("correlate2d", "convolve2d", "laplacian_kernel", "conv2d", "laplace", *KERNELS_ELSEWHERE),
    mistakes=(
        Mistake("sign flipped", lambda image: -_laplacian(image), "All signs are flipped: each neighbor counts +1."),
        Mistake(
            "center subtracted twice only",
            lambda image: _laplacian(image) + 2 * image[1:-1, 1:-1],
            "Each of the two second differences subtracts the center twice; you subtract it twice in all.",
        ),
        Mistake(
            "center forgotten",
            lambda image: _laplacian(image) + 4 * image[1:-1, 1:-1],
            "This is the sum of the four neighbors; the center still has to be subtracted four times.",
        ),
        Mistake(
            "center subtracted once",
            lambda image: _laplacian(image) + 3 * image[1:-1, 1:-1],
            "The four neighbors are right, but the center is subtracted only once: each difference takes it off twice.",
        ),
        Mistake(
            "center added",
            lambda image: _laplacian(image) + 8 * image[1:-1, 1:-1],
            "The center is added four times; it has to be subtracted.",
        ),
        Mistake(
            "center beside the center",
            lambda image: _laplacian(image) + 4 * image[1:-1, 1:-1] - 4 * image[:-2, :-2],
            "The four neighbors are right, but what you subtract is image[:-2, :-2], which is not the center.",
        ),
        Mistake(
            "diagonal neighbors",
            lambda image: filtering.correlate2d(image, [[1, 0, 1], [0, -4, 0], [1, 0, 1]], "valid"),
            "You take the four neighbors on the diagonals; the Laplacian takes those that share a side.",
        ),
        Mistake(
            "down only",
            lambda image: _second(image, 0),
            "This is the second difference down the columns; the one across still needs to be added.",
        ),
        Mistake(
            "across only",
            lambda image: _second(image, 1),
            "This is the second difference across the rows; the one down still needs to be added.",
        ),
        Mistake("down twice", lambda image: 2 * _second(image, 0), "You add the second difference down twice."),
        Mistake("across twice", lambda image: 2 * _second(image, 1), "You add the second difference across twice."),
        Mistake(
            "gradient of the gradient",
            lambda image: sum(np.gradient(np.gradient(image, axis=axis), axis=axis) for axis in (0, 1))[1:-1, 1:-1],
            "np.gradient compares the samples before and after; done twice, it reaches two pixels away.",
        ),
        Mistake(
            "subtracted",
            lambda image: _second(image, 0) - _second(image, 1),
            "You subtract the second difference across from the one down; the Laplacian adds them.",
        ),
        Mistake(
            "diagonals counted",
            lambda image: filtering.correlate2d(image, filtering.laplacian_kernel(diagonal=True), "valid"),
            "You count eight neighbors; here only the four that share a side count.",
        ),
        Mistake(
            "averaged",
            lambda image: _laplacian(image) / 4,
            "This is the mean of the neighbors minus the center: a quarter of the Laplacian.",
        ),
        Mistake(
            "border kept",
            lambda image: filtering.correlate2d(image, filtering.laplacian_kernel(), "replicate"),
            "The result keeps the border, where neighbors are missing; it should have two fewer rows and columns.",
        ),
    ),
)


def _sharpen(image: np.ndarray, amount: float, sign: int = -1, padding: filtering.Padding = "replicate") -> np.ndarray:
    return image + sign * amount * filtering.correlate2d(image, filtering.laplacian_kernel(), padding)


def _response(image: np.ndarray, diagonal: bool = False) -> np.ndarray:
    return filtering.correlate2d(image, filtering.laplacian_kernel(diagonal), "replicate")


def _clipped(image: np.ndarray) -> np.ndarray:
    return np.clip(image, 0, 1)


def _stretched(image: np.ndarray) -> np.ndarray:
    return (image - image.min()) / (image.max() - image.min())


SHARPEN = FunctionExercise(
    id="02b.3",
    title="Three faults in a sharpener",
    minutes=8,
    hints=(
        "Try it on a flat image: what should come out, and what does come out at the border?",
        "On the bright side of an edge the Laplacian is negative. Should that side become brighter or darker?",
        "Subtract the Laplacian, filter with padding='replicate', and clip the result with np.clip.",
    ),
    cases=lambda rng: [
        (rng.uniform(size=shape), amount) for shape, amount in [((5, 8), 0.5), ((7, 4), 1.5), ((3, 6), 0.2)]
    ],
    reference=lambda image, amount: _clipped(_sharpen(image, amount)),
    mistakes=(
        Mistake(
            "nothing fixed",
            lambda image, amount: _sharpen(image, amount, +1, "zeros"),
            "This is still the function from the task, with all three of its faults.",
        ),
        Mistake(
            "Laplacian added",
            lambda image, amount: _clipped(_sharpen(image, amount, +1)),
            "Border and range are right, but the Laplacian is added: fine detail fades or turns upside down.",
        ),
        Mistake(
            "zero border",
            lambda image, amount: _clipped(_sharpen(image, amount, -1, "zeros")),
            "The inside is right. The border is sharpened against zeros that are not in the image.",
        ),
        Mistake(
            "reflected border",
            lambda image, amount: _clipped(_sharpen(image, amount, -1, "reflect")),
            "The inside is right. At the border you mirror the image; the task asks you to repeat the edge pixels.",
        ),
        Mistake(
            "circular border",
            lambda image, amount: _clipped(_sharpen(image, amount, -1, "circular")),
            "The inside is right. At the border you take pixels from the opposite side; repeat the edge pixels.",
        ),
        Mistake(
            "clipped above only",
            lambda image, amount: np.minimum(_sharpen(image, amount), 1),
            "The values are right, but you clip only those above 1.",
        ),
        Mistake(
            "clipped below only",
            lambda image, amount: np.maximum(_sharpen(image, amount), 0),
            "The values are right, but those above 1 are still there: gray values lie in [0, 1].",
        ),
        Mistake(
            "clipped to -1",
            lambda image, amount: np.clip(_sharpen(image, amount), -1, 1),
            "You clip to [-1, 1]; gray values lie in [0, 1].",
        ),
        Mistake(
            "Laplacian clipped",
            lambda image, amount: image - amount * _clipped(_response(image)),
            "You clip the Laplacian, which must keep its minus signs; clip what you return.",
        ),
        Mistake(
            "detail alone",
            lambda image, amount: _clipped(-amount * _response(image)),
            "You return the Laplacian alone; it is to be subtracted from the image.",
        ),
        Mistake(
            "with diagonals",
            lambda image, amount: _clipped(image - amount * _response(image, diagonal=True)),
            "You take the Laplacian with diagonals; the colleague's kernel was right.",
        ),
        Mistake("not clipped", _sharpen, "The values are right but leave [0, 1]: clip them."),
        Mistake(
            "added and zero border",
            lambda image, amount: _clipped(_sharpen(image, amount, +1, "zeros")),
            "The range is right. Two faults are left: the Laplacian is added, and zeros lie outside the border.",
        ),
        Mistake(
            "added and not clipped",
            lambda image, amount: _sharpen(image, amount, +1),
            "The border is right. Two faults are left: the Laplacian is added, and nothing is clipped.",
        ),
        Mistake(
            "zero border and not clipped",
            lambda image, amount: _sharpen(image, amount, -1, "zeros"),
            "The sign is right. Two faults are left: zeros lie outside the border, and nothing is clipped.",
        ),
        Mistake(
            "amount ignored",
            lambda image, amount: _clipped(_sharpen(image, 1.0)),
            "You always subtract the whole Laplacian; amount says how much of it to subtract.",
        ),
        Mistake(
            "stretched instead of clipped",
            lambda image, amount: _stretched(_sharpen(image, amount)),
            "You stretch the result into [0, 1], which changes the gray value of every pixel. Clip it instead.",
        ),
    ),
)
