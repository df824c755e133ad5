"""What chapter 12 trains on and with: an old task, new tasks with few labels, one recipe for all trainings."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from course_utils.data import ImageDataset
from course_utils.evaluation import evaluate
from course_utils.models import SmallDigitNet, TransferNet
from course_utils.training.loop import fit, steps

Part = tuple[Tensor, Tensor]
SIDE = 28  # pixels, the size that SmallDigitNet takes


@dataclass(frozen=True)
class Task:
    """Normalized images (N, 1, 28, 28) and labels (N,), in three parts. Used in chapter 12."""

    train: Part
    val: Part
    test: Part

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.train[1].max()) + 1


def five_digits(digits: ImageDataset, first: int) -> Task:
    """Return the digits ``first`` to ``first + 4``, with labels from 0 to 4, among the first rows of each set.

    Used in chapter 12.
    """

    def part(X: Tensor, y: Tensor) -> Part:
        chosen = (y >= first) & (y < first + 5)
        return (X[chosen] - digits.mean[0]) / digits.std[0], y[chosen] - first

    return Task(
        part(digits.X_train[:12_000], digits.y_train[:12_000]),
        part(digits.X_val[:2_000], digits.y_val[:2_000]),
        part(digits.X_test[:2_000], digits.y_test[:2_000]),
    )


def small_gray(dataset: ImageDataset, mean: float | Tensor, std: float | Tensor) -> Task:
    """Return the images of a data set in gray and 28×28 pixels, normalized with ``mean`` and ``std``.

    Used in chapter 12.
    """

    def part(X: Tensor, y: Tensor) -> Part:
        gray = X.mean(dim=1, keepdim=True)
        return (F.interpolate(gray, (SIDE, SIDE), mode="bilinear", antialias=True) - mean) / std, y

    return Task(
        part(dataset.X_train, dataset.y_train),
        part(dataset.X_val, dataset.y_val),
        part(dataset.X_test, dataset.y_test),
    )


def few_of_each(y: Tensor, number: int, seed: int) -> NDArray[np.int64]:
    """Return the rows of ``number`` examples of each class, drawn with a seed, class after class.

    Used in chapter 12.
    """
    rng = np.random.default_rng(seed)
    of_class = [np.flatnonzero((y == label).numpy()) for label in range(int(y.max()) + 1)]
    return np.concatenate([rng.permutation(rows)[:number] for rows in of_class])


def from_scratch(classes: int, seed: int) -> TransferNet:
    """Return a SmallDigitNet with random weights and a head for ``classes`` classes. Used in chapter 12."""
    torch.manual_seed(seed)
    return TransferNet(SmallDigitNet(), classes)


def transferred(source: TransferNet, classes: int, seed: int) -> TransferNet:
    """Return a copy of a trained body under a new head with random weights. Used in chapter 12."""
    torch.manual_seed(seed)
    return TransferNet(copy.deepcopy(source.network), classes)


def learn(
    net: TransferNet,
    part: Part,
    steps_wanted: int,
    *,
    learning_rate: float = 0.003,
    factor: float = 1.0,
    batch_size: int = 16,
    seed: int = 0,
) -> TransferNet:
    """Train what is not frozen with Adam and a one-cycle rate, for whole epochs of about ``steps_wanted`` steps.

    Args:
        net: trained in place, on the CPU.
        part: images and labels.
        steps_wanted: the same for few and for many images, so that starts can be compared.
        learning_rate: highest rate of the head.
        factor: each stage before the head learns so many times as fast as the next one.
        batch_size: images in a step.
        seed: of the order of the images.

    Returns:
        ``net``.

    Used in chapter 12.
    """
    X, y = part
    epochs = max(1, round(steps_wanted / math.ceil(len(y) / batch_size)))
    groups = net.parameter_groups(learning_rate, factor)
    optimizer = torch.optim.Adam(groups)
    highest = [group["lr"] for group in groups]
    total = steps(epochs, len(y), batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, highest, total_steps=total)
    fit(
        net,
        (X, y),
        optimizer=optimizer,
        scheduler=schedule,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        device="cpu",
        verbose=False,
    )
    return net


def accuracy(net: TransferNet, part: Part) -> float:
    """Return the share of images of a part that are classified correctly. Used in chapter 12."""
    return evaluate(net, part).accuracy
