"""Accuracy where a network looks twice: at an image and at its mirror image."""

from __future__ import annotations

from torch import Tensor, nn

from course_utils.evaluation import evaluate


def flipped_accuracy(model: nn.Module, data: tuple[Tensor, Tensor]) -> float:
    """Return the share of correct predictions, 0 to 1, where the logits of both looks are added.

    Args:
        model: network, evaluated on the device that holds its weights.
        data: images (N, C, H, W) and labels (N,).
    """
    X, y = data
    logits = evaluate(model, (X, y)).logits + evaluate(model, (X.flip(3), y)).logits
    return (logits.argmax(dim=1) == y.cpu()).double().mean().item()
