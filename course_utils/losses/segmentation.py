"""The loss for masks: soft Dice, which asks for overlap and not for pixel accuracy. Taught in lecture 06b."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import positive, tiny_is_zero
from course_utils.losses.base import Reduction, check_range, matching, reduced, reduced_gradient


@tiny_is_zero
def dice(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, smooth: float = 1.0
) -> np.ndarray | np.floating:
    """Return the soft Dice loss 1 - (2 Σ p t + smooth) / (Σ p + Σ t + smooth), for each mask by itself.

    The sums run over the pixels of one sample and one channel. ``smooth`` is counted in pixels: it gives an empty mask,
    predicted empty, the loss 0 instead of 0/0; next to a mask of many more pixels it changes nothing.

    Args:
        prediction: p, probabilities in [0, 1], shape (N, C, d1, …): C = 1 for a binary mask, else one channel a class.
        target: t, shape of prediction; 0 or 1 (one-hot over the channels), or in between for soft masks.
        reduction: ``"mean"`` over the N · C masks, ``"sum"`` or ``"none"``.
        smooth: above 0, in pixels.

    Returns:
        A number, or for ``"none"`` an array of shape (N, C); dtype of prediction.

    Raises:
        ValueError: a number outside [0, 1], smooth not above 0, fewer than three dimensions, shapes that differ, an
            empty array or an unknown reduction.

    Formula: Dice, Ecology 26, 1945; as a loss: Drozdzal et al., *The Importance of Skip Connections in Biomedical Image
    Segmentation*, 2016. Milletari et al., *V-Net*, 3DV 2016, square p and t in the denominator; this one does not.
    Taught in lecture 06b.
    """
    p, t = _masks(prediction, target)
    overlap, total = _overlap_and_total(p, t, smooth)
    return reduced((1 - overlap / total).reshape(p.shape[:2]), reduction)


@tiny_is_zero
def dice_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, smooth: float = 1.0
) -> np.ndarray:
    """Return the gradient of :func:`dice`: (a - 2 t b) / b², a and b being numerator and denominator of its fraction.

    Args:
        prediction, target, reduction, smooth: as for :func:`dice`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`dice`.

    Formula: quotient rule on :func:`dice`.
    Taught in lecture 06b.
    """
    p, t = _masks(prediction, target)
    overlap, total = _overlap_and_total(p, t, smooth)
    return reduced_gradient((overlap / total - 2 * t) / total, reduction, overlap.size)


def _masks(prediction: ArrayLike, target: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    p, t = matching(prediction, target)
    if p.ndim < 3:
        raise ValueError(f"prediction must have shape (N, C, d1, …), for binary masks (N, 1, d1, …), got {p.shape}")
    check_range("prediction (probabilities)", p, 0, 1)
    check_range("target", t, 0, 1)
    return p, t


def _overlap_and_total(p: np.ndarray, t: np.ndarray, smooth: float) -> tuple[np.ndarray, np.ndarray]:
    pixels, smooth = tuple(range(2, p.ndim)), positive("smooth", smooth)
    overlap = 2 * (p * t).sum(axis=pixels, keepdims=True) + smooth
    return overlap, p.sum(axis=pixels, keepdims=True) + t.sum(axis=pixels, keepdims=True) + smooth
