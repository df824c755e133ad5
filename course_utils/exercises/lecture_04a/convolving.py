"""Exercises 04a.1 to 04a.3: paths, and the gradients of a convolution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise

# 04a.1: the sizes of the task text.
IMAGE, KERNEL, INNER_PIXEL = (5, 7), (3, 2), (2, 3)


def _sums_with_each_weight() -> int:
    height, width = (convolution.output_size(length, size) for length, size in zip(IMAGE, KERNEL, strict=True))
    return height * width


def _sums_with_each_pixel() -> NDArray:
    """Return how many outputs read each pixel: the input gradient where every δ and every weight is one."""
    x, weight = np.zeros((1, 1, *IMAGE)), np.ones((1, 1, *KERNEL))
    delta = np.ones_like(convolution.conv2d(x, weight))
    return convolution.conv2d_backward(delta, x, weight)[0][0, 0]


def _three_counts() -> tuple[int, int, int]:
    counts = _sums_with_each_pixel()
    return _sums_with_each_weight(), int(counts[0, 0]), int(counts[INNER_PIXEL])


PATHS = ValueExercise(
    id="04a.1",
    title="Count the paths",
    minutes=5,
    hints=(
        "Each output is one sum, and each weight occurs once in each sum. So how many outputs are there?",
        "For a pixel, slide the kernel: at how many positions does it cover the corner? And the inner pixel?",
        "Far from the border, a pixel meets each weight of the kernel exactly once.",
    ),
    expected=_three_counts,
    mistakes=(
        Mistake("outputs with padding", (35, 1, 6), "35 counts pixels; without padding, the output is smaller."),
        Mistake("no plus one", (10, 1, 6), "Your output is too small: three rows fit into five at three positions."),
        Mistake("no plus one for the rows", (12, 1, 6), "Three rows fit into five rows at more than two positions."),
        Mistake("no plus one for the columns", (15, 1, 6), "Two columns fit into seven at more than five positions."),
        Mistake("kernel on its side", (20, 1, 6), "Your kernel has two rows and three columns; ours has three rows."),
        Mistake("inner pixel near the edge", (18, 1, 4), "Slide the kernel over pixel [2, 3] once more and count."),
        Mistake("corner inside", (18, 6, 6), "The kernel never leaves the image, so few positions reach the corner."),
        Mistake(
            "square kernel",
            (18, 1, 9),
            "The inner pixel meets each weight once, but this kernel does not have nine weights.",
        ),
        Mistake(
            "one each", (1, 1, 1), "A weight is used again at each position, and an inner pixel is read several times."
        ),
    ),
)


def _input_gradient(delta: NDArray, w: NDArray) -> NDArray:
    (n, _, *out), (_, channels, *kernel) = delta.shape, w.shape
    x = np.zeros((n, channels, out[0] + kernel[0] - 1, out[1] + kernel[1] - 1))
    return convolution.conv2d_backward(delta, x, w)[0]


def _overwritten(delta: NDArray, w: NDArray) -> NDArray:
    """Write each window's share over what an earlier one has brought, position by position."""
    gradient = np.zeros_like(_input_gradient(delta, w))
    for n, o, y, x in np.ndindex(delta.shape):
        gradient[n, :, y : y + w.shape[2], x : x + w.shape[3]] = delta[n, o, y, x] * w[o]
    return gradient


def _overwritten_by_weight(delta: NDArray, w: NDArray) -> NDArray:
    """Write each weight's share over what an earlier one has brought."""
    gradient, (height, width) = np.zeros_like(_input_gradient(delta, w)), delta.shape[2:]
    for i, j in np.ndindex(w.shape[2:]):
        gradient[:, :, i : i + height, j : j + width] = np.einsum("noyx,oc->ncyx", delta, w[:, :, i, j])
    return gradient


OVERWRITTEN = "Where windows overlap, a later share overwrites an earlier one; the paths should add up."


def _first_filter_only(delta: NDArray, w: NDArray) -> NDArray:
    return _input_gradient(delta[:, :1], w[:1])


INPUT_GRADIENT = FunctionExercise(
    id="04a.2",
    title="The input gradient with channels",
    minutes=15,
    hints=(
        "Output [n, o, i, j] was made from the window x[n, :, i : i + KH, j : j + KW] and the filter w[o].",
        "Each output sends δ times its filter back to the window that it read, all channels at once.",
        "Loop over np.ndindex(delta.shape) and add: gradient[n, :, i : i + KH, j : j + KW] += δ[n, o, i, j] * w[o].",
    ),
    cases=lambda rng: (
        [
            (rng.normal(size=out), rng.normal(size=kernel))
            for out, kernel in [((2, 3, 4, 2), (3, 2, 2, 3)), ((3, 2, 1, 5), (2, 4, 3, 2))]
        ]
        + [
            Edge("for one image, filter, and channel", rng.normal(size=(1, 1, 2, 3)), rng.normal(size=(1, 1, 2, 2))),
            Edge("for a kernel of one weight", rng.normal(size=(2, 2, 2, 1)), rng.normal(size=(2, 3, 1, 1))),
        ]
    ),
    reference=_input_gradient,
    forbidden=("convolution", "torch", "scipy"),
    mistakes=(
        Mistake("overwritten", _overwritten, OVERWRITTEN),
        Mistake("overwritten weight by weight", _overwritten_by_weight, f"{OVERWRITTEN} Look at the assignment."),
        Mistake(
            "last filter only",
            lambda delta, w: _input_gradient(delta[:, -1:], w[-1:]),
            "Only the last filter sends its gradient back: is it written over what the others have brought?",
        ),
        Mistake(
            "kernel flipped once too often",
            lambda delta, w: _input_gradient(delta, w[..., ::-1, ::-1]),
            "Your kernels are rotated by 180°: this happens if you correlate δ instead of convolving it.",
        ),
        Mistake(
            "kernel mirrored",
            lambda delta, w: _input_gradient(delta, w[..., ::-1]),
            "Your kernels are mirrored left to right only: a flip mirrors both axes.",
        ),
        Mistake(
            "first filter only",
            _first_filter_only,
            "Only the first filter sends its gradient back; all of them read the input.",
        ),
        Mistake(
            "filters averaged",
            lambda delta, w: _input_gradient(delta, w) / len(w),
            "You take the mean over the filters; each is a path of its own, and paths add up.",
        ),
        Mistake(
            "channels mixed",
            lambda delta, w: np.repeat(_input_gradient(delta, w).mean(axis=1, keepdims=True), w.shape[1], axis=1),
            "All channels get the same gradient; channel c has met only w[o, c].",
        ),
    ),
)

BATCH_BIAS = ChoiceExercise(
    id="04a.3",
    title="A larger batch",
    minutes=3,
    hints=(
        "How many terms does the sum for the bias have, before and after?",
        "The loss is a mean over N images. What factor does each δ carry because of this mean?",
    ),
    right="b",
    why="There are twice as many terms, each half as large: δ already contains the 1/N of the mean.",
    mistakes=(
        Mistake("sum alone", "a", "There are twice as many terms, but look at what one term is worth now."),
        Mistake("mean alone", "c", "Each δ is half as large, but there are more of them."),
        Mistake("mean twice", "d", "The mean over the batch is taken once, in the loss, and not again in the bias."),
    ),
)
