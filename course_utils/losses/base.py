"""What all losses share: matching shapes and dtypes, ranges, and the three reductions.

A loss has one value for each element (or each sample); ``reduction`` says what becomes of them: ``"mean"``, ``"sum"``,
or ``"none"`` to keep them apart. A gradient for ``"none"`` is the derivative of each value by its own prediction, which
is what PyTorch gives for an upstream gradient of ones. Taught in lecture 06a.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import as_floating
from course_utils.convolution.arguments import require_finite

Reduction = Literal["mean", "sum", "none"]


def matching(prediction: ArrayLike, target: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both arrays in the floating dtype of ``prediction``, after checking that they have one shape.

    Broadcasting is refused: shapes (N, 1) and (N,) would silently compare every prediction with every target.

    Args:
        prediction: finite real numbers, any shape with at least one element.
        target: finite real numbers, shape of prediction.

    Returns:
        The two arrays.

    Raises:
        ValueError: the shapes differ, there is no element, or one of the arrays does not hold finite real numbers.

    Taught in lecture 06a.
    """
    prediction = as_floating("prediction", prediction)
    target = as_floating("target", target).astype(prediction.dtype, copy=False)
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction has shape {prediction.shape} and target has shape {target.shape}; they must be the same"
        )
    if prediction.size == 0:
        raise ValueError(f"prediction and target have shape {prediction.shape}: no element to take a loss of")
    require_finite("prediction", prediction)
    require_finite("target", target)
    return prediction, target


def check_range(name: str, array: np.ndarray, low: float, high: float = np.inf) -> None:
    """Raise unless every number of ``array`` is finite and lies between ``low`` and ``high``, ends included.

    Args:
        name: what the caller calls the array, for the message.
        array: real numbers, any shape.
        low, high: the ends of the range.

    Raises:
        ValueError: a number lies outside, is infinite or not a number.

    Taught in lecture 06a.
    """
    inside = (array >= low) & (array <= high) & np.isfinite(array)
    if not np.all(inside):
        offender = array[~inside].flat[0]
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], but holds {offender:g}; its shape is {array.shape}")


def reduced(values: np.ndarray, reduction: Reduction, count: float | None = None) -> np.ndarray | np.floating:
    """Return the mean, the sum, or ``values`` themselves.

    Args:
        values: one loss for each element or sample, any shape.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        count: what the sum is divided by for ``"mean"``: the number of values, if None. The mean of nothing is NaN.

    Returns:
        A number of the dtype of values, or values.

    Raises:
        ValueError: unknown reduction.

    Taught in lecture 06a.
    """
    _check_reduction(reduction)
    if reduction == "none":
        return values
    if reduction == "sum":
        return values.sum()
    count = values.size if count is None else count
    return values.dtype.type(values.sum() / count if count else np.nan)


def reduced_gradient(gradient: np.ndarray, reduction: Reduction, count: float | None = None) -> np.ndarray:
    """Return the gradient of the reduced loss from that of the sum: divided by ``count`` for ``"mean"``.

    Args:
        gradient: derivative of the summed loss, any shape.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        count: as for :func:`reduced`; the number of elements of gradient, if None. The mean of nothing has gradient 0.

    Returns:
        Shape and dtype of gradient.

    Raises:
        ValueError: unknown reduction.

    Taught in lecture 06a.
    """
    _check_reduction(reduction)
    count = gradient.size if count is None else count
    if reduction != "mean":
        return gradient
    return gradient / count if count else np.zeros_like(gradient)


def _check_reduction(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none", got {reduction!r}')
