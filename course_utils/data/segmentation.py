"""Images with masks: the shape in which they reach a lecture, and a reader's own two folders of them.

Taught in lecture 11a.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.data.image_folder import EXTENSIONS

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

SHARES = {"val": 0.1, "test": 0.2}  # of all images; the rest is for training
FEWEST = 3  # images, so that each part gets one
NAMED = 5  # files in a message, at most


@dataclass(frozen=True, eq=False, repr=False)
class SegmentationDataset:
    """Images and masks in three parts, each one tensor in memory.

    Images are float32, N×C×H×W, in [0, 1], not normalized; masks are float32, N×1×H×W, 1 on the foreground and 0
    elsewhere. A subset is a slice, ``X_train[:10]``.

    Attributes:
        name: what it is in a word or two.
        description: what it is and what was done to it.
        X_train, y_train: images to learn from, and their masks.
        X_val, y_val: images to choose settings with, and their masks.
        X_test, y_test: images for the one last measurement, and their masks.

    Taught in lecture 11a.
    """

    name: str
    description: str
    X_train: Tensor
    y_train: Tensor
    X_val: Tensor
    y_val: Tensor
    X_test: Tensor
    y_test: Tensor

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.sizes}>"

    @property
    def sizes(self) -> str:
        """Number of images in each part and their size, in words. Taught in lecture 11a."""
        _, channels, height, width = self.X_train.shape
        parts = f"{len(self.X_train)} training, {len(self.X_val)} validation, and {len(self.X_test)} test images"
        return f"{parts} of {height}×{width} pixels, {channels} channel{'s' if channels > 1 else ''}"


def segmentation_folder(images: str | Path, masks: str | Path) -> SegmentationDataset:
    """Return a folder of images and a folder of masks as a data set, or say which file is in the way.

    An image and its mask have the same name (endings may differ: ``7.tif`` and ``7.png``) and the same size, and all
    images have one size. A mask is black and white: 255 (or 1) on the foreground, 0 elsewhere; where it was shrunk
    or enlarged and holds grays, what is above 127 counts. What was found is printed.

    The parts follow the order of the names, numbers by their value (9 before 10): the last fifth is for testing, the
    tenth before it for validation. A random draw would put neighboring slices of a stack, which look alike, on both
    sides, and the test would flatter.

    Args:
        images: folder of the images, gray or color; if one is in color, all get three channels.
        masks: folder of the masks.

    Returns:
        Images in [0, 1], not normalized; masks 0 or 1.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: an image without mask or a mask without image, too few of them, sizes that differ, masks that
            are not black and white, or files that cannot be read; the message names them.

    Taught in lecture 11a.
    """
    image_files, mask_files = _by_name(Path(images)), _by_name(Path(masks))
    names = _paired(image_files, mask_files, Path(images), Path(masks))
    pixels = _read({name: image_files[name] for name in names})
    drawings = _read({name: mask_files[name] for name in names})
    _check_sizes(pixels, drawings)
    foreground, how = _foreground(drawings)
    dataset = _dataset(Path(images).resolve().parent.name, pixels, foreground, how)
    print(f"{dataset.description}\n{dataset.sizes}")
    return dataset


def bright_on_dark(X: Tensor) -> Tensor:
    """Return gray images with bright objects on a dark ground, each stretched to the same contrast.

    Microscopes and stains differ: some show bright nuclei on black, others dark ones on white, some with little light.
    An image whose median is above 0.5 has a bright ground and is inverted. Then its 2% quantile becomes 0 and its
    99.5% quantile 1. Nothing is measured across images, so a new one is treated as the old ones were.

    Args:
        X: images in [0, 1], shape (N, C, H, W).

    Returns:
        Shape (N, 1, H, W), mostly in [0, 1].

    Taught in lecture 11a.
    """
    gray = X.mean(dim=1, keepdim=True)
    pixels = gray.flatten(1)
    inverted = (pixels.median(dim=1).values > 0.5)[:, None, None, None]
    gray = (1 - gray).where(inverted, gray)
    low, high = (gray.flatten(1).quantile(q, dim=1)[:, None, None, None] for q in (0.02, 0.995))
    return (gray - low) / (high - low).clamp_min(0.02)  # noise alone is not blown up


def _by_name(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; it should hold one file for each image")
    files = [file for file in folder.iterdir() if file.suffix.lower() in EXTENSIONS and not file.name.startswith(".")]
    found: dict[str, Path] = {}
    for file in sorted(files):
        if file.stem in found:
            raise ValueError(f"two files of one name in {folder.name}: {found[file.stem].name} and {file.name}")
        found[file.stem] = file
    return found


def _paired(images: Mapping[str, Path], masks: Mapping[str, Path], image_folder: Path, mask_folder: Path) -> list[str]:
    """Return the names that are in both folders, numbers in them ordered by value."""
    alone = [f"{images[name].name} has no mask in {mask_folder.name}" for name in images if name not in masks]
    alone += [f"{masks[name].name} has no image in {image_folder.name}" for name in masks if name not in images]
    if alone:
        raise ValueError(f"{_listed(alone)}; an image and its mask have the same name, endings aside")
    if len(images) < FEWEST:
        raise ValueError(
            f"{len(images)} pairs in {image_folder.name} and {mask_folder.name}; at least {FEWEST} are needed "
            f"for the three parts (what counts: {', '.join(EXTENSIONS)})"
        )
    return sorted(images, key=_in_order)


def _in_order(name: str) -> list[str | int]:
    """Split a name into texts and numbers, so that 9 sorts before 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _read(files: Mapping[str, Path]) -> dict[str, np.ndarray]:
    """Return name → values 0 to 255, (H, W) where gray, else (H, W, 3)."""
    import numpy as np
    from PIL import Image

    arrays, damaged = {}, []
    for name, file in files.items():
        try:
            with Image.open(file) as opened:
                if opened.mode.startswith("I"):  # 16 bits a pixel
                    arrays[name] = np.asarray(opened) / 257
                    continue
                color = np.asarray(opened.convert("RGB"))
        except Exception as error:  # a damaged file can raise nearly anything
            damaged.append(f"{file.parent.name}/{file.name} ({error})")
            continue
        is_gray = (color == color[..., :1]).all()
        arrays[name] = color[..., 0] if is_gray else color
    if damaged:
        raise ValueError(f"cannot be read as images: {_listed(damaged)}; save them again or remove them")
    return arrays


def _check_sizes(images: Mapping[str, np.ndarray], masks: Mapping[str, np.ndarray]) -> None:
    first, *_ = images
    expected = images[first].shape[:2]
    odd = [f"{name} has {_size(image)}" for name, image in images.items() if image.shape[:2] != expected]
    if odd:
        raise ValueError(f"{first} has {_size(images[first])} pixels, but {_listed(odd)}; scale them to one size")
    odd = [f"{name} has {_size(mask)}" for name, mask in masks.items() if mask.shape[:2] != expected]
    if odd:
        raise ValueError(f"images have {_size(images[first])} pixels, but among the masks, {_listed(odd)}")


def _foreground(masks: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], str]:
    """Return the foreground of each mask, (H, W) of booleans, and what the masks hold, in words."""
    colored = [name for name, mask in masks.items() if mask.ndim == 3]
    if colored:
        raise ValueError(f"masks in color: {_listed(colored)}; a mask is black and white, 255 on the foreground")
    highest = max(mask.max() for mask in masks.values())
    if highest not in {1, 255}:
        raise ValueError(
            f"mask values go up to {highest}; expected 255 (or 1) on the foreground and 0 elsewhere. Where each object "
            "has a number of its own, save (numbers > 0) * 255"
        )
    foreground = {name: mask > highest / 2 for name, mask in masks.items()}
    if all(mask.all() for mask in foreground.values()):
        raise ValueError("every pixel of every mask is foreground; are these the images?")
    between = any(((mask > 0) & (mask < highest)).any() for mask in masks.values())
    how = "gray mask values above 127 count" if between else f"masks of 0 and {highest:.0f}"
    return foreground, how


def _dataset(
    name: str, images: Mapping[str, np.ndarray], foreground: Mapping[str, np.ndarray], how: str
) -> SegmentationDataset:
    import numpy as np
    import torch

    in_color = any(image.ndim == 3 for image in images.values())
    X = []
    for image in images.values():
        stacked = np.stack([image] * (3 if in_color else 1)) if image.ndim == 2 else image.transpose(2, 0, 1)
        X.append(torch.from_numpy((stacked / 255).astype(np.float32)))
    y = torch.stack([torch.from_numpy(mask).float()[None] for mask in foreground.values()])
    held_out = [max(1, round(SHARES[part] * len(X))) for part in ("val", "test")]
    sizes = [len(X) - sum(held_out), *held_out]
    X_parts, y_parts = torch.stack(X).split(sizes), y.split(sizes)
    return SegmentationDataset(
        name=name,
        description=f"{name}: {len(X)} images with masks, {y.mean():.0%} foreground; {how}",
        **{f"X_{part}": X_part for part, X_part in zip(("train", "val", "test"), X_parts, strict=True)},
        **{f"y_{part}": y_part for part, y_part in zip(("train", "val", "test"), y_parts, strict=True)},
    )


def _size(array: np.ndarray) -> str:
    return f"{array.shape[0]}×{array.shape[1]}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
