"""Exercise of lecture 03a in which a convolution layer is repaired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.planted import left_over


def _layer_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(x: tuple[int, ...], w: tuple[int, ...], stride: int) -> tuple[Any, ...]:
        return rng.normal(size=x), rng.normal(size=w), rng.normal(size=w[0]), stride

    return [
        case((2, 3, 7, 10), (4, 3, 3, 3), 2),
        case((3, 2, 6, 5), (2, 2, 2, 2), 1),
        case((2, 1, 11, 8), (3, 1, 3, 3), 3),
        Edge("for a single image, filter, and position", *case((1, 2, 3, 3), (1, 2, 3, 3), 2)),
    ]


def _with_faults(*, last_position: bool, windows: bool, bias: bool) -> Callable[..., NDArray]:
    """Return the function of the task with the faults that are still in it."""

    def layer(x: NDArray, weight: NDArray, b: NDArray, stride: int) -> NDArray:
        (n, _, height, width), (filters, _, size, _) = x.shape, weight.shape
        more = 0 if last_position else 1
        out = np.zeros((n, filters, (height - size) // stride + more, (width - size) // stride + more))
        for image, o, i, j in np.ndindex(out.shape):
            top, left = (i, j) if windows else (i * stride, j * stride)
            products = weight[o] * x[image, :, top : top + size, left : left + size]
            out[image, o, i, j] = np.sum(products + b[o]) if bias else np.sum(products) + b[o]
        return out

    return layer


def _stretched(x: NDArray, weight: NDArray, bias: NDArray, stride: int, *, rows: bool) -> NDArray:
    """Compute the layer with the stride in one direction only, cut to the right size."""
    height, width = convolution.conv2d(x, weight, bias, stride).shape[2:]
    dense = convolution.conv2d(x, weight, bias)
    return (dense[:, :, ::stride] if rows else dense[..., ::stride])[:, :, :height, :width]


FAULTS = {
    "last_position": "The last row and the last column of the maps are missing.",
    "windows": "The windows are one pixel apart, whatever the stride is.",
    "bias": "The bias is counted once for each weight.",
}


LAYER = FunctionExercise(
    id="03a.4",
    title="Three faults in a convolution layer",
    minutes=15,
    hints=(
        "Try an image of 3 × 3 and a kernel of 3 × 3: how many positions are there, and how many are computed?",
        "Where does the window of output row 1 begin if the stride is 2?",
        "np.sum(weight[o] * window + bias[o]) adds the bias once for each weight. How many times should it be added?",
    ),
    cases=_layer_cases,
    reference=convolution.conv2d,
    mistakes=(
        *left_over(_with_faults, FAULTS),
        Mistake("no bias", lambda x, w, b, stride: convolution.conv2d(x, w, None, stride), "The bias is missing."),
        Mistake(
            "kernel flipped",
            lambda x, w, b, stride: convolution.conv2d(x, w[:, :, ::-1, ::-1].copy(), b, stride),
            "You flip the kernel; a convolution layer correlates, so it does not flip the kernel.",
        ),
        Mistake(
            "first channel only",
            lambda x, w, b, stride: convolution.conv2d(x[:, :1], w[:, :1], b, stride),
            "You use only the first channel; a filter reaches through all channels.",
        ),
        Mistake(
            "stride for rows only",
            lambda x, w, b, stride: _stretched(x, w, b, stride, rows=True),
            "The rows of the windows are correct; their columns are still one pixel apart.",
        ),
        Mistake(
            "stride for columns only",
            lambda x, w, b, stride: _stretched(x, w, b, stride, rows=False),
            "The columns of the windows are correct; their rows are still one pixel apart.",
        ),
    ),
)
