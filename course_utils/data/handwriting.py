"""Handwritten digits: MNIST, or the digits that come with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import settings
from course_utils.data import storage
from course_utils.data.catalogue import DataUnavailable, RegistryEntry, look_up
from course_utils.data.datasets import ImageDataset, channel_statistics
from course_utils.data.download import provide

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

CLASS_NAMES = tuple("0123456789")

# Each block of scikit-learn's digits, from one of these numbers to the next, is by one hand.
# Found by the course "Machine learning in Python with scikit-learn" (INRIA), which shows what a mixed split hides.
WRITER_STARTS = (0, 130, 256, 386, 516, 646, 776, 915, 1029, 1157, 1287, 1415, 1545, 1667)
FIRST_VALIDATION_WRITER, FIRST_TEST_WRITER = 9, 11


def digits() -> ImageDataset:
    """Return handwritten digits, 28×28 and grey: MNIST, or a visible substitute.

    MNIST (LeCun et al. 1998) is taken from the data folder or, where downloads are allowed, from its mirrors
    (11.6 MB, once). One in ten of its 60,000 training images, the same share of each class, is kept for validation.
    Where MNIST cannot be had, scikit-learn's 1,797 digits (Alpaydin and Kaynak 1998) are enlarged from 8×8 to
    MNIST's layout; whoever wrote training digits wrote none of the others. What is used, and why, is printed.

    Returns:
        Images float32 N×1×28×28 in [0, 1], not normalised; labels int64; ten classes.

    Taught in lecture 09a.
    """
    entry = look_up("mnist")
    try:
        provide(entry)
        dataset = _mnist(entry)
    except (DataUnavailable, OSError) as error:
        dataset = _uci_digits(reason=str(error))
        print(f"Digits: {dataset.name} in place of MNIST, because {error}.\nFor MNIST: {_how_to_get_mnist()}")
    else:
        print(f"Digits: {dataset.name}, {dataset.sizes}.")
    return dataset


def _mnist(entry: RegistryEntry) -> ImageDataset:
    from sklearn.model_selection import train_test_split

    contents = {file.name: storage.read(entry, file) for file in entry.files}
    X, y = _images_and_labels(contents, "train")
    X_test, y_test = _images_and_labels(contents, "t10k")
    training, validation = train_test_split(range(len(y)), test_size=len(y) // 10, stratify=y, random_state=0)
    training, validation = sorted(training), sorted(validation)  # keep MNIST's own order
    mean, std = channel_statistics(X)
    return ImageDataset(
        name="MNIST",
        description=(
            "MNIST, 70,000 handwritten digits. The writers of its test images wrote none of the others; "
            "validation and training images share their writers, so expect slightly less on the test images."
        ),
        is_substitute=False,
        class_names=CLASS_NAMES,
        mean=mean,
        std=std,
        X_train=X[training],
        y_train=y[training],
        X_val=X[validation],
        y_val=y[validation],
        X_test=X_test,
        y_test=y_test,
    )


def _images_and_labels(contents: dict[str, bytes], part: str) -> tuple[Tensor, Tensor]:
    import torch

    pixels = _idx_array(contents[f"{part}-images-idx3-ubyte.gz"])
    labels = _idx_array(contents[f"{part}-labels-idx1-ubyte.gz"])
    return torch.from_numpy(pixels)[:, None].float().div_(255), torch.from_numpy(labels).long()


def _idx_array(content: bytes) -> np.ndarray:
    """Read bytes in MNIST's format: two zeros, type 8 (unsigned byte), number of axes, their lengths, the values."""
    import numpy as np

    axes = content[3]
    shape = np.frombuffer(content, dtype=">u4", count=axes, offset=4)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * axes).reshape(shape).copy()


def _uci_digits(reason: str) -> ImageDataset:
    import torch
    from sklearn.datasets import load_digits

    bunch = load_digits()
    X = _in_mnist_layout(torch.from_numpy(bunch.images).float()[:, None] / 16)
    y = torch.from_numpy(bunch.target).long()
    train_end, val_end = WRITER_STARTS[FIRST_VALIDATION_WRITER], WRITER_STARTS[FIRST_TEST_WRITER]
    mean, std = channel_statistics(X[:val_end])
    return ImageDataset(
        name="UCI digits (bundled with scikit-learn)",
        description=(
            f"1,797 handwritten digits of the UCI repository, enlarged from 8×8 to 28×28, in place of MNIST: {reason}. "
            f"Training, validation and test digits are by different writers. For MNIST: {_how_to_get_mnist()}"
        ),
        is_substitute=True,
        class_names=CLASS_NAMES,
        mean=mean,
        std=std,
        X_train=X[:train_end],
        y_train=y[:train_end],
        X_val=X[train_end:val_end],
        y_val=y[train_end:val_end],
        X_test=X[val_end:],
        y_test=y[val_end:],
    )


def _in_mnist_layout(images: Tensor) -> Tensor:
    """Enlarge N×1×8×8 to 20×20 in a 28×28 frame, as MNIST has it.

    Of 20, 22, …, 28 pixels, 20 is what a nearest-neighbour classifier trained on MNIST reads best.
    """
    from torch.nn.functional import interpolate, pad

    return pad(interpolate(images, size=(20, 20), mode="bilinear", align_corners=False), (4, 4, 4, 4))


def _how_to_get_mnist() -> str:
    return "course data get mnist" + (" (without COURSE_OFFLINE)" if settings.offline() else "")
