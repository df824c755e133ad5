"""How well are single objects found, not only their pixels? Taught in lecture 11b."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def object_f1(predicted: ArrayLike, true: ArrayLike, *, iou: float = 0.5) -> float:
    """Return the F1-score of objects: a predicted one is a hit if its IoU with a true one is above ``iou``.

    Above one half, at most one predicted object can hit a true one, so no matching has to be searched. The score is
    2 · hits / (predicted + true objects), over all images together; 1 where there are no objects at all.

    Args:
        predicted, true: 0 on the background and a number for each object, which is its own within an image;
            integers, shape (N, H, W).
        iou: at least 0.5 and below 1.

    Raises:
        ValueError: shapes that differ, not three axes, or another ``iou``.

    Formula: J. C. Caicedo et al., *Nature Methods* 16, 2019, methods.
    Taught in lecture 11b.
    """
    a, b = _labels(predicted), _labels(true)
    if a.shape != b.shape or a.ndim != 3:
        raise ValueError(f"labels (N, H, W) of one shape are needed, got {a.shape} and {b.shape}")
    if not 0.5 <= iou < 1:
        raise ValueError(f"iou is {iou}; it must be at least 0.5 and below 1, so that nothing is hit twice")
    hits = objects = 0
    for one, other in zip(a, b, strict=True):
        (first, one), (second, other) = (_numbered(image) for image in (one, other))
        common = np.zeros((first + 1, second + 1))
        np.add.at(common, (one, other), 1)  # pixels that each pair shares, the background in row and column 0
        both = common.sum(axis=1, keepdims=True) + common.sum(axis=0, keepdims=True) - common
        hits += int((common[1:, 1:] > iou * both[1:, 1:]).sum())
        objects += first + second
    return 2 * hits / objects if objects else 1.0


def count_error(predicted: ArrayLike, true: ArrayLike) -> float:
    """Return by how many objects an image is wrong on average: the mean of |predicted count - true count|.

    Args:
        predicted, true: as for :func:`object_f1`.

    Taught in lecture 11b.
    """
    counts = [[len(np.unique(image[image > 0])) for image in _labels(labels)] for labels in (predicted, true)]
    return float(np.abs(np.subtract(*counts)).mean())


def _labels(labels: ArrayLike) -> np.ndarray:
    return np.asarray(labels).astype(int)


def _numbered(image: np.ndarray) -> tuple[int, np.ndarray]:
    """Return how many objects an image has, and the image with numbers 1, 2, … in place of theirs."""
    present = np.unique(image[image > 0])
    numbers = np.zeros(image.max() + 1, dtype=int)
    numbers[present] = np.arange(1, len(present) + 1)
    return len(present), numbers[image]
