"""Losses that are squared near zero and absolute far out: Huber, smooth L1, log-cosh. Taught in lecture 06a.

Throughout, e = prediction - target.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import positive, tiny_is_zero
from course_utils.losses.base import Reduction, matching, reduced, reduced_gradient
from course_utils.losses.regression import mae, mae_backward


@tiny_is_zero
def huber(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, delta: float = 1.0
) -> np.ndarray | np.floating:
    """Return the Huber loss: the mean of e²/2 where |e| ≤ delta, delta (|e| - delta/2) beyond.

    Value and slope are continuous at delta.

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        delta: where the parabola ends and the line begins, above 0, in the units of the target.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: delta is not above 0, the shapes differ, an array is empty or not real, or an unknown reduction.

    Formula: Huber, *Robust Estimation of a Location Parameter*, Annals of Mathematical Statistics 35, 1964.
    Taught in lecture 06a.
    """
    (prediction, target), delta = matching(prediction, target), positive("delta", delta)
    distance = np.abs(prediction - target)
    near = np.minimum(distance, delta)  # the part of the way that lies on the parabola
    return reduced(near**2 / 2 + delta * (distance - near), reduction)


@tiny_is_zero
def huber_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, delta: float = 1.0
) -> np.ndarray:
    """Return the gradient of :func:`huber`: e, clipped to the range from -delta to delta.

    Args:
        prediction, target, reduction, delta: as for :func:`huber`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`huber`.

    Formula: Huber, *Robust Estimation of a Location Parameter*, Annals of Mathematical Statistics 35, 1964.
    Taught in lecture 06a.
    """
    (prediction, target), delta = matching(prediction, target), positive("delta", delta)
    return reduced_gradient(np.clip(prediction - target, -delta, delta), reduction)


@tiny_is_zero
def smooth_l1(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, beta: float = 1.0
) -> np.ndarray | np.floating:
    """Return the smooth L1 loss: the mean of e²/(2 beta) where |e| < beta, |e| - beta/2 beyond.

    It is :func:`huber` with delta = beta, divided by beta, so the far slope is 1; beta = 0 is the mean absolute error.

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        beta: where the parabola ends and the line begins, 0 or above, in the units of the target.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: beta is negative, the shapes differ, an array is empty or not real, or an unknown reduction.

    Formula: Girshick, *Fast R-CNN*, ICCV 2015, equation 3 (there beta = 1).
    Taught in lecture 06a.
    """
    if beta == 0:
        return mae(prediction, target, reduction)
    return huber(prediction, target, reduction, delta=positive("beta", beta)) / beta


@tiny_is_zero
def smooth_l1_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, beta: float = 1.0
) -> np.ndarray:
    """Return the gradient of :func:`smooth_l1`: e / beta, clipped to the range from -1 to 1.

    Args:
        prediction, target, reduction, beta: as for :func:`smooth_l1`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`smooth_l1`.

    Formula: Girshick, *Fast R-CNN*, ICCV 2015, equation 3, differentiated.
    Taught in lecture 06a.
    """
    if beta == 0:
        return mae_backward(prediction, target, reduction)
    return huber_backward(prediction, target, reduction, delta=positive("beta", beta)) / beta


@tiny_is_zero
def log_cosh(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray | np.floating:
    """Return the mean of log(cosh(e)): about e²/2 near zero, |e| - log 2 far out.

    cosh(1000) has no floating-point number. So log(cosh(e)) is computed as |e| + log(1 + exp(-2|e|)) - log 2 for
    |e| > 1, and as log(1 + sinh(e)²) / 2 nearer to zero, where the first form would lose its digits.

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: the shapes differ, an array is empty or not real, or the reduction is unknown.

    Formula: Green, *Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm*,
    IEEE Transactions on Medical Imaging 9, 1990.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    distance = np.abs(prediction - target)
    near = np.log1p(np.sinh(np.minimum(distance, 1)) ** 2) / 2
    far = distance + np.log1p(np.exp(-2 * distance)) - math.log(2)
    return reduced(np.where(distance <= 1, near, far), reduction)


@tiny_is_zero
def log_cosh_backward(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray:
    """Return the gradient of :func:`log_cosh`: tanh(e) for each element.

    Args:
        prediction, target, reduction: as for :func:`log_cosh`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`log_cosh`.

    Formula: Green, *Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm*,
    IEEE Transactions on Medical Imaging 9, 1990.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    return reduced_gradient(np.tanh(prediction - target), reduction)
