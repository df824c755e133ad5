"""What both recipes of the race of lecture 10b do with images: mirror, shift, and look six times."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.evaluation import evaluate

SHIFT = 2  # pixels, up to which training images are shifted


def batches(X: Tensor, y: Tensor, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield mini-batches for ever: each image is mirrored in every second epoch, and shifted by its own few pixels.

    Which images begin mirrored is drawn once. What moves in from outside mirrors what is inside. Rows that do not fill
    a batch are left out of an epoch.

    Args:
        X: images, shape (N, C, H, W).
        y: labels, shape (N,).
        batch_size: images in a batch; N at most.

    Source: Jordan (2024), arXiv:2404.00498, and the published code of airbench94.
    """
    padded = F.pad(X, (SHIFT,) * 4, mode="reflect")
    mirrored = torch.rand(len(X)) < 0.5
    while True:
        for rows in torch.randperm(len(X))[: len(X) // batch_size * batch_size].split(batch_size):
            shifted = _cut(padded, rows, X.shape[2:])
            yield torch.where(mirrored[rows, None, None, None], shifted.flip(3), shifted), y[rows]
        mirrored = ~mirrored


def _cut(padded: Tensor, rows: Tensor, size: tuple[int, ...]) -> Tensor:
    """Return a window of each chosen image, at its own random place, stored channels last."""
    starts = torch.randint(0, 2 * SHIFT + 1, (2, len(rows), 1))
    i, j = (start + torch.arange(length) for start, length in zip(starts, size, strict=True))  # (B, H), (B, W)
    return padded[rows[:, None, None], :, i[:, :, None], j[:, None, :]].permute(0, 3, 1, 2)


def six_looks(model: nn.Module, X: Tensor, y: Tensor) -> float:
    """Return the accuracy, 0 to 1, where a network looks at each image six times and its logits are averaged.

    Half of the weight is on the image and its mirror image, and half on both of them as they are after a shift by one
    pixel, up and to the left or down and to the right.

    Source: the published code of airbench94 (``tta_level`` 2).
    """
    height, width = X.shape[2:]
    padded = F.pad(X, (1,) * 4, mode="reflect")
    weights = {(1, 1): 0.5, (0, 0): 0.25, (2, 2): 0.25}  # first row and column of the window; (1, 1) is the image
    logits = torch.zeros(())
    for (i, j), weight in weights.items():
        look = padded[:, :, i : i + height, j : j + width]
        both = evaluate(model, (look, y)).logits + evaluate(model, (look.flip(3), y)).logits
        logits = logits + weight * both
    return (logits.argmax(dim=1) == y).double().mean().item()
