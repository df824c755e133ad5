"""Exercise 04b.1: average pooling, backward."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


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


def _overlap_averaged(delta: NDArray, size: tuple[int, int], kernel_size: int, stride: int) -> NDArray:
    windows = kernel_size**2 * _average_pool(np.ones_like(delta), size, kernel_size, stride)
    return _average_pool(delta, size, kernel_size, stride) / np.maximum(windows, 1)


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
            "Your windows begin K pixels apart; they should begin one stride apart.",
        ),
        Mistake(
            "stride of one",
            lambda delta, size, k, s: _placed(delta, size, k, 1),
            "Your windows begin one pixel apart; they should begin one stride apart.",
        ),
        Mistake(
            "no share",
            _scaled_average(lambda k, s: k**2),
            "In your version, each pixel gets all of δ; with a mean, it gets only a share.",
        ),
        Mistake(
            "one axis",
            _scaled_average(lambda k, s: k),
            "You divide by the side of the window; it holds more pixels than that.",
        ),
        Mistake(
            "stride in place of kernel",
            _scaled_average(lambda k, s: k**2 / s**2),
            "You divide by the square of the stride; that is not how many pixels a window has.",
        ),
        Mistake(
            "overwritten", _average_overwritten, "Where windows overlap, the later one overwrites the earlier one."
        ),
        Mistake(
            "overlap averaged",
            _overlap_averaged,
            "Where windows overlap, you take the mean of their shares; each is a path of its own, and paths add up.",
        ),
        Mistake(
            "batch averaged",
            lambda delta, size, k, s: _average_pool(delta, size, k, s) / len(delta),
            "You divide by the number of images, too; each image has its own gradient.",
        ),
    ),
)
