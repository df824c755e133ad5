"""Pictures of things in ten classes: CIFAR-10, or patches of photographs that come with scikit-image."""

from __future__ import annotations

import dataclasses
import pickle
from typing import TYPE_CHECKING

import numpy as np

from course_utils import settings
from course_utils.data import storage
from course_utils.data.catalogue import DataFile, DataUnavailable, RegistryEntry, look_up
from course_utils.data.datasets import ImageDataset, channel_statistics
from course_utils.data.download import provide
from course_utils.data.photo_patches import patches

if TYPE_CHECKING:
    from torch import Tensor

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
VALIDATION_IMAGES = 5_000


def cifar10() -> ImageDataset:
    """Return small color pictures of ten kinds of things: CIFAR-10, or a visible substitute.

    CIFAR-10 (Krizhevsky 2009) is taken from the data folder, where torchvision's files serve as well. Its 170 MB are
    never downloaded unasked: ``course data get cifar10`` does it. Of its 50,000 training images, 5,000 with the same
    share of each class are kept for validation. Where CIFAR-10 is not here, :func:`patches` of ten photographs take
    its place. What is used, and why, is printed. All of CIFAR-10 takes 740 MB of memory.

    Returns:
        Images float32 N×3×32×32 in [0, 1], not normalised; labels int64; ten classes.

    Taught in lecture 10a.
    """
    entry = look_up("cifar10")
    try:
        provide(entry)
        dataset = _cifar10(entry)
    except (DataUnavailable, OSError) as error:
        dataset = _patches(reason=str(error))
        print(
            f"This runs on {dataset.name} in place of CIFAR-10, because {error}.\nFor CIFAR-10: {_how_to_get_cifar10()}"
        )
    else:
        print(f"This runs on {dataset.name}: {dataset.sizes}.")
    return dataset


def _cifar10(entry: RegistryEntry) -> ImageDataset:
    import torch
    from sklearn.model_selection import train_test_split

    (archive,) = entry.files
    storage.unpack(entry, archive)
    batches = {name: _batch(entry, archive, name) for name in archive.members}
    test_pixels, y_test = batches.pop("cifar-10-batches-py/test_batch")
    pixels = torch.cat([pixels for pixels, _ in batches.values()])
    y = torch.cat([labels for _, labels in batches.values()])
    training, validation = train_test_split(range(len(y)), test_size=VALIDATION_IMAGES, stratify=y, random_state=0)
    training, validation = sorted(training), sorted(validation)  # keep CIFAR-10's own order
    mean, std = channel_statistics(_floats(pixels))
    return ImageDataset(
        name="CIFAR-10",
        description="CIFAR-10, 60,000 pictures of ten kinds of things, 32×32, color (Krizhevsky 2009).",
        is_substitute=False,
        class_names=CLASS_NAMES,
        mean=mean,
        std=std,
        X_train=_floats(pixels[training]),
        y_train=y[training],
        X_val=_floats(pixels[validation]),
        y_val=y[validation],
        X_test=_floats(test_pixels),
        y_test=y_test,
    )


def _batch(entry: RegistryEntry, archive: DataFile, name: str) -> tuple[Tensor, Tensor]:
    """Return pixels uint8 N×3×32×32 and labels int64 of one file, a pickle whose checksum has been compared."""
    import torch

    content = pickle.loads(storage.read_member(entry, archive, name), encoding="bytes")
    pixels = np.asarray(content[b"data"], dtype=np.uint8).reshape(-1, 3, 32, 32)
    return torch.from_numpy(pixels), torch.tensor(content[b"labels"])


def _floats(pixels: Tensor) -> Tensor:
    return pixels.float().div_(255)


def _patches(reason: str) -> ImageDataset:
    return dataclasses.replace(
        patches(),
        description=(
            f"Patches of ten photographs, 32×32, color, in place of CIFAR-10: {reason}. Each part of the data comes "
            f"from other parts of the photographs. For CIFAR-10: {_how_to_get_cifar10()}"
        ),
        is_substitute=True,
    )


def _how_to_get_cifar10() -> str:
    how = "run `course data get cifar10` in a terminal, or `!course data get cifar10` in a cell, on Colab too"
    return f"{how}{' (without COURSE_OFFLINE)' if settings.offline() else ''}. It is 170 MB; then restart the kernel."
