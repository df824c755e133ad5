"""Ten photographs cut into patches of 32×32: which one does a patch come from? Taught in lecture 08."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils.data.datasets import ImageDataset, channel_statistics
from course_utils.data.photographs import images

if TYPE_CHECKING:
    from torch import Tensor

PHOTOGRAPHS = (
    "astronaut",
    "brick",
    "chelsea",
    "coffee",
    "grass",
    "gravel",
    "hubble_deep_field",
    "immunohistochemistry",
    "retina",
    "rocket",
)
SIDE = 32  # pixels
# Share of a photograph's width where each part begins and ends, and how many rows and columns of patches it gives.
PARTS = {"train": (0.0, 0.5, 16), "val": (0.5, 0.7, 8), "test": (0.7, 1.0, 10)}


def patches() -> ImageDataset:
    """Return patches of ten photographs, with the photograph as class, in three parts that share no pixel.

    Training patches come from the left half of each photograph, test patches from the right 30 %, validation patches
    from between. A part is covered by an even grid, so its patches may overlap each other, but never those of another
    part. Each class has 256 training, 64 validation and 100 test patches. Classes take turns: the first 10·k images of
    a part hold k of each class, drawn from all over its region, always the same.

    Returns:
        Images float32 N×3×32×32 in [0, 1], not normalised; grey photographs have three equal channels. Labels int64.

    Taught in lecture 08.
    """
    import torch

    photographs = [_color(images()[name]) for name in PHOTOGRAPHS]
    order = torch.Generator().manual_seed(8)
    parts = {}
    for part in PARTS:
        by_class = torch.stack([_shuffled(_cut(photograph, part), order) for photograph in photographs])
        count = by_class.shape[1]
        parts[f"X_{part}"] = by_class.transpose(0, 1).flatten(0, 1)  # (count · 10, 3, 32, 32)
        parts[f"y_{part}"] = torch.arange(len(PHOTOGRAPHS)).repeat(count)
    mean, std = channel_statistics(torch.cat([parts["X_train"], parts["X_val"]]))
    return ImageDataset(
        name="photograph patches (bundled with scikit-image)",
        description="Patches of ten photographs, 32×32, color: left parts to learn from, right parts to test.",
        is_substitute=False,
        class_names=tuple(name.replace("_", " ") for name in PHOTOGRAPHS),
        mean=mean,
        std=std,
        **parts,
    )


def corners(height: int, width: int, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return where the patches of a part begin: their top rows and their left columns; every pair is a patch.

    Args:
        height: of the photograph, at least 32 pixels.
        width: of the photograph; each part must be at least 32 pixels wide.
        part: ``"train"``, ``"val"`` or ``"test"``.

    Taught in lecture 08.
    """
    begin, end, count = PARTS[part]
    rows = np.linspace(0, height - SIDE, count).astype(int)
    columns = np.linspace(round(begin * width), round(end * width) - SIDE, count).astype(int)
    return rows, columns


def _cut(photograph: np.ndarray, part: str) -> Tensor:
    """Return every patch of a part: H×W×3 → (patches, 3, 32, 32)."""
    import torch

    rows, columns = corners(*photograph.shape[:2], part)
    cut = [photograph[row : row + SIDE, column : column + SIDE] for row in rows for column in columns]
    return torch.from_numpy(np.stack(cut)).float().permute(0, 3, 1, 2)


def _shuffled(patches_of_class: Tensor, order: object) -> Tensor:
    import torch

    return patches_of_class[torch.randperm(len(patches_of_class), generator=order)]


def _color(photograph: np.ndarray) -> np.ndarray:
    """Return H×W×3: a grey photograph gets three equal channels."""
    return np.stack([photograph] * 3, axis=2) if photograph.ndim == 2 else photograph
