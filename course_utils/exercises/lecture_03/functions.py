"""Exercises of lecture 03 in which a layer is written: convolution, average pooling, batch normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise


def _layer_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    sizes = [((2, 3, 7, 10), (4, 3, 3, 3), 2), ((3, 2, 6, 5), (2, 2, 2, 2), 1), ((2, 1, 11, 8), (3, 1, 3, 3), 3)]
    return [(rng.normal(size=x), rng.normal(size=w), rng.normal(size=w[0]), stride) for x, w, stride in sizes]


def _as_given(x: NDArray, weight: NDArray, bias: NDArray, stride: int) -> NDArray:
    """Compute the layer with all three faults of the task."""
    (n, _, height, width), (filters, _, size, _) = x.shape, weight.shape
    out = np.zeros((n, filters, (height - size) // stride, (width - size) // stride))
    for image, o, i, j in np.ndindex(out.shape):
        out[image, o, i, j] = np.sum(weight[o] * x[image, :, i : i + size, j : j + size] + bias[o])
    return out


def _unit_steps(x: NDArray, weight: NDArray, bias: NDArray, stride: int) -> NDArray:
    rows, columns = convolution.conv2d(x, weight, stride=stride).shape[2:]
    return convolution.conv2d(x, weight, bias)[:, :, :rows, :columns]


LAYER = FunctionExercise(
    id="03.1",
    title="Three faults in a convolution layer",
    minutes=8,
    hints=(
        "Try an image of 3 × 3 and a kernel of 3 × 3: how many positions are there, and how many does it compute?",
        "Where does the window of output row 1 begin if the stride is 2?",
        "np.sum(weight[o] * window + bias[o]) adds the bias once for each weight. How often should it be added?",
    ),
    cases=_layer_cases,
    reference=convolution.conv2d,
    mistakes=(
        Mistake("nothing mended", _as_given, "This is still the function from the task, with all of its three faults."),
        Mistake(
            "last position missing",
            lambda *layer: convolution.conv2d(*layer)[:, :, :-1, :-1],
            "The values are right, but the last row and the last column of the maps are missing.",
        ),
        Mistake("windows one apart", _unit_steps, "Size and bias are right, but your windows lie one pixel apart."),
        Mistake(
            "bias in every product",
            lambda x, w, b, stride: convolution.conv2d(x, w, b * w[0].size, stride),
            "Sizes and windows are right; the bias is counted once for each weight.",
        ),
        Mistake("no bias", lambda x, w, b, stride: convolution.conv2d(x, w, None, stride), "The bias is missing."),
        Mistake(
            "kernel turned",
            lambda x, w, b, stride: convolution.conv2d(x, w[:, :, ::-1, ::-1].copy(), b, stride),
            "You turn the kernel; a convolution layer correlates and does not.",
        ),
    ),
)


def _zero_filled(x: NDArray, size: int) -> NDArray:
    """Pool with windows that stick out at the end and count zeros there."""
    extra = [(0, -length % size) for length in x.shape[2:]]
    return convolution.avg_pool2d(np.pad(x, [(0, 0), (0, 0), *extra]), size)


AVERAGE = FunctionExercise(
    id="03.6",
    title="Average pooling",
    minutes=7,
    hints=(
        "How many whole windows fit into H rows? Cut the image to so many rows and columns first.",
        "reshape(N, C, rows, size, columns, size) gives the pixels of a window two axes of their own.",
        "Take the mean over these two axes, 3 and 5.",
    ),
    cases=lambda rng: [(rng.normal(size=s), k) for s, k in [((2, 3, 7, 11), 3), ((1, 2, 4, 6), 2), ((3, 1, 5, 4), 4)]],
    reference=convolution.avg_pool2d,
    mistakes=(
        Mistake("maximum", convolution.max_pool2d, "This is max pooling; asked for is the mean of each window."),
        Mistake("sum", lambda x, size: convolution.avg_pool2d(x, size) * size**2, "You add up and do not divide."),
        Mistake(
            "divided by the side",
            lambda x, size: convolution.avg_pool2d(x, size) * size,
            "You divide by the side of the window; it holds more pixels than that.",
        ),
        Mistake(
            "windows overlap",
            lambda x, size: convolution.avg_pool2d(x, size, 1),
            "Your windows overlap; they should lie side by side.",
        ),
        Mistake("rest filled", _zero_filled, "Rows and columns that fill no whole window are left out, not filled up."),
        Mistake(
            "every size-th pixel",
            lambda x, size: x[:, :, : x.shape[2] // size * size : size, : x.shape[3] // size * size : size],
            "You keep the first pixel of each window; asked for is the mean of all.",
        ),
    ),
)


def _norm_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    sizes = [((4, 3, 5, 2), 0.1), ((2, 2, 3, 4), 1e-5)]
    return [(rng.normal(1, 2, size=s), rng.normal(size=s[1]), rng.normal(size=s[1]), eps) for s, eps in sizes]


def _normalised(
    axes: tuple[int, ...] = (0, 2, 3), ddof: int = 0, divisor: Callable[..., NDArray] = lambda v, eps: np.sqrt(v + eps)
) -> Callable[..., NDArray]:
    """Return a batch normalisation over other axes, with another variance or another divisor."""

    def forward(x: NDArray, gamma: NDArray, beta: NDArray, eps: float) -> NDArray:
        variance = x.var(axis=axes, ddof=ddof, keepdims=True)
        standard = (x - x.mean(axis=axes, keepdims=True)) / divisor(variance, eps)
        return gamma[:, None, None] * standard + beta[:, None, None]

    return forward


def _scaled_first(x: NDArray, gamma: NDArray, beta: NDArray, eps: float) -> NDArray:
    return _normalised()(gamma[:, None, None] * x + beta[:, None, None], np.ones_like(gamma), np.zeros_like(beta), eps)


NORM = FunctionExercise(
    id="03.7",
    title="Batch normalisation in training",
    minutes=8,
    hints=(
        "Each channel has one mean. Over which of the four axes is it taken?",
        "x.mean(axis=(0, 2, 3), keepdims=True) has shape (1, C, 1, 1) and goes with x.",
        "gamma[:, None, None] has shape (C, 1, 1). ε stands under the root.",
    ),
    cases=_norm_cases,
    reference=_normalised(),
    mistakes=(
        Mistake("each image by itself", _normalised((2, 3)), "You normalise each image by itself: where is the batch?"),
        Mistake("channels together", _normalised((0, 1, 2, 3)), "You normalise all channels together."),
        Mistake("each pixel by itself", _normalised((0,)), "You normalise each pixel by itself, over the batch alone."),
        Mistake("variance over M - 1", _normalised(ddof=1), "In the forward pass the variance is divided by M."),
        Mistake(
            "ε outside the root",
            _normalised(divisor=lambda v, eps: np.sqrt(v) + eps),
            "You add ε to the standard deviation, not to the variance.",
        ),
        Mistake("no root", _normalised(divisor=lambda v, eps: v + eps), "You divide by the variance, not by its root."),
        Mistake(
            "no scale and shift",
            lambda x, gamma, beta, eps: _normalised()(x, np.ones_like(gamma), np.zeros_like(beta), eps),
            "The normalised values are right; γ and β are missing.",
        ),
        Mistake("scaled before", _scaled_first, "You scale and shift before you normalise, which undoes it again."),
    ),
)
