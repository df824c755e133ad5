"""Changes that leave a picture's class alone, made on a whole batch at once. Taught in lecture 09b."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def random_shift(x: Tensor, pixels: int = 2) -> Tensor:
    """Shift each picture by its own whole number of pixels, up to ``pixels`` in each direction.

    What moves in from outside repeats the nearest edge pixel. The shifts come from torch's generator of the
    device where ``x`` lies.

    Args:
        x: pictures, shape (N, C, H, W).
        pixels: largest shift along each axis.

    Returns:
        New pictures, shape (N, C, H, W).

    Taught in lecture 09b.
    """
    count, _, height, width = x.shape
    padded = F.pad(x, (pixels, pixels, pixels, pixels), mode="replicate")
    start = torch.randint(0, 2 * pixels + 1, (2, count, 1), device=x.device)
    rows = start[0] + torch.arange(height, device=x.device)  # (N, H)
    columns = start[1] + torch.arange(width, device=x.device)  # (N, W)
    picture = torch.arange(count, device=x.device)
    shifted = padded[picture[:, None, None], :, rows[:, :, None], columns[:, None, :]]  # (N, H, W, C)
    return shifted.permute(0, 3, 1, 2)


def random_flip(x: Tensor) -> Tensor:
    """Mirror each picture left to right with probability one half.

    Args:
        x: pictures, shape (N, C, H, W).

    Returns:
        New pictures, shape (N, C, H, W).

    Taught in lecture 10b.
    """
    mirrored = torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5
    return torch.where(mirrored, x.flip(3), x)


def flip_and_shift(x: Tensor) -> Tensor:
    """Mirror half of the pictures and shift each by up to two pixels, as suits photographs of things.

    Args:
        x: pictures, shape (N, C, H, W).

    Returns:
        New pictures, shape (N, C, H, W).

    Taught in lecture 10b.
    """
    return random_flip(random_shift(x))
