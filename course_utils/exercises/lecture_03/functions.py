"""Exercises of lecture 03 in which a layer is written: convolution, average pooling, batch normalisation."""

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
        Edge("for a single image, filter and position", *case((1, 2, 3, 3), (1, 2, 3, 3), 2)),
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
    "windows": "The windows lie one pixel apart, whatever the stride is.",
    "bias": "The bias is counted once for each weight.",
}


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
        *left_over(_with_faults, FAULTS),
        Mistake("no bias", lambda x, w, b, stride: convolution.conv2d(x, w, None, stride), "The bias is missing."),
        Mistake(
            "kernel turned",
            lambda x, w, b, stride: convolution.conv2d(x, w[:, :, ::-1, ::-1].copy(), b, stride),
            "You turn the kernel; a convolution layer correlates and does not.",
        ),
        Mistake(
            "first channel alone",
            lambda x, w, b, stride: convolution.conv2d(x[:, :1], w[:, :1], b, stride),
            "You use the first channel alone; a filter reaches through all channels.",
        ),
        Mistake(
            "stride for rows alone",
            lambda x, w, b, stride: _stretched(x, w, b, stride, rows=True),
            "The rows of the windows are right; their columns still lie one pixel apart.",
        ),
        Mistake(
            "stride for columns alone",
            lambda x, w, b, stride: _stretched(x, w, b, stride, rows=False),
            "The columns of the windows are right; their rows still lie one pixel apart.",
        ),
    ),
)


def _zero_filled(x: NDArray, size: int) -> NDArray:
    """Pool with windows that stick out at the end and count zeros there."""
    extra = [(0, -length % size) for length in x.shape[2:]]
    return convolution.avg_pool2d(np.pad(x, [(0, 0), (0, 0), *extra]), size)


def _first_lines(x: NDArray, size: int) -> NDArray:
    rows, columns = (length // size for length in x.shape[2:])
    return x[:, :, : rows * size : size, : columns * size].reshape(*x.shape[:2], rows, columns, size).mean(4)


def _misread(x: NDArray, size: int) -> NDArray:
    rows, columns = (length // size for length in x.shape[2:])
    return x[:, :, : rows * size, : columns * size].reshape(*x.shape[:2], size, rows, size, columns).mean((2, 4))


AVERAGE = FunctionExercise(
    id="03.6",
    title="Average pooling",
    minutes=7,
    hints=(
        "How many whole windows fit into H rows? Cut the image to so many rows and columns first.",
        "reshape(N, C, rows, size, columns, size) gives the pixels of a window two axes of their own.",
        "Take the mean over these two axes, 3 and 5.",
    ),
    cases=lambda rng: [
        *((rng.normal(size=s), k) for s, k in [((2, 3, 7, 11), 3), ((1, 2, 4, 6), 2), ((3, 1, 5, 4), 4)]),
        Edge("for windows of one pixel", rng.normal(size=(1, 1, 2, 3)), 1),
    ],
    reference=convolution.avg_pool2d,
    forbidden=("convolution", "torch"),
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
        Mistake(
            "first row of each window",
            lambda x, size: _first_lines(x, size),
            "You average one row of each window only.",
        ),
        Mistake(
            "first column of each window",
            lambda x, size: _first_lines(x.swapaxes(2, 3), size).swapaxes(2, 3),
            "You average one column of each window only.",
        ),
        Mistake(
            "windows one apart",
            lambda x, size: convolution.avg_pool2d(x, size, 1)[:, :, : x.shape[2] // size, : x.shape[3] // size],
            "The number of windows is right, but they lie one pixel apart; they should lie side by side.",
        ),
        Mistake(
            "reshaped in a wrong order",
            lambda x, size: _misread(x, size),
            "Your reshape mixes the pixels of different windows: which axes follow each other?",
        ),
    ),
)


def _norm_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(size: tuple[int, ...], eps: float) -> tuple[Any, ...]:
        return rng.normal(1, 2, size=size), rng.normal(size=size[1]), rng.normal(size=size[1]), eps

    constant = np.full((2, 1, 3, 2), 1.5), np.array([2.0]), np.array([0.5]), 0.1
    return [
        case((4, 3, 5, 2), 0.1),
        case((2, 2, 3, 4), 1e-3),
        Edge("for one channel", *case((3, 1, 2, 2), 0.1)),
        Edge("for one image", *case((1, 2, 3, 2), 0.1)),
        Edge("for a channel that is constant", *constant),
    ]


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
    forbidden=("convolution", "torch"),
    mistakes=(
        Mistake("each sample by itself", _normalised((1, 2, 3)), "You normalise each image over all of its channels."),
        Mistake("ε missing", _normalised(divisor=lambda v, eps: np.sqrt(np.maximum(v, 1e-300))), "ε is missing."),
        Mistake(
            "no scale",
            lambda x, gamma, beta, eps: _normalised()(x, np.ones_like(gamma), beta, eps),
            "The maps are normalised and shifted, but γ is missing.",
        ),
        Mistake(
            "no shift",
            lambda x, gamma, beta, eps: _normalised()(x, gamma, np.zeros_like(beta), eps),
            "The maps are normalised and scaled, but β is missing.",
        ),
        Mistake("γ and β swapped", lambda x, gamma, beta, eps: _normalised()(x, beta, gamma, eps), "You took γ for β."),
        Mistake(
            "shifted before scaled",
            lambda x, gamma, beta, eps: _normalised()(x, gamma, gamma * beta, eps),
            "You shift first and scale afterwards, so β is multiplied by γ.",
        ),
        Mistake(
            "not centred",
            lambda x, gamma, beta, eps: (
                gamma[:, None, None] * x / np.sqrt(x.var((0, 2, 3), keepdims=True) + eps) + beta[:, None, None]
            ),
            "You divide by the spread, but the mean is not subtracted.",
        ),
        Mistake(
            "not divided",
            lambda x, gamma, beta, eps: (
                gamma[:, None, None] * (x - x.mean((0, 2, 3), keepdims=True)) + beta[:, None, None]
            ),
            "You subtract the mean, but do not divide by the spread.",
        ),
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
