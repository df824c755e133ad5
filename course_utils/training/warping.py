"""Changes that move what is in a picture, made to the picture and its mask alike. Taught in lecture 11a."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

SPACING = 48  # pixels from one node of the displacement to the next, about


def random_warp(X: Tensor, y: Tensor, *, elastic: float = 0.0) -> tuple[Tensor, Tensor]:
    """Return a new version of every picture and its mask: turned, mirrored, and bent where ``elastic`` is above 0.

    Each pair draws, from torch's generator, one of the eight ways to lay a square on itself and a smooth field of
    displacements: random at the nodes of a coarse grid, bicubic in between. Masks stay 0 or 1: they take the nearest
    pixel, pictures interpolate. What would move in from outside is mirrored at the rim.

    Args:
        X: square pictures, shape (N, C, S, S).
        y: masks, shape (N, 1, S, S).
        elastic: standard deviation of the displacement of a node along each axis, in pixels.

    Returns:
        New pictures and masks, shapes as given.

    Raises:
        ValueError: the pictures are not square, or masks have another size.

    Source: Ronneberger, Fischer and Brox (2015), section 3.1. Torchvision's ``ElasticTransform`` bends as well; it
    draws a displacement for every pixel and smooths them all, which takes far longer on large pictures.
    Taught in lecture 11a.
    """
    if X.shape[2] != X.shape[3] or y.shape[2:] != X.shape[2:]:
        raise ValueError(f"square pictures and masks of one size are needed, got {tuple(X.shape)} and {tuple(y.shape)}")
    pairs = [_turned(picture, mask) for picture, mask in zip(X.split(1), y.split(1), strict=True)]
    new_X, new_y = (torch.cat(values) for values in zip(*pairs, strict=True))
    return _bent(new_X, new_y, elastic) if elastic else (new_X, new_y)


def _turned(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    quarters, mirrored = int(torch.randint(4, ())), bool(torch.randint(2, ()))
    x, y = x.rot90(quarters, (2, 3)), y.rot90(quarters, (2, 3))
    return (x.flip(3), y.flip(3)) if mirrored else (x, y)


def _bent(X: Tensor, y: Tensor, pixels: float) -> tuple[Tensor, Tensor]:
    count, _, side, _ = X.shape
    nodes = max(3, side // SPACING)
    moved = pixels * torch.randn(count, 2, nodes, nodes, device=X.device)
    moved = F.interpolate(moved, (side, side), mode="bicubic", align_corners=True)  # (N, 2, S, S)
    straight = torch.eye(2, 3, device=X.device).expand(count, 2, 3)
    here = F.affine_grid(straight, [count, 1, side, side], align_corners=False)  # (N, S, S, 2), from -1 to 1
    there = here + moved.permute(0, 2, 3, 1) * 2 / side
    sample = {"padding_mode": "reflection", "align_corners": False}
    return F.grid_sample(X, there, mode="bilinear", **sample), F.grid_sample(y, there, mode="nearest", **sample)
