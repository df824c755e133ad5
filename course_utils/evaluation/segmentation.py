"""How well do masks agree? Overlap (Dice, IoU), wrong pixels, and how near the outlines lie. Taught in lecture 11a.

All take boolean or 0/1 tensors (or arrays) of one shape and pool what they count over everything they are handed:
a large nucleus counts more than a small one. For one number a picture, hand over one picture at a time.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

Masks = Tensor | ArrayLike


def dice(prediction: Masks, target: Masks) -> float:
    """Return the Dice score 2 |A ∩ B| / (|A| + |B|): 1 for equal masks, 0 for masks without a common pixel.

    Equals the F1 score of the foreground pixels. Two empty masks are equal: 1.

    Args:
        prediction, target: masks of any one shape, as of the whole module.

    Raises:
        ValueError: shapes that differ, no pixels, or values that are not 0 or 1.

    Formula: Dice (1945), *Measures of the Amount of Ecologic Association Between Species*.
    Taught in lecture 11a.
    """
    a, b = _masks(prediction, target)
    return _ratio(2 * (a & b).sum(), a.sum() + b.sum())


def iou(prediction: Masks, target: Masks) -> float:
    """Return intersection over union |A ∩ B| / |A ∪ B|, which is D / (2 - D) for a Dice score D.

    Two empty masks are equal: 1.

    Args:
        prediction, target: masks of any one shape, as of the whole module.

    Raises:
        ValueError: as for :func:`dice`.

    Formula: Jaccard (1912), *The Distribution of the Flora in the Alpine Zone*.
    Taught in lecture 11a.
    """
    a, b = _masks(prediction, target)
    return _ratio((a & b).sum(), (a | b).sum())


def boundaries(masks: Masks) -> NDArray[np.bool_]:
    """Return the foreground pixels that touch background above, below, left or right.

    The rim of the picture is no boundary: what happens beyond it is not known.

    Args:
        masks: shape (..., H, W).

    Returns:
        Booleans, shape (..., H, W).

    Taught in lecture 11a.
    """
    mask = _as_booleans("masks", masks)
    padded = np.pad(mask, [(0, 0)] * (mask.ndim - 2) + [(1, 1), (1, 1)], mode="edge")
    middle = slice(1, -1)
    surrounded = padded[..., :-2, middle] & padded[..., 2:, middle] & padded[..., middle, :-2] & padded[..., middle, 2:]
    return mask & ~surrounded


def boundary_f(prediction: Masks, target: Masks, tolerance: float = 1.0) -> float:
    """Return the boundary F-score: are the outlines where they should be, to within ``tolerance`` pixels?

    Precision is the share of predicted boundary pixels with a true one within the tolerance, recall the share of true
    ones with a predicted one; the score is 2 P R / (P + R). Two masks without boundaries agree: 1.

    Args:
        prediction, target: masks, shape (..., H, W); outlines are compared picture by picture and counts pooled.
        tolerance: largest distance in pixels, centre to centre.

    Raises:
        ValueError: as for :func:`dice`, fewer than two dimensions, or a negative tolerance.

    Formula: Csurka, Larlus and Perronnin (2013), *What Is a Good Evaluation Measure for Semantic Segmentation?*, BMVC.
    Taught in lecture 11a.
    """
    a, b = _masks(prediction, target)
    if a.ndim < 2 or tolerance < 0:
        raise ValueError(f"masks (..., H, W) and a tolerance of 0 or more are asked for, got {a.shape} and {tolerance}")
    ours, true = boundaries(a), boundaries(b)
    if not ours.any() and not true.any():
        return 1.0
    hits = ours & _within(true, tolerance), true & _within(ours, tolerance)
    precision, recall = _ratio(hits[0].sum(), ours.sum()), _ratio(hits[1].sum(), true.sum())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _within(lines: NDArray[np.bool_], tolerance: float) -> NDArray[np.bool_]:
    """Return the pixels that have a pixel of a line within the tolerance, each picture (..., H, W) by itself."""
    from skimage.morphology import isotropic_dilation

    pictures = lines.reshape(-1, *lines.shape[-2:])
    return np.stack([isotropic_dilation(picture, tolerance) for picture in pictures]).reshape(lines.shape)


def _ratio(part: np.integer, whole: np.integer) -> float:
    return float(part / whole) if whole else 1.0


def _masks(prediction: Masks, target: Masks) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    a, b = _as_booleans("prediction", prediction), _as_booleans("target", target)
    if a.shape != b.shape:
        raise ValueError(f"prediction has shape {a.shape}, target {b.shape}; they must be equal")
    return a, b


def _as_booleans(name: str, masks: Masks) -> NDArray[np.bool_]:
    values = masks.detach().cpu().numpy() if isinstance(masks, torch.Tensor) else np.asarray(masks)
    if values.size == 0:
        raise ValueError(f"{name} has no pixels: shape {values.shape}")
    if values.dtype != bool and not np.isin(values, (0, 1)).all():
        raise ValueError(f"{name} holds values other than 0 and 1; turn it into a mask first: probability > 0.5")
    return values.astype(bool)
