"""Targets that keep touching objects apart, and objects made from what a network predicts. Taught in lecture 11b."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

BACKGROUND, INSIDE, BORDER = 0, 1, 2


def three_classes(masks: Tensor, borders: Tensor) -> Tensor:
    """Return 0 on the background, 1 inside an object, and 2 on its border.

    Args:
        masks, borders: 0 or 1, shape (N, 1, H, W); a border lies on its object.

    Returns:
        Class numbers, int64, shape (N, 1, H, W).

    Taught in lecture 11b.
    """
    return (masks + masks * borders).long()


def class_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """Return the cross-entropy of logits (N, 3, H, W) and classes (N, 1, H, W), mean over pixels. Lecture 11b."""
    return F.cross_entropy(logits, classes[:, 0])


def with_gaps(labels: Tensor) -> Tensor:
    """Return masks that are 0 also where a pixel has another object above, below, left, or right.

    Args:
        labels: 0 on the background and a number for each object, shape (N, 1, H, W).

    Returns:
        0 or 1, float32, shape (N, 1, H, W).

    Taught in lecture 11b.
    """
    mask = labels > 0
    for axis in (2, 3):
        for shift in (1, -1):
            neighbor = labels.roll(shift, axis)
            inside = torch.ones_like(mask)
            inside.select(axis, 0 if shift == 1 else -1).fill_(False)  # what roll brings in is no neighbor
            mask = mask & ~(inside & (neighbor > 0) & (neighbor != labels))
    return mask.float()


def border_weights(labels: Tensor, *, strength: float = 10.0, reach: float = 5.0) -> Tensor:
    """Return the weight of each pixel in the U-Net's loss: 1, and more between two objects that are close.

    The weight is 1 + strength · exp(-(d1 + d2)² / (2 reach²)) outside of the gap masks, where d1 and d2 are the
    distances in pixels to the nearest and the second nearest object. The published network also balances the classes.

    Args:
        labels: as for :func:`with_gaps`.
        strength: w0 of the paper.
        reach: in pixels, σ of the paper.

    Returns:
        Shape (N, 1, H, W), float32.

    Source: Ronneberger, Fischer, and Brox (2015), equation 2.
    Taught in lecture 11b.
    """
    gaps = with_gaps(labels)
    return torch.stack(
        [_weights(image[0], gap[0], strength, reach)[None] for image, gap in zip(labels, gaps, strict=True)]
    )


def _weights(labels: Tensor, mask: Tensor, strength: float, reach: float) -> Tensor:
    from scipy.ndimage import distance_transform_edt

    kept = labels * mask
    present = kept.unique()
    present = present[present > 0]
    if len(present) < 2:
        return torch.ones_like(mask)
    distances = torch.stack([torch.from_numpy(distance_transform_edt((kept != number).numpy())) for number in present])
    nearest = distances.sort(dim=0).values[:2].sum(dim=0)
    return (1 + strength * torch.exp(-(nearest**2) / (2 * reach**2)) * (1 - mask)).float()


def weighted_bce(logits: Tensor, masks_and_weights: Tensor) -> Tensor:
    """Return the mean over pixels of weight · cross-entropy.

    Args:
        logits: shape (N, 1, H, W).
        masks_and_weights: mask and weight as two channels, shape (N, 2, H, W).

    Taught in lecture 11b.
    """
    masks, weights = masks_and_weights.split(1, dim=1)
    return F.binary_cross_entropy_with_logits(logits, masks, weights)


def grown(seeds: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return one object for each piece of ``seeds``, grown over ``mask`` like rising water until two of them meet.

    Args:
        seeds, mask: booleans, shape (H, W); pieces of seeds touch above, below, left, or right.

    Returns:
        Numbers of objects, 0 elsewhere, shape (H, W).

    Source: scikit-image's watershed on the distance to the nearest seed.
    Taught in lecture 11b.
    """
    from scipy import ndimage
    from skimage.segmentation import watershed

    return watershed(ndimage.distance_transform_edt(~seeds), ndimage.label(seeds)[0], mask=mask | seeds)


def split_by_distance(mask: np.ndarray, *, least: int = 4) -> np.ndarray:
    """Return the objects of a mask, cut where it is narrow: without any learning, the classical way.

    The distance to the background has a peak in the middle of each round piece; peaks closer than ``least`` pixels
    count as one, and each grows until it meets another.

    Args:
        mask: booleans, shape (H, W).
        least: pixels between two peaks.

    Returns:
        As :func:`grown`.

    Taught in lecture 11b.
    """
    from scipy import ndimage
    from skimage.feature import peak_local_max
    from skimage.segmentation import watershed

    height = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0)
    seeds = np.zeros(mask.shape, dtype=int)
    peaks = peak_local_max(height, min_distance=least, labels=ndimage.label(mask)[0], exclude_border=False)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-height, seeds, mask=mask)
