"""Exercise 04b.4: max pooling of signals, forward and backward, to the specification of a test file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.layer_kind import LayerExercise

TASK: dict[str, Any] = {
    "id": "04b.4",
    "title": "A layer to specification",
    "minutes": 25,
    "hints": (
        "Window j of a signal is x[n, c, j * stride : j * stride + kernel_size]. Where in it is the maximum?",
        "argmax counts from the start of the window, not of the signal, and returns the first of equal values.",
        "Windows may overlap: a sample can be the maximum of two of them, and then it gets both gradients.",
    ),
    "forbidden": ("convolution", "torch"),
}


def _windows(a: NDArray, kernel_size: int, stride: int) -> NDArray:
    return np.lib.stride_tricks.sliding_window_view(a, kernel_size, axis=2)[:, :, ::stride]


def _without_library(a: NDArray, kernel_size: int, stride: int) -> NDArray:
    return _windows(a, kernel_size, stride).max(axis=3)


def _max_pool(a: NDArray, kernel_size: int, stride: int) -> NDArray:
    return convolution.max_pool2d(a[:, :, None], (1, kernel_size), (1, stride))[:, :, 0]


def _max_pool_backward(delta: NDArray, a: NDArray, kernel_size: int, stride: int) -> NDArray:
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


BACKWARD = FunctionExercise(
    **TASK,
    cases=_signal_cases,
    reference=_max_pool_backward,
    mistakes=(
        Mistake(
            "largest from zero",
            _by_window(_to_largest_above_zero),
            "Your search for the maximum starts from the value 0, so in a window of negative samples, it finds none.",
        ),
        Mistake(
            "largest size",
            _by_window(lambda window, delta: _to_first(np.abs(window), delta)),
            "You look for the largest absolute value: -5 is smaller than 1.",
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
            lambda delta, a, kernel_size, stride: _by_window(_to_first)(delta, a, kernel_size, 1),
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
            "Where values tie, you share δ among them. That is defensible, but the tests ask for a different rule.",
        ),
        Mistake(
            "overwritten",
            _by_window(_to_first, overwrite=True),
            "Where windows overlap, the later one overwrites the earlier one.",
        ),
        Mistake(
            "average pooling",
            _by_window(lambda window, delta: np.full(window.shape, delta / max(window.size, 1))),
            "You spread δ over the whole window: that is average pooling.",
        ),
        Mistake(
            "whole window",
            _by_window(lambda window, delta: np.full(window.shape, delta)),
            "All samples of the window get δ; only one of them made the output.",
        ),
    ),
)

FORWARD = FunctionExercise(
    **TASK,
    cases=lambda rng: [
        Edge(case.note, *case[1:]) if isinstance(case, Edge) else case[1:] for case in _signal_cases(rng)
    ],
    reference=_max_pool,
    mistakes=(
        Mistake(
            "outputs from zero",
            lambda a, kernel_size, stride: np.maximum(_max_pool(a, kernel_size, stride), 0),
            "In a window of negative samples, you return 0: that is where your search for the largest begins.",
        ),
        Mistake(
            "outputs by size",
            lambda a, kernel_size, stride: _max_pool(np.abs(a), kernel_size, stride),
            "You return the largest absolute value of each window; of -5 and 1, the larger one is 1.",
        ),
        Mistake(
            "outputs smallest",
            lambda a, kernel_size, stride: -_max_pool(-a, kernel_size, stride),
            "You return the smallest sample of each window.",
        ),
        Mistake(
            "outputs averaged",
            lambda a, kernel_size, stride: _windows(a, kernel_size, stride).mean(axis=3),
            "You return the mean of each window.",
        ),
        Mistake(
            "outputs unstrided",
            lambda a, kernel_size, stride: _max_pool(a, kernel_size, 1),
            "Your outputs belong to windows that begin one sample apart, whatever the stride is.",
        ),
        Mistake(
            "one output too few",
            lambda a, kernel_size, stride: _max_pool(a[:, :, :-1], kernel_size, stride),
            "The last window is missing when it ends exactly where the signal ends.",
        ),
    ),
)

MAX_POOL = LayerExercise(
    **{name: TASK[name] for name in ("id", "title", "minutes", "hints")},
    forward=FORWARD,
    backward=BACKWARD,
    names=("max_pool", "max_pool_backward"),
    mistakes=(
        *(Mistake(wrong.name, (wrong.answer, _max_pool_backward), wrong.message) for wrong in FORWARD.mistakes),
        *(Mistake(wrong.name, (_without_library, wrong.answer), wrong.message) for wrong in BACKWARD.mistakes),
    ),
)
