"""Exercises 04b.1 and 04b.4: average pooling, and max pooling of signals to the specification of a test file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _max_pool_signals(delta: NDArray, a: NDArray, kernel_size: int, stride: int) -> NDArray:
    sizes = {"kernel_size": (1, kernel_size), "stride": (1, stride)}
    return convolution.max_pool2d_backward(delta[:, :, None], a[:, :, None], **sizes)[:, :, 0]


def _by_window(share: Callable[[NDArray, float], NDArray], overwrite: bool = False) -> Callable[..., NDArray]:
    """Return a backward pass in which ``share(window, δ)`` says what each sample of a window gets."""

    def backward(delta: NDArray, a: NDArray, kernel_size: int, stride: int) -> NDArray:
        gradient = np.zeros(a.shape)
        for n, c, x in np.ndindex(delta.shape):
            place = np.s_[n, c, x * stride : x * stride + kernel_size]
            sent = share(a[place], delta[n, c, x])
            gradient[place] = np.where(sent != 0, sent, gradient[place]) if overwrite else gradient[place] + sent
        return gradient

    return backward


def _to_first(window: NDArray, delta: float) -> NDArray:
    return delta * (np.arange(window.size) == window.argmax())


def _to_last(window: NDArray, delta: float) -> NDArray:
    return _to_first(window[::-1], delta)[::-1]


def _to_all_maxima(window: NDArray, delta: float) -> NDArray:
    return delta * (window == window.max())


def _to_largest_above_zero(window: NDArray, delta: float) -> NDArray:
    return _to_first(np.maximum(window, 0), delta)


def _without_start(delta: NDArray, a: NDArray, kernel_size: int, stride: int) -> NDArray:
    gradient = np.zeros(a.shape)
    for n, c, x in np.ndindex(delta.shape):
        gradient[n, c, a[n, c, x * stride : x * stride + kernel_size].argmax()] += delta[n, c, x]
    return gradient


def _signal_cases(rng: np.random.Generator) -> list[tuple[NDArray, NDArray, int, int]]:
    def case(out: tuple[int, ...], length: int, kernel_size: int, stride: int, least: int = -3) -> tuple[Any, ...]:
        signals = rng.integers(least, least + 5, (*out[:2], length)).astype(float)  # few values, so that some tie
        return rng.normal(size=out), signals, kernel_size, stride

    return [
        case((2, 3, 5), 11, 3, 2),  # windows overlap
        case((2, 2, 4), 8, 2, 2),
        case((3, 1, 6), 9, 4, 1),
        Edge("where all samples are negative", *case((2, 2, 4), 9, 3, 2, least=-9)),
        Edge("for windows with gaps between them", *case((2, 1, 3), 8, 2, 3)),
        Edge("for one signal and windows of one sample", *case((1, 1, 3), 3, 1, 1)),
    ]


def _max_pool_signals_unstrided(delta: NDArray, a: NDArray, kernel_size: int) -> NDArray:
    return _by_window(_to_first)(delta, a, kernel_size, 1)


MAX_POOL = FunctionExercise(
    id="04b.4",
    title="A layer to specification",
    minutes=25,
    hints=(
        "Window j of a signal is x[n, c, j * stride : j * stride + kernel_size]. Where in it is the maximum?",
        "argmax counts from the start of the window, not of the signal, and returns the first of equal values.",
        "Windows may overlap: a sample can be the maximum of two of them, and then it gets both gradients.",
    ),
    cases=_signal_cases,
    reference=_max_pool_signals,
    forbidden=("convolution", "torch"),
    mistakes=(
        Mistake(
            "largest from zero",
            _by_window(_to_largest_above_zero),
            "Your search for the largest begins at 0: in a window of negative samples it finds none.",
        ),
        Mistake(
            "largest size",
            _by_window(lambda window, delta: _to_first(np.abs(window), delta)),
            "You look for the largest size: -5 is smaller than 1.",
        ),
        Mistake(
            "smallest",
            _by_window(lambda window, delta: _to_first(-window, delta)),
            "You look for the smallest sample of each window.",
        ),
        Mistake(
            "start of the window forgotten",
            _without_start,
            "argmax counts from the start of the window: every δ lands at the beginning of the signal.",
        ),
        Mistake(
            "stride forgotten",
            lambda delta, a, kernel_size, stride: _max_pool_signals_unstrided(delta, a, kernel_size),
            "Your windows begin one sample apart, whatever the stride is.",
        ),
        Mistake(
            "all maxima", _by_window(_to_all_maxima), "Where values tie, each of them gets all of δ in your version."
        ),
        Mistake(
            "last of equals", _by_window(_to_last), "Where values tie, you take the last one; PyTorch's rule differs."
        ),
        Mistake(
            "equal shares of a tie",
            _by_window(lambda window, delta: _to_all_maxima(window, delta) / (window == window.max()).sum()),
            "Where values tie, you share δ among them. A subgradient too, but not the one asked for.",
        ),
        Mistake(
            "overwritten", _by_window(_to_first, overwrite=True), "Where windows overlap, the later one overwrites."
        ),
        Mistake(
            "average pooling",
            _by_window(lambda window, delta: np.full(window.shape, delta / max(window.size, 1))),
            "You share δ among the whole window: that is average pooling.",
        ),
        Mistake(
            "whole window",
            _by_window(lambda window, delta: np.full(window.shape, delta)),
            "All samples of the window get δ; only one of them made the output.",
        ),
    ),
)


def _average_pool(delta: NDArray, size: tuple[int, int], kernel_size: int, stride: int) -> NDArray:
    return convolution.avg_pool2d_backward(delta, np.zeros((*delta.shape[:2], *size)), kernel_size, stride)


def _average_overwritten(delta: NDArray, size: tuple[int, int], kernel_size: int, stride: int) -> NDArray:
    gradient = np.zeros((*delta.shape[:2], *size))
    for y, x in np.ndindex(delta.shape[2:]):
        window = np.s_[:, :, y * stride : y * stride + kernel_size, x * stride : x * stride + kernel_size]
        gradient[window] = delta[:, :, y, x][:, :, None, None] / kernel_size**2
    return gradient


def _placed(delta: NDArray, size: tuple[int, int], kernel_size: int, step: int) -> NDArray:
    """Add the shares to windows that begin ``step`` pixels apart; what sticks out is dropped."""
    gradient = np.zeros((*delta.shape[:2], *size))
    for y, x in np.ndindex(delta.shape[2:]):
        window = gradient[:, :, y * step : y * step + kernel_size, x * step : x * step + kernel_size]
        window += delta[:, :, y, x][:, :, None, None] / kernel_size**2
    return gradient


def _scaled_average(factor: Callable[[int, int], float]) -> Callable[..., NDArray]:
    return lambda delta, size, kernel_size, stride: (
        factor(kernel_size, stride) * _average_pool(delta, size, kernel_size, stride)
    )


AVERAGE_POOL = FunctionExercise(
    id="04b.1",
    title="Average pooling with overlap, backward",
    minutes=10,
    hints=(
        "A window of K × K pixels makes one output. What share of δ does each of its pixels get?",
        "Window [i, j] begins at row i * stride, column j * stride, and is kernel_size pixels wide and high.",
        "Start from zeros of shape (N, C, *size) and add each share to the window, since windows overlap.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(2, 3, 2, 3)), (5, 7), 3, 2),
        (rng.normal(size=(3, 2, 3, 2)), (6, 5), 2, 2),
        (rng.normal(size=(2, 1, 2, 3)), (4, 5), 3, 1),
        Edge("for one image and windows with gaps between them", rng.normal(size=(1, 1, 2, 2)), (6, 5), 2, 3),
    ],
    reference=_average_pool,
    forbidden=("convolution", "torch"),
    mistakes=(
        Mistake(
            "stride of the kernel",
            lambda delta, size, k, s: _placed(delta, size, k, k),
            "Your windows begin K pixels apart; they begin one stride apart.",
        ),
        Mistake(
            "stride of one",
            lambda delta, size, k, s: _placed(delta, size, k, 1),
            "Your windows begin one pixel apart; they begin one stride apart.",
        ),
        Mistake("no share", _scaled_average(lambda k, s: k**2), "Each pixel gets all of δ; the mean divides it."),
        Mistake("one axis", _scaled_average(lambda k, s: k), "A square window has more pixels than its side is long."),
        Mistake(
            "stride in place of kernel",
            _scaled_average(lambda k, s: k**2 / s**2),
            "You divide by the square of the stride; that is not how many pixels a window has.",
        ),
        Mistake(
            "overwritten", _average_overwritten, "Where windows overlap, the later one overwrites the earlier one."
        ),
        Mistake(
            "batch averaged",
            lambda delta, size, k, s: _average_pool(delta, size, k, s) / len(delta),
            "You divide by the number of images too; each image has its own gradient.",
        ),
    ),
)
