"""Exercises of lecture 03b in which a layer is written: average pooling, batch normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


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


def _read_in_a_row(x: NDArray, size: int) -> NDArray:
    rows, columns = (length // size for length in x.shape[2:])
    return x[:, :, : rows * size, : columns * size].reshape(*x.shape[:2], rows, columns, size, size).mean((4, 5))


def _rest_at_the_start(x: NDArray, size: int) -> NDArray:
    return convolution.avg_pool2d(x[:, :, x.shape[2] % size :, x.shape[3] % size :], size)


AVERAGE = FunctionExercise(
    id="03b.1",
    title="Average pooling",
    minutes=10,
    hints=(
        "How many whole windows fit into H rows? First cut the image to that many whole windows.",
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
        Mistake("maximum", convolution.max_pool2d, "This is max pooling; the task asks for the mean of each window."),
        Mistake(
            "sum",
            lambda x, size: convolution.avg_pool2d(x, size) * size**2,
            "You add up the pixels but do not divide by their number.",
        ),
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
        Mistake(
            "rest filled", _zero_filled, "Rows and columns that do not fill a whole window are left out, not filled up."
        ),
        Mistake(
            "every size-th pixel",
            lambda x, size: x[:, :, : x.shape[2] // size * size : size, : x.shape[3] // size * size : size],
            "You keep the first pixel of each window; the task asks for the mean of all of them.",
        ),
        Mistake(
            "first row of each window",
            lambda x, size: _first_lines(x, size),
            "You average only one row of each window.",
        ),
        Mistake(
            "first column of each window",
            lambda x, size: _first_lines(x.swapaxes(2, 3), size).swapaxes(2, 3),
            "You average only one column of each window.",
        ),
        Mistake(
            "windows one apart",
            lambda x, size: convolution.avg_pool2d(x, size, 1)[:, :, : x.shape[2] // size, : x.shape[3] // size],
            "The number of windows is correct, but they lie one pixel apart; they should lie side by side.",
        ),
        Mistake(
            "reshaped in the wrong order",
            _misread,
            "Your reshape mixes the pixels of different windows: which axes follow each other?",
        ),
        Mistake(
            "windows in a row",
            _read_in_a_row,
            "Your reshape takes pixels that follow each other in a row: where is the next row of a window?",
        ),
        Mistake(
            "rest at the start",
            _rest_at_the_start,
            "You leave out the first rows and columns; the ones to leave out are the last.",
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


def _normalized(
    axes: tuple[int, ...] = (0, 2, 3), ddof: int = 0, divisor: Callable[..., NDArray] = lambda v, eps: np.sqrt(v + eps)
) -> Callable[..., NDArray]:
    """Return a batch normalization over other axes, with another variance or another divisor."""

    def forward(x: NDArray, gamma: NDArray, beta: NDArray, eps: float) -> NDArray:
        variance = x.var(axis=axes, ddof=ddof, keepdims=True)
        standard = (x - x.mean(axis=axes, keepdims=True)) / divisor(variance, eps)
        return gamma[:, None, None] * standard + beta[:, None, None]

    return forward


def _scaled_first(x: NDArray, gamma: NDArray, beta: NDArray, eps: float) -> NDArray:
    return _normalized()(gamma[:, None, None] * x + beta[:, None, None], np.ones_like(gamma), np.zeros_like(beta), eps)


NORM = FunctionExercise(
    id="03b.4",
    title="Batch normalization in training",
    minutes=10,
    hints=(
        "Each channel has one mean. Over which of the four axes is it taken?",
        "x.mean(axis=(0, 2, 3), keepdims=True) has shape (1, C, 1, 1) and broadcasts with x.",
        "gamma[:, None, None] has shape (C, 1, 1). ε is added before the square root is taken.",
    ),
    cases=_norm_cases,
    reference=_normalized(),
    forbidden=("convolution", "torch"),
    mistakes=(
        Mistake("each sample by itself", _normalized((1, 2, 3)), "You normalize each image over all of its channels."),
        Mistake("ε missing", _normalized(divisor=lambda v, eps: np.sqrt(np.maximum(v, 1e-300))), "ε is missing."),
        Mistake(
            "no scale",
            lambda x, gamma, beta, eps: _normalized()(x, np.ones_like(gamma), beta, eps),
            "The maps are normalized and shifted, but γ is missing.",
        ),
        Mistake(
            "no shift",
            lambda x, gamma, beta, eps: _normalized()(x, gamma, np.zeros_like(beta), eps),
            "The maps are normalized and scaled, but β is missing.",
        ),
        Mistake(
            "γ and β swapped",
            lambda x, gamma, beta, eps: _normalized()(x, beta, gamma, eps),
            "You took γ for β, and β for γ.",
        ),
        Mistake(
            "shifted before scaled",
            lambda x, gamma, beta, eps: _normalized()(x, gamma, gamma * beta, eps),
            "You shift first and scale afterwards, so β is multiplied by γ.",
        ),
        Mistake(
            "not centered",
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
        Mistake(
            "each image by itself", _normalized((2, 3)), "You normalize each image separately: where is the batch?"
        ),
        Mistake("channels together", _normalized((0, 1, 2, 3)), "You normalize all channels together."),
        Mistake("each pixel by itself", _normalized((0,)), "You normalize each pixel separately, only over the batch."),
        Mistake(
            "variance over M - 1",
            _normalized(ddof=1),
            "In training, the variance is divided by the number of values, not by one less.",
        ),
        Mistake(
            "ε outside the square root",
            _normalized(divisor=lambda v, eps: np.sqrt(v) + eps),
            "You add ε to the standard deviation, not to the variance.",
        ),
        Mistake(
            "no square root",
            _normalized(divisor=lambda v, eps: v + eps),
            "You divide by the variance, not by its square root.",
        ),
        Mistake(
            "no scale and shift",
            lambda x, gamma, beta, eps: _normalized()(x, np.ones_like(gamma), np.zeros_like(beta), eps),
            "The normalized values are correct; γ and β are missing.",
        ),
        Mistake("scaled before", _scaled_first, "You scale and shift before you normalize, and normalizing undoes it."),
    ),
)
