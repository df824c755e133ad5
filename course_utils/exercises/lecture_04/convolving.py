"""Exercises 04.1 to 04.4: paths, and the gradients of a convolution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise

# 04.1: the sizes of the task text.
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
    id="04.1",
    title="Count the paths",
    minutes=5,
    hints=(
        "Each output is one sum, and each sum holds every weight once. So how many outputs are there?",
        "For a pixel, slide the kernel: at how many positions does it cover the corner, and how many the inner pixel?",
        "Far from the border a pixel meets each weight of the kernel exactly once.",
    ),
    expected=_three_counts,
    mistakes=(
        Mistake("outputs with padding", (35, 1, 6), "35 counts pixels; without padding the map is smaller."),
        Mistake("no plus one", (10, 1, 6), "Your map is too small: three rows fit into five at three positions."),
        Mistake("inner pixel near the edge", (18, 1, 4), "Slide the kernel over row 3, column 4 once more and count."),
        Mistake("corner inside", (18, 6, 6), "The kernel never leaves the image, so few positions reach the corner."),
        Mistake("square kernel", (18, 1, 9), "The inner pixel meets each weight once; this kernel has not nine."),
        Mistake("one each", (1, 1, 1), "A weight is used again at each position, and an inner pixel is read often."),
    ),
)


def _dilated_gradient(delta: NDArray, a: NDArray, dilation: int) -> NDArray:
    height, width = ((full - out) // dilation + 1 for full, out in zip(a.shape[1:], delta.shape[1:], strict=True))
    weight = np.zeros((1, 1, height, width))
    return convolution.conv2d_backward(delta[:, None], a[:, None], weight, dilation=dilation)[1][0, 0]


def _dilation_cases(rng: np.random.Generator) -> list[tuple[NDArray, NDArray, int]]:
    sizes = [((2, 4, 5), (2, 8, 7), 2), ((3, 3, 6), (3, 9, 12), 3), ((2, 5, 4), (2, 7, 8), 1)]
    cases = [(rng.normal(size=out), rng.normal(size=full), dilation) for out, full, dilation in sizes]
    row = rng.normal(size=(1, 3, 4)), rng.normal(size=(1, 3, 6)), 2
    return [*cases, Edge("for one image and a kernel of one row", *row)]


def _undilated_windows(delta: NDArray, a: NDArray, dilation: int) -> NDArray:
    shape, (height, width) = _dilated_gradient(delta, a, dilation).shape, delta.shape[1:]
    gradient = np.zeros(shape)
    for i, j in np.ndindex(shape):
        gradient[i, j] = np.sum(delta * a[:, i : i + height, j : j + width])
    return gradient


WEIGHT_GRADIENT = FunctionExercise(
    id="04.2",
    title="The weight gradient with dilation",
    minutes=10,
    hints=(
        "Which pixel does the weight (i, j) meet at output (y, x)? The weight gradient sums δ times this pixel.",
        "The pixels that weight (i, j) meets are a block of a as large as δ. Where does the block begin?",
        "a[:, i*D : i*D + H', j*D : j*D + W'] is that block, for all images; multiply by δ and sum everything.",
    ),
    cases=_dilation_cases,
    reference=_dilated_gradient,
    mistakes=(
        Mistake(
            "kernel turned",
            lambda delta, a, dilation: _dilated_gradient(delta, a, dilation)[::-1, ::-1],
            "The right numbers in the wrong places: this forward pass does not turn the kernel.",
        ),
        Mistake(
            "no dilation", _undilated_windows, "Your windows move by one pixel from weight to weight, not by D pixels."
        ),
        Mistake(
            "batch averaged",
            lambda delta, a, dilation: _dilated_gradient(delta, a, dilation) / len(a),
            "You take the mean over the images; every image adds its share. A mean, if any, is already in δ.",
        ),
        Mistake(
            "first image only",
            lambda delta, a, dilation: _dilated_gradient(delta[:1], a[:1], dilation),
            "Only the first image counts in your sum; the kernel is shared by the whole batch.",
        ),
        Mistake(
            "last image only",
            lambda delta, a, dilation: _dilated_gradient(delta[-1:], a[-1:], dilation),
            "Only the last image counts in your sum: is something overwritten where it should be added?",
        ),
        Mistake(
            "pixels averaged",
            lambda delta, a, dilation: _dilated_gradient(delta, a, dilation) / delta.size,
            "You take a mean over all outputs; the chain rule adds the paths.",
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
    id="04.3",
    title="The input gradient with channels",
    minutes=10,
    hints=(
        "Output (n, o, y, x) was made from the window a[n, :, y : y + KH, x : x + KW] and the filter w[o].",
        "Each output sends δ times its filter back to the window that it read, all channels at once.",
        "Loop over np.ndindex(delta.shape) and add: gradient[n, :, y : y + KH, x : x + KW] += δ[n, o, y, x] * w[o].",
    ),
    cases=lambda rng: (
        [
            (rng.normal(size=out), rng.normal(size=kernel))
            for out, kernel in [((2, 3, 4, 2), (3, 2, 2, 3)), ((3, 2, 1, 5), (2, 4, 3, 2))]
        ]
        + [
            Edge("for one image, filter and channel", rng.normal(size=(1, 1, 2, 3)), rng.normal(size=(1, 1, 2, 2))),
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
            "kernel turned once too often",
            lambda delta, w: _input_gradient(delta, w[..., ::-1, ::-1]),
            "Your kernels are turned by half a turn: correlating δ where convolving is asked for does this.",
        ),
        Mistake(
            "kernel mirrored",
            lambda delta, w: _input_gradient(delta, w[..., ::-1]),
            "Your kernels are mirrored left to right: half a turn has two axes.",
        ),
        Mistake(
            "first filter only",
            _first_filter_only,
            "Only the first filter sends its gradient back; all of them read a.",
        ),
        Mistake(
            "filters averaged",
            lambda delta, w: _input_gradient(delta, w) / len(w),
            "You take the mean over the filters; each is a path of its own, and paths add up.",
        ),
        Mistake(
            "channels mixed",
            lambda delta, w: np.repeat(_input_gradient(delta, w).mean(axis=1, keepdims=True), w.shape[1], axis=1),
            "All channels get the same gradient; channel c has met w[o, c] only.",
        ),
    ),
)

BATCH_BIAS = ChoiceExercise(
    id="04.4",
    title="A larger batch",
    minutes=3,
    hints=(
        "How many terms has the sum for the bias, before and after?",
        "The loss is a mean over N images. Which factor does each δ carry because of this mean?",
    ),
    right="b",
    why="Twice as many terms, each half as large: the 1/N of the mean already sits in δ.",
    mistakes=(
        Mistake("sum alone", "a", "There are twice as many terms, but look at what one term is worth now."),
        Mistake("mean alone", "c", "Each δ is half as large, but there are more of them."),
        Mistake("mean twice", "d", "The mean over the batch is taken once, in the loss; not again in the bias."),
    ),
)
