"""Generated pictures of cell nuclei, as a fluorescence microscope shows them, with masks that are exact.

Taught in lecture 11a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.data.segmentation import SegmentationDataset

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

AREA_PER_NUCLEUS = 330  # pixels of the picture, on average
RADIUS = (4.5, 8.0)  # shortest and longest half axis of a nucleus, in pixels
LARGEST_OVERLAP = 0.4  # share of a nucleus that may lie over others


@dataclass(frozen=True, eq=False, repr=False)
class GeneratedCells(SegmentationDataset):
    """Generated nuclei: masks as in :class:`SegmentationDataset`, and the border of every nucleus.

    Attributes:
        borders_train, borders_val, borders_test: 1 on the pixels of a nucleus that touch (above, below, left or right)
            something else, the background or another nucleus; shapes as of the masks. Where two nuclei touch, the mask
            runs on and the borders do not.
        labels_train, labels_val, labels_test: number of the nucleus on its pixels and 0 elsewhere; shapes as of the
            masks.

    Taught in lecture 11a.
    """

    borders_train: Tensor
    borders_val: Tensor
    borders_test: Tensor
    labels_train: Tensor
    labels_val: Tensor
    labels_test: Tensor


def cells(train: int = 160, val: int = 40, test: int = 80, *, size: int = 64, seed: int = 0) -> GeneratedCells:
    """Return generated microscope pictures of nuclei with exact masks and borders.

    Nuclei of several sizes and brightnesses touch and overlap, on uneven light, between bright specks and glow out of
    focus that are no nuclei; lens and camera add blur and noise. Picture number i of a seed is the same whatever
    the numbers of pictures are, so a smaller training set is the beginning of a larger one.

    Args:
        train, val, test: pictures in each part, at least 1.
        size: height and width in pixels, at least 32.
        seed: seed of everything.

    Returns:
        Pictures float32 N×1×size×size in [0, 1], not normalised; masks and borders 0 or 1, same shape and type.

    Raises:
        ValueError: fewer than one picture in a part, or a size below 32.

    Taught in lecture 11a.
    """
    import torch

    counts = {"train": train, "val": val, "test": test}
    for name, value, least in [*((name, count, 1) for name, count in counts.items()), ("size", size, 32)]:
        if value < least:
            raise ValueError(f"{name} is {value}; it must be at least {least}")
    parts = {}
    for part, (name, count) in enumerate(counts.items()):
        drawn = [_picture(size, (seed, part, number)) for number in range(count)]
        for kind, arrays in zip(("X", "y", "borders", "labels"), zip(*drawn, strict=True), strict=True):
            parts[f"{kind}_{name}"] = torch.stack([torch.from_numpy(array).float()[None] for array in arrays])
    return GeneratedCells(name="generated cells", description="Nuclei drawn by a program, with exact masks.", **parts)


def _picture(size: int, seed: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """Return a picture, its mask, its borders, and the numbers of its nuclei, all (size, size)."""
    import numpy as np
    from skimage.filters import gaussian

    rng = np.random.default_rng(seed)
    grid = np.stack(np.mgrid[:size, :size], axis=-1).astype(float)
    labels, light = np.zeros((size, size), dtype=int), np.zeros((size, size))
    for label in range(1, 1 + rng.poisson(size**2 / AREA_PER_NUCLEUS)):
        inside = _nucleus(grid, rng)
        if (labels[inside] > 0).mean() <= LARGEST_OVERLAP:
            labels[inside] = label
            light[inside] += rng.uniform(0.16, 0.5)
    light *= gaussian(rng.uniform(0.6, 1.4, (size, size)), 1.5)  # chromatin: darker and brighter spots
    light += _clutter(grid, rng)
    slope, bend = rng.normal(0, 0.12, 2), rng.uniform(-0.1, 0.1)
    away = grid / size - 0.5
    light += 0.25 + away @ slope + bend * (away**2).sum(axis=-1)  # background light, brighter to one side
    seen = gaussian(light, rng.uniform(0.7, 1.3))
    seen += rng.normal(0, 0.015 + 0.05 * np.sqrt(np.clip(seen, 0, None)))  # camera, and photons that are counted
    return np.clip(seen, 0, 1), labels > 0, _borders(labels), labels


def _nucleus(grid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return where a nucleus lies, (H, W): an ellipse at a random place and angle, its outline a little uneven."""
    import numpy as np

    centre, angle = rng.uniform(-2, len(grid) + 2, 2), rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    u, v = np.moveaxis((grid - centre) @ turn / rng.uniform(*RADIUS, 2), -1, 0)
    around, outline = np.arctan2(v, u), np.ones(u.shape)
    for waves in (2, 3, 5):
        outline += rng.uniform(0, 0.08) * np.cos(waves * around + rng.uniform(0, 2 * np.pi))
    inside = np.hypot(u, v) < outline
    inside[tuple(np.clip(centre.round().astype(int), 0, len(grid) - 1))] = True  # never empty
    return inside


def _clutter(grid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return light that is no nucleus, (H, W): small bright specks and large glow from other depths."""
    import numpy as np

    light = np.zeros(grid.shape[:2])
    for sigma, brightness, count in ((1.0, 0.6, rng.poisson(4)), (9.0, 0.25, rng.poisson(1.5))):
        for _ in range(count):
            squared = ((grid - rng.uniform(0, len(grid), 2)) ** 2).sum(axis=-1)
            light += rng.uniform(0.4, 1) * brightness * np.exp(-squared / (2 * sigma**2))
    return light


def _borders(labels: np.ndarray) -> np.ndarray:
    """Return the pixels of a nucleus with another label above, below, left or right, (H, W)."""
    import numpy as np

    padded = np.pad(labels, 1, mode="edge")  # the rim of the picture is no border
    neighbours = [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
    return (labels > 0) & np.any([labels != neighbour for neighbour in neighbours], axis=0)
