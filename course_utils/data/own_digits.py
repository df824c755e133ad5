"""A digit of one's own, prepared as the digits were prepared that a network has learned from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, BOX = 28, 20  # pixels of an image of MNIST, and of the longer side of the digit in it
FAINT = 0.2  # of the darkest ink: below it is no pen


def centered_digit(ink: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a drawing as an image like those of MNIST: its longer side 20 pixels, its center of mass in the middle.

    Args:
        ink: shape (H, W), any size: 0 where the paper is, larger where the pen was. A scan of dark ink on light paper
            has to be turned around first.

    Returns:
        Shape (28, 28), from 0 to 1; all zeros where nothing was drawn.

    Raises:
        ValueError: ``ink`` has another number of axes.

    Source: LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document recognition,
    section III. Taught in sitting 00.
    """
    if np.ndim(ink) != 2:
        raise ValueError(f"one drawing of shape (H, W) is needed, got shape {np.shape(ink)}")
    ink = np.asarray(ink, dtype=np.float32)
    placed = np.zeros((SIDE, SIDE), dtype=np.float32)
    seen = ink > FAINT * ink.max()
    if not seen.any():
        return placed
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(BOX * side / max(cut.shape))) for side in cut.shape)
    small = np.asarray(Image.fromarray(cut).resize((width, height), Image.Resampling.BILINEAR))
    small = np.clip(small / small.max(), 0, 1)
    top, left = (_start(small.sum(axis=1 - axis)) for axis in (0, 1))
    placed[top : top + height, left : left + width] = small
    return placed


def _start(profile: NDArray[np.float32]) -> int:
    """Return the first row (or column) of a digit whose center of mass is then in the middle of the image."""
    center = (profile * (np.arange(len(profile)) + 0.5)).sum() / profile.sum()
    return int(np.clip(round(SIDE / 2 - center), 0, SIDE - len(profile)))


def pen_strokes(
    strokes: Sequence[Sequence[tuple[float, float]]], side: int = 140, width: float = 11
) -> NDArray[np.float64]:
    """Draw strokes with a round pen.

    Args:
        strokes: each a list of points (row, column), in pixels, joined by straight lines.
        side: of the sheet, in pixels.
        width: of the pen, in pixels.

    Returns:
        Shape (side, side), from 0 (paper) to 1 (ink).

    Taught in sitting 00.
    """
    here = np.stack(np.mgrid[:side, :side], axis=-1) + 0.5  # (side, side, 2): row and column of each pixel's center
    distance = np.full((side, side), np.inf)
    for first, second in itertools.chain.from_iterable(map(itertools.pairwise, strokes)):
        start, along = np.array(first, dtype=float), np.subtract(second, first)
        t = np.clip((here - start) @ along / max(along @ along, 1e-12), 0, 1)  # the nearest point of the line
        distance = np.minimum(distance, np.linalg.norm(here - start - t[..., None] * along, axis=-1))
    return np.clip(width / 2 + 0.5 - distance, 0, 1)
