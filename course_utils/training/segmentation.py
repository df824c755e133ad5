"""Losses for masks, from logits: Dice, and Dice with cross-entropy. Taught in lecture 11a."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def dice_loss(logits: Tensor, masks: Tensor, smooth: float = 1.0) -> Tensor:
    """Return the soft Dice loss 1 - (2 Σ p t + smooth) / (Σ p + Σ t + smooth), the mean over all masks.

    p is the sigmoid of the logits; the sums run over the pixels of one picture and one channel. The same as
    ``losses.dice`` of lecture 06b on probabilities, with a gradient by autograd. Computed in float32 or better, also
    where the network computes in bfloat16: sums over many pixels need the digits.

    Args:
        logits: shape (N, C, H, W).
        masks: 0 or 1, same shape.
        smooth: in pixels; makes an empty mask, predicted empty, no loss.

    Returns:
        A number.

    Taught in lecture 11a.
    """
    p = _precise(logits).sigmoid()
    overlap = 2 * (p * masks).sum(dim=(2, 3)) + smooth
    total = p.sum(dim=(2, 3)) + masks.sum(dim=(2, 3)) + smooth
    return (1 - overlap / total).mean()


def bce_and_dice(logits: Tensor, masks: Tensor) -> Tensor:
    """Return the sum of binary cross-entropy and soft Dice loss.

    Cross-entropy gives every pixel a steady gradient, Dice asks for overlap however small the foreground is.

    Args:
        logits: shape (N, C, H, W).
        masks: 0 or 1, same shape.

    Returns:
        A number.

    Taught in lecture 11a.
    """
    return F.binary_cross_entropy_with_logits(_precise(logits), masks) + dice_loss(logits, masks)


def _precise(logits: Tensor) -> Tensor:
    return logits if logits.element_size() > 2 else logits.float()
