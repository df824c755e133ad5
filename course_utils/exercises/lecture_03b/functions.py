"""Exercises of lecture 03b in which a layer is computed: average pooling, and two layers folded into one."""

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


def _fold_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(size: tuple[int, ...], eps: float) -> tuple[Any, ...]:
        bias, gamma, beta, mean = rng.normal(1, 2, size=(4, size[0]))
        return rng.normal(size=size), bias, gamma, beta, mean, rng.uniform(0.1, 4, size=size[0]), eps

    still = (*case((2, 1, 3, 3), 0.1)[:5], np.zeros(2), 0.1)
    return [
        case((4, 3, 3, 3), 0.1),
        case((3, 3, 2, 2), 0.01),
        Edge("for one filter", *case((1, 2, 3, 3), 0.1)),
        Edge("for filters of one pixel", *case((3, 2, 1, 1), 0.1)),
        Edge("where the running variances are 0", *still),
    ]


def _folded(
    weights: Callable[..., NDArray] = lambda w, scale: w * scale[:, None, None, None],
    biases: Callable[..., NDArray] = lambda b, scale, beta, mean: (b - mean) * scale + beta,
    scale: Callable[..., NDArray] = lambda gamma, variance, eps: gamma / np.sqrt(variance + eps),
) -> Callable[..., tuple[NDArray, NDArray]]:
    """Return the exercise's function with other weights, other biases, or another factor per filter."""

    def fold(
        weight: NDArray, bias: NDArray, gamma: NDArray, beta: NDArray, mean: NDArray, variance: NDArray, eps: float
    ) -> tuple[NDArray, NDArray]:
        factor = scale(gamma, variance, eps)
        return weights(weight, factor), biases(bias, factor, beta, mean)

    return fold


def _along_channels(w: NDArray, scale: NDArray) -> NDArray:
    """Scale channel c by the factor of filter c; where there are too few of them, start over."""
    return w * np.resize(scale, w.shape[1])[:, None, None]


NORM = FunctionExercise(
    id="03b.4",
    title="Two layers in one",
    minutes=10,
    hints=(
        "Write z = w · x + b for one filter, put it into the formula of batch normalization, and multiply out.",
        "The factor in front of x is then w times γ / √(variance + ε). What is left when x is 0 is the new bias.",
        "scale = gamma / np.sqrt(variance + eps); scale[:, None, None, None] multiplies each filter by its own factor.",
    ),
    cases=_fold_cases,
    reference=_folded(),
    forbidden=("convolution", "torch"),
    mistakes=(
        Mistake(
            "weights kept", _folded(weights=lambda w, scale: w), "The biases are correct; the weights must change."
        ),
        Mistake(
            "biases kept",
            _folded(biases=lambda b, scale, beta, mean: b),
            "The weights are correct; batch normalization changes the biases, too.",
        ),
        Mistake(
            "bias not scaled",
            _folded(biases=lambda b, scale, beta, mean: b - mean * scale + beta),
            "The bias of the convolution is part of z, so batch normalization scales it as well.",
        ),
        Mistake(
            "mean not scaled",
            _folded(biases=lambda b, scale, beta, mean: b * scale - mean + beta),
            "The mean is subtracted before the division, so it is scaled as well.",
        ),
        Mistake(
            "mean added",
            _folded(biases=lambda b, scale, beta, mean: (b + mean) * scale + beta),
            "You add the mean; batch normalization subtracts it.",
        ),
        Mistake(
            "bias missing",
            _folded(biases=lambda b, scale, beta, mean: -mean * scale + beta),
            "The bias of the convolution is missing.",
        ),
        Mistake(
            "mean missing",
            _folded(biases=lambda b, scale, beta, mean: b * scale + beta),
            "The weights are correct, but the mean is not subtracted.",
        ),
        Mistake(
            "β missing",
            _folded(biases=lambda b, scale, beta, mean: (b - mean) * scale),
            "The weights are correct, but β is missing from the biases.",
        ),
        Mistake(
            "β scaled",
            _folded(biases=lambda b, scale, beta, mean: (b - mean + beta) * scale),
            "β is added after the scaling, so nothing multiplies it.",
        ),
        Mistake("γ missing", _folded(scale=lambda g, v, eps: 1 / np.sqrt(v + eps)), "γ is missing."),
        Mistake("only γ", _folded(scale=lambda g, v, eps: g), "You multiply by γ but do not divide by the root."),
        Mistake("ε missing", _folded(scale=lambda g, v, eps: g / np.sqrt(np.maximum(v, 1e-300))), "ε is missing."),
        Mistake(
            "ε outside the square root",
            _folded(scale=lambda g, v, eps: g / (np.sqrt(v) + eps)),
            "You add ε to the standard deviation; batch normalization adds it to the variance.",
        ),
        Mistake(
            "no square root",
            _folded(scale=lambda g, v, eps: g / (v + eps)),
            "You divide by the variance; batch normalization divides by its square root.",
        ),
        Mistake(
            "multiplied by the spread",
            _folded(scale=lambda g, v, eps: g * np.sqrt(v + eps)),
            "You multiply by √(variance + ε); batch normalization divides by it.",
        ),
        Mistake(
            "channels scaled",
            _folded(weights=_along_channels),
            "You scale the input channels; the factors belong to the filters, along the first axis of weight.",
        ),
    ),
)
