"""Pixels of cells that are border or not, and small networks that tell them apart. Taught in lecture 08c."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils import data

REACH, TRAINED_ON, HIDDEN, RATE, SEEDS = 4, 3000, 16, 0.01, 10


def windows_of_cells() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return 9×9 windows around pixels, (M, 81), and whether the pixel is a border, (M,): 3,000 for training, 4 images.

    The test windows are those of four images of 48×48 pixels, row by row. Taught in lecture 08c.
    """
    cells = data.cells(train=12, val=1, test=4, size=48)
    X, y = _windows(cells.X_train, cells.borders_train)
    rows = torch.randperm(len(X), generator=torch.Generator().manual_seed(8))[:TRAINED_ON]
    return X[rows], y[rows], *_windows(cells.X_test, cells.borders_test)


def _windows(images: Tensor, borders: Tensor) -> tuple[Tensor, Tensor]:
    windows = F.unfold(images - 0.3, 2 * REACH + 1, padding=REACH)  # (N, 81, H · W)
    return windows.transpose(1, 2).reshape(-1, windows.shape[1]), borders.flatten()


def train_pixels(
    loss: Callable[[Tensor, Tensor], Tensor], X: Tensor, y: Tensor, X_new: Tensor, steps: int, every: int
) -> Tensor:
    """Train ten networks of 16 hidden ReLU units, side by side, with Adam at 0.01 on all windows in every step.

    Args:
        loss: takes logits (10, M) and targets (M,), returns a number.
        X, y: windows (M, 81) and targets (M,).
        X_new: windows to classify, (L, 81).
        steps: how many.
        every: steps between two checks; the first is before the first step.

    Returns:
        Which new windows were classified as border at each check, (checks, 10, L).

    Taught in lecture 08c.
    """
    generator = torch.Generator().manual_seed(8)
    W1 = torch.randn(SEEDS, X.shape[1], HIDDEN, generator=generator) * (2 / X.shape[1]) ** 0.5
    W2 = torch.randn(SEEDS, HIDDEN, 1, generator=generator) * (2 / HIDDEN) ** 0.5
    values = [W1, torch.zeros(SEEDS, 1, HIDDEN), W2, torch.zeros(SEEDS, 1, 1)]
    adam = torch.optim.Adam([value.requires_grad_() for value in values], lr=RATE)

    def network(x: Tensor) -> Tensor:
        return ((x @ values[0] + values[1]).relu() @ values[2] + values[3])[..., 0]

    found = []
    for step in range(steps + 1):
        if step % every == 0:
            with torch.no_grad():
                found.append(network(X_new) > 0)
        adam.zero_grad()
        loss(network(X), y).backward()
        adam.step()
    return torch.stack(found)
