"""The shape in which every data set of labelled images reaches a lecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False, repr=False)
class ImageDataset:
    """Labelled images in three parts, each one tensor in memory.

    Images are float32, N×C×H×W, in [0, 1], not normalised; labels are int64, N. A subset is a slice,
    ``X_train[:1000]``; a changed copy is ``dataclasses.replace(dataset, X_train=…)``.

    Attributes:
        name: what it is in a word or two, ``"MNIST"``.
        description: what it is, why this one is used, and how to get the real one where it is a substitute.
        is_substitute: whether it stands in for another data set.
        class_names: name of class 0, 1, …
        mean: mean of each channel over training and validation images, never over test images
            (for MNIST these are its 60,000 training images, hence the customary 0.1307 and 0.3081).
        std: standard deviation of each channel over the same images.
        X_train: images to learn from.
        y_train: their labels.
        X_val: images to choose settings with.
        y_val: their labels.
        X_test: images for the one last measurement.
        y_test: their labels.

    Taught in lecture 09a.
    """

    name: str
    description: str
    is_substitute: bool
    class_names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    X_train: Tensor
    y_train: Tensor
    X_val: Tensor
    y_val: Tensor
    X_test: Tensor
    y_test: Tensor

    def __repr__(self) -> str:
        return f"<ImageDataset {self.name}: {self.sizes}>"

    @property
    def sizes(self) -> str:
        """Number of images in each part and their size, in words."""
        height, width = self.X_train.shape[-2:]
        return (
            f"{len(self.X_train):,} training, {len(self.X_val):,} validation and {len(self.X_test):,} test images "
            f"of {height}×{width} pixels"
        )


def channel_statistics(images: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel.

    Args:
        images: N×C×H×W.

    Returns:
        Two tuples of C numbers, as ``torchvision.transforms.Normalize`` takes them.

    Taught in lecture 09a.
    """
    axes = (0, 2, 3)
    return tuple(images.mean(axes).tolist()), tuple(images.std(axes, correction=0).tolist())
