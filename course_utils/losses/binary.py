"""Losses for yes or no: binary cross-entropy from probabilities and from logits. Taught in lecture 06b.

Throughout, t is the target (1, 0 or a probability between), p the predicted probability, x the logit, p = sigmoid(x).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations import sigmoid, softplus
from course_utils.activations.base import as_floating, tiny_is_zero
from course_utils.losses.base import Reduction, check_range, matching, reduced, reduced_gradient

_LOWEST_LOG = -100.0  # PyTorch's: log(0) counts as -100
_LOWEST_VARIANCE = float(np.float32(1e-12))  # PyTorch's, a float32 for every dtype: p (1 - p) in the gradient


@tiny_is_zero
def binary_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, weight: ArrayLike | None = None
) -> np.ndarray | np.floating:
    """Return the mean of -weight * (t log(p) + (1 - t) log(1 - p)).

    As in PyTorch, a logarithm below -100 counts as -100: a certain and wrong prediction costs 100, not infinity.

    Args:
        prediction: p, probabilities in [0, 1], any shape.
        target: t, in [0, 1], shape of prediction.
        reduction: ``"mean"`` (over the number of elements, not over the weights), ``"sum"`` or ``"none"``.
        weight: weight of each element, 0 or above, broadcast to the shape of prediction; 1 if None.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: a number outside its range, shapes that do not match, an empty array or an unknown reduction.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.90.
    Taught in lecture 06b.
    """
    p, t, weight = _probabilities(prediction, target, weight)
    return reduced(weight * _two_terms(p, t, 1.0, 1.0), reduction)


@tiny_is_zero
def binary_cross_entropy_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, weight: ArrayLike | None = None
) -> np.ndarray:
    """Return the gradient of :func:`binary_cross_entropy`: weight * (p - t) / (p (1 - p)) for each element.

    As in PyTorch, p (1 - p) is taken to be at least 1e-12, so the gradient at p = 0 and p = 1 is finite, and huge.

    Args:
        prediction, target, reduction, weight: as for :func:`binary_cross_entropy`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`binary_cross_entropy`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.90, differentiated.
    Taught in lecture 06b.
    """
    p, t, weight = _probabilities(prediction, target, weight)
    return reduced_gradient(weight * _two_slopes(p, t, 1.0, 1.0), reduction)


@tiny_is_zero
def weighted_binary_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, class_weights: tuple[float, float]
) -> np.ndarray | np.floating:
    """Return the mean of -(w1 t log(p) + w0 (1 - t) log(1 - p)): one weight for each class, against class imbalance.

    From logits, the same loss with w0 = 1 is :func:`binary_cross_entropy_with_logits` with ``pos_weight`` w1.

    Args:
        prediction: p, probabilities in [0, 1], any shape.
        target: t, in [0, 1], shape of prediction.
        reduction: ``"mean"`` (over the number of elements, not over the weights), ``"sum"`` or ``"none"``.
        class_weights: (w0, w1), weights of the negative and of the positive class, 0 or above.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: class_weights is not two numbers of 0 or above; and as for :func:`binary_cross_entropy`.

    Formula: King and Zeng, *Logistic Regression in Rare Events Data*, Political Analysis 9, 2001, section 4.2.
    Taught in lecture 06b.
    """
    p, t, _ = _probabilities(prediction, target, None)
    return reduced(_two_terms(p, t, *_class_weights(class_weights)), reduction)


@tiny_is_zero
def weighted_binary_cross_entropy_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, class_weights: tuple[float, float]
) -> np.ndarray:
    """Return the gradient of :func:`weighted_binary_cross_entropy`: (w0 (1 - t) p - w1 t (1 - p)) / (p (1 - p)).

    The denominator is taken to be at least 1e-12, as in :func:`binary_cross_entropy_backward`.

    Args:
        prediction, target, reduction, class_weights: as for :func:`weighted_binary_cross_entropy`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`weighted_binary_cross_entropy`.

    Formula: King and Zeng, *Logistic Regression in Rare Events Data*, Political Analysis 9, 2001, section 4.2.
    Taught in lecture 06b.
    """
    p, t, _ = _probabilities(prediction, target, None)
    return reduced_gradient(_two_slopes(p, t, *_class_weights(class_weights)), reduction)


@tiny_is_zero
def binary_cross_entropy_with_logits(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
) -> np.ndarray | np.floating:
    """Return the mean of -weight * (pos_weight t log(sigmoid(x)) + (1 - t) log(1 - sigmoid(x))), exact for any logit.

    Computed with -log(sigmoid(x)) = softplus(-x) and -log(1 - sigmoid(x)) = softplus(x): nothing needs clamping.

    Args:
        prediction: x, logits, any shape.
        target: t, in [0, 1], shape of prediction.
        reduction: ``"mean"`` (over the number of elements, not over the weights), ``"sum"`` or ``"none"``.
        weight: weight of each element, 0 or above, broadcast to the shape of prediction; 1 if None.
        pos_weight: weight of the positive term alone, 0 or above, broadcast likewise; 1 if None.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction.

    Raises:
        ValueError: a number outside its range, shapes that do not match, an empty array or an unknown reduction.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.90, with p = sigmoid(x) put in.
    Taught in lecture 06b.
    """
    x, t, weight, pos_weight = _logits(prediction, target, weight, pos_weight)
    positive, negative = softplus(-x, threshold=np.inf), softplus(x, threshold=np.inf)
    return reduced(weight * (pos_weight * t * positive + (1 - t) * negative), reduction)


@tiny_is_zero
def binary_cross_entropy_with_logits_backward(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
) -> np.ndarray:
    """Return the gradient: weight * ((1 - t) p - pos_weight t (1 - p)); without weights simply p - t.

    Args:
        prediction, target, reduction, weight, pos_weight: as for :func:`binary_cross_entropy_with_logits`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`binary_cross_entropy_with_logits`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.91.
    Taught in lecture 06b.
    """
    x, t, weight, pos_weight = _logits(prediction, target, weight, pos_weight)
    return reduced_gradient(weight * ((1 - t) * sigmoid(x) - pos_weight * t * sigmoid(-x)), reduction)


def _two_terms(p: np.ndarray, t: np.ndarray, w0: float, w1: float) -> np.ndarray:
    with np.errstate(divide="ignore"):  # log(0) is -inf, which the clamp takes care of
        log_p, log_not_p = np.maximum(np.log(p), _LOWEST_LOG), np.maximum(np.log1p(-p), _LOWEST_LOG)
    return -(w1 * t * log_p + w0 * (1 - t) * log_not_p)


def _two_slopes(p: np.ndarray, t: np.ndarray, w0: float, w1: float) -> np.ndarray:
    return (w0 * (1 - t) * p - w1 * t * (1 - p)) / np.maximum(p * (1 - p), _LOWEST_VARIANCE)


def _probabilities(
    prediction: ArrayLike, target: ArrayLike, weight: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    p, t = matching(prediction, target)
    check_range("prediction (probabilities)", p, 0, 1)
    check_range("target", t, 0, 1)
    return p, t, _weights("weight", weight, p)


def _logits(
    prediction: ArrayLike, target: ArrayLike, weight: ArrayLike | None, pos_weight: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    x, t = matching(prediction, target)
    check_range("target", t, 0, 1)
    return x, t, _weights("weight", weight, x), _weights("pos_weight", pos_weight, x)


def _weights(name: str, weight: ArrayLike | None, like: np.ndarray) -> np.ndarray:
    weight = as_floating(name, 1 if weight is None else weight).astype(like.dtype)
    check_range(name, weight, 0)
    try:
        return np.broadcast_to(weight, like.shape)
    except ValueError:
        raise ValueError(
            f"{name} has shape {weight.shape}, which does not broadcast to prediction's shape {like.shape}"
        ) from None


def _class_weights(class_weights: tuple[float, float]) -> tuple[float, float]:
    weights = as_floating("class_weights", class_weights)
    if weights.shape != (2,):
        raise ValueError(f"class_weights must be two numbers, (negative, positive), got shape {weights.shape}")
    check_range("class_weights", weights, 0)
    return float(weights[0]), float(weights[1])
