"""Losses for numbers: squared error, its root, absolute error, quantiles. Taught in lecture 06a.

Throughout, e = prediction - target.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import tiny_is_zero
from course_utils.losses.base import Reduction, matching, reduced, reduced_gradient


@tiny_is_zero
def mse(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray | np.floating:
    """Return the mean squared error: the mean of e².

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: the shapes differ, an array is empty or not real, or the reduction is unknown.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 5.1.4.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    return reduced((prediction - target) ** 2, reduction)


@tiny_is_zero
def mse_backward(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray:
    """Return the gradient of :func:`mse`, 2e for each element (divided by their number for ``"mean"``).

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: the shapes differ, an array is empty or not real, or the reduction is unknown.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 5.1.4, differentiated.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    return reduced_gradient(2 * (prediction - target), reduction)


@tiny_is_zero
def rmse(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray | np.floating:
    """Return the root of :func:`mse`, in the units of the target; ``"sum"``: the length of e, ``"none"``: |e|.

    Args, Returns, Raises: as for :func:`mse`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 1.3.
    Taught in lecture 06a.
    """
    return np.sqrt(mse(prediction, target, reduction))


@tiny_is_zero
def rmse_backward(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray:
    """Return the gradient of :func:`rmse`: the gradient of the MSE divided by 2 RMSE.

    At e = 0 everywhere the root has a kink; the gradient returned there is 0 (autograd of a square root gives NaN).

    Args, Returns, Raises: as for :func:`mse_backward`.

    Formula: chain rule on :func:`rmse`.
    Taught in lecture 06a.
    """
    slope = mse_backward(prediction, target, reduction)
    root = rmse(prediction, target, reduction)
    return np.divide(slope, 2 * root, out=np.zeros_like(slope), where=root > 0)


def mae(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray | np.floating:
    """Return the mean absolute error, PyTorch's L1 loss: the mean of |e|.

    Args, Returns, Raises: as for :func:`mse`.

    Formula: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition, section 10.6.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    return reduced(np.abs(prediction - target), reduction)


@tiny_is_zero
def mae_backward(prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean") -> np.ndarray:
    """Return the gradient of :func:`mae`: the sign of e for each element, 0 at the kink e = 0.

    Args, Returns, Raises: as for :func:`mse_backward`.

    Formula: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition, table 10.2.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    return reduced_gradient(np.sign(prediction - target), reduction)


@tiny_is_zero
def quantile(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, q: float = 0.5
) -> np.ndarray | np.floating:
    """Return the quantile (pinball) loss: the mean of q |e| where the prediction is too low, (1 - q) |e| where not.

    Its minimiser is the q-quantile of the target; q = 0.5 is half of :func:`mae`.

    Args:
        prediction: real numbers, any shape.
        target: shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        q: the quantile, above 0 and below 1.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: q is not between 0 and 1; and as for :func:`mse`.

    Formula: Koenker and Bassett, *Regression Quantiles*, Econometrica 46, 1978.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    too_low = target - prediction
    _check_quantile(q)
    return reduced(np.maximum(q * too_low, (q - 1) * too_low), reduction)


@tiny_is_zero
def quantile_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, q: float = 0.5
) -> np.ndarray:
    """Return the gradient of :func:`quantile`: -q where the prediction is too low, 1 - q where too high, 0 at e = 0.

    Args:
        prediction, target, reduction: as for :func:`mse_backward`.
        q: the quantile, above 0 and below 1.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: q is not between 0 and 1; and as for :func:`mse`.

    Formula: Koenker and Bassett, *Regression Quantiles*, Econometrica 46, 1978, differentiated.
    Taught in lecture 06a.
    """
    prediction, target = matching(prediction, target)
    _check_quantile(q)
    side = np.sign(prediction - target)
    return reduced_gradient(np.where(side < 0, q, 1 - q).astype(side.dtype) * side, reduction)


def _check_quantile(q: float) -> None:
    if not 0 < q < 1:
        raise ValueError(f"q must be above 0 and below 1, got {q}")
