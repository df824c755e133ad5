"""Losses for one class out of several: cross-entropy from logits, and NLL from log-probabilities.

Both are the same sum, -Σ_c T_c log(p_c), over a table T of weighted targets; they differ in what the network hands
over. Integer targets ("sparse") and one-hot or probability targets ("categorical") make the same table.
The classes lie along dimension 1, or along dimension 0 for a single sample. Taught in lecture 06b.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations import log_softmax, softmax
from course_utils.activations.base import as_floating, tiny_is_zero
from course_utils.losses.base import Reduction, check_range, reduced, reduced_gradient


@tiny_is_zero
def cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> np.ndarray | np.floating:
    """Return -Σ_c w_c s_c log(softmax(x)_c), averaged; s = (1 - ε) t + ε / C is the target, smoothed by ε.

    Args:
        prediction: x, logits (never probabilities: softmax is inside), shape (C,), (N, C) or (N, C, d1, …).
        target: class indices, integers of shape (), (N,) or (N, d1, …) ("sparse"); or probabilities of the shape of
            prediction that sum to one over the classes, one-hot rows among them ("categorical").
        reduction: ``"mean"``: for class indices the sum divided by the summed weights w of the target classes that are
            not ignored, for probabilities by the number of samples; ``"sum"``; ``"none"``.
        weight: w, one weight of 0 or above for each class, shape (C,); 1 if None.
        ignore_index: a class index that adds nothing to the loss; has no effect on probability targets.
        label_smoothing: ε in [0, 1].

    Returns:
        A number, or for ``"none"`` an array of shape (), (N,) or (N, d1, …), 0 where ignored; dtype of prediction.
        The mean is NaN, as in PyTorch, when every target is ignored (or has weight 0) and for an empty batch; its
        gradient is then 0.

    Raises:
        ValueError: prediction holds NaN or infinity (minus infinity, for a masked class, is allowed), target has
            neither of the two shapes, a class index or probability is out of range, weight has another shape than
            (C,), label_smoothing lies outside [0, 1], or the reduction is unknown.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.108; smoothing: Szegedy et al., *Rethinking
    the Inception Architecture for Computer Vision*, CVPR 2016, section 7.
    Taught in lecture 06b.
    """
    x = _scores(prediction)
    table, count = _weighted_targets(x, target, weight, ignore_index, label_smoothing)
    return reduced(_summed_over_classes(table, log_softmax(x, _class_dim(x))), reduction, count)


@tiny_is_zero
def cross_entropy_backward(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> np.ndarray:
    """Return the gradient of :func:`cross_entropy` by the logits: p Σ_c T_c - T; without weights, smoothed, p - s.

    Args:
        prediction, target, reduction, weight, ignore_index, label_smoothing: as for :func:`cross_entropy`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`cross_entropy`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.109.
    Taught in lecture 06b.
    """
    x = _scores(prediction)
    table, count = _weighted_targets(x, target, weight, ignore_index, label_smoothing)
    dim = _class_dim(x)
    return reduced_gradient(softmax(x, dim) * table.sum(axis=dim, keepdims=True) - table, reduction, count)


@tiny_is_zero
def nll(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    ignore_index: int = -100,
) -> np.ndarray | np.floating:
    """Return -w_y times the log-probability of the target class y, averaged: cross-entropy after a log-softmax.

    Given logits instead of log-probabilities it returns a number that means nothing, as PyTorch's does.

    Args:
        prediction: log-probabilities, from :func:`~course_utils.activations.log_softmax`; (C,), (N, C), (N, C, d1, …).
        target: class indices, integers of shape (), (N,) or (N, d1, …).
        reduction, weight, ignore_index: as for :func:`cross_entropy`.

    Returns:
        As for :func:`cross_entropy`.

    Raises:
        ValueError: prediction holds NaN or infinity, target has another shape or no integers, a class index is out of
            range, weight has another shape than (C,), or the reduction is unknown.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 5.5.
    Taught in lecture 06b.
    """
    log_p = _scores(prediction)
    table, count = _weighted_classes(log_p, np.asarray(target), _class_weights(weight, log_p), ignore_index, 0.0)
    return reduced(_summed_over_classes(table, log_p), reduction, count)


@tiny_is_zero
def nll_backward(
    prediction: ArrayLike,
    target: ArrayLike,
    reduction: Reduction = "mean",
    *,
    weight: ArrayLike | None = None,
    ignore_index: int = -100,
) -> np.ndarray:
    """Return the gradient of :func:`nll` by the log-probabilities: -w_y at the target class y, 0 elsewhere.

    Args:
        prediction, target, reduction, weight, ignore_index: as for :func:`nll`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`nll`.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 5.5, differentiated.
    Taught in lecture 06b.
    """
    log_p = _scores(prediction)
    table, count = _weighted_classes(log_p, np.asarray(target), _class_weights(weight, log_p), ignore_index, 0.0)
    return reduced_gradient(0 - table, reduction, count)


def _class_dim(x: np.ndarray) -> int:
    return 0 if x.ndim == 1 else 1


def _scores(prediction: ArrayLike) -> np.ndarray:
    x = as_floating("prediction", prediction)
    if x.ndim == 0 or 0 in x.shape[_class_dim(x) :]:
        raise ValueError(f"prediction must have shape (C,), (N, C) or (N, C, d1, …), no side but N 0, got {x.shape}")
    if not (x < np.inf).all():  # minus infinity masks a class
        raise ValueError(f"prediction of shape {x.shape} holds NaN or infinity; lower the learning rate")
    return x


def _summed_over_classes(table: np.ndarray, log_p: np.ndarray) -> np.ndarray:
    # Where the target is 0 the term is 0, even for a class that was masked with a logit of -inf.
    terms = np.multiply(table, log_p, out=np.zeros_like(log_p), where=table != 0)
    return 0 - terms.sum(axis=_class_dim(log_p))


def _weighted_targets(
    x: np.ndarray, target: ArrayLike, weight: ArrayLike | None, ignore_index: int, label_smoothing: float
) -> tuple[np.ndarray, float | None]:
    """Return T and what the mean divides by."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must lie in [0, 1], got {label_smoothing}")
    target, weight = np.asarray(target), _class_weights(weight, x)
    if target.shape != x.shape:
        return _weighted_classes(x, target, weight, ignore_index, label_smoothing)
    target, dim = as_floating("target", target).astype(x.dtype, copy=False), _class_dim(x)
    check_range("target (probabilities)", target, 0, 1)
    totals = target.sum(axis=dim)
    if not np.allclose(totals, 1, atol=1e-3):
        raise ValueError(
            f"target holds probabilities of shape {target.shape}; they must sum to 1 along dimension {dim}, "
            f"but sums run from {totals.min():g} to {totals.max():g}"
        )
    smoothed = (1 - label_smoothing) * target + label_smoothing / x.shape[dim]
    return weight * smoothed, totals.size


def _weighted_classes(
    x: np.ndarray, target: np.ndarray, weight: np.ndarray, ignore_index: int, label_smoothing: float
) -> tuple[np.ndarray, float]:
    dim = _class_dim(x)
    expected, count = x.shape[:dim] + x.shape[dim + 1 :], x.shape[dim]
    if target.shape != expected:
        raise ValueError(
            f"prediction has shape {x.shape}, so target must hold class indices of shape {expected}"
            f" (or, for cross_entropy, probabilities of shape {x.shape}); it has shape {target.shape}"
        )
    if target.dtype.kind not in "iu":
        raise ValueError(f"target of shape {target.shape} must hold integer class indices, got dtype {target.dtype}")
    kept = target != ignore_index
    if np.any(kept):
        check_range("target (class indices)", target[kept], 0, count - 1)
    kept = np.expand_dims(kept, dim)
    labels = np.arange(count).reshape(weight.shape)
    one_hot = ((np.expand_dims(target, dim) == labels) & kept).astype(x.dtype)
    smoothed = (1 - label_smoothing) * one_hot + label_smoothing / count * kept
    return weight * smoothed.astype(x.dtype, copy=False), float((weight * one_hot).sum())


def _class_weights(weight: ArrayLike | None, x: np.ndarray) -> np.ndarray:
    """Return one weight for each class, shaped so that it lies along the class dimension of x."""
    dim = _class_dim(x)
    count = x.shape[dim]
    weight = np.ones(count, x.dtype) if weight is None else as_floating("weight", weight).astype(x.dtype)
    if weight.shape != (count,):
        raise ValueError(f"weight has shape {weight.shape}, but prediction of shape {x.shape} has {count} classes")
    check_range("weight", weight, 0)
    return weight.reshape([count] + [1] * (x.ndim - dim - 1))
