"""How good is a trained network? One batched pass, then figures that do not flatter. Taught in lecture 09b."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix as count_confusions
from sklearn.metrics import precision_recall_fscore_support
from torch import Tensor, nn
from torch.nn import functional as F

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Evaluation:
    """What a network answered on a data set, on the CPU.

    Attributes:
        logits: the network's output, shape (N, classes) or (N, classes, height, width).
        targets: what was right, as it was given.
        loss: mean loss over the whole data set.

    Taught in lecture 09b.
    """

    logits: Tensor
    targets: Tensor
    loss: float

    @property
    def probabilities(self) -> Tensor:
        """Softmax of the logits over the classes, same shape; each row sums to one."""
        return self.logits.softmax(dim=1)

    @property
    def predictions(self) -> Tensor:
        """Most probable class of each picture (or pixel), int64, shape (N,) or (N, height, width)."""
        return self.logits.argmax(dim=1)

    @property
    def accuracy(self) -> float:
        """Share of right predictions, 0 to 1; NaN where the targets are not class labels (int64)."""
        if self.targets.dtype != torch.int64:
            return math.nan
        return (self.predictions == self.targets).double().mean().item()


def evaluate(
    model: nn.Module,
    data: tuple[Tensor, Tensor],
    *,
    loss: Loss = F.cross_entropy,
    batch_size: int = 500,
) -> Evaluation:
    """Run the network over a data set in evaluation mode and without gradients.

    Dropout is off and batch norm uses its running statistics, so an answer does not depend on which pictures
    share a batch. Afterwards every layer is back in the mode it had.

    Args:
        model: network, evaluated on the device where its weights are.
        data: pictures (N, channels, height, width) and targets (N, ...), on any device.
        loss: mean loss from all logits and all targets.
        batch_size: pictures in one pass; it changes memory and time, not the answer.

    Returns:
        Logits, targets and loss; probabilities, predictions and accuracy follow from them.

    Raises:
        ValueError: ``data`` is empty, its lengths differ, or its types do not fit ``loss``.

    Taught in lecture 09b.
    """
    X, y = data
    check_data(X, y, name="data", loss=loss)
    device = next(model.parameters()).device
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            batches = [model(batch.to(device)) for batch in X.split(batch_size)]
    finally:
        for layer, mode in modes:
            layer.training = mode
    logits = torch.cat(batches)
    return Evaluation(logits.cpu(), y.cpu(), loss(logits, y.to(device)).item())


def check_data(X: Tensor, y: Tensor, *, name: str, loss: Loss) -> None:
    """Refuse pictures and targets that no training can use, and say what to do about them.

    Args:
        X: pictures, floating point, shape (N, ...).
        y: targets, shape (N, ...); class labels are int64.
        name: how the caller calls the pair, for the message.
        loss: the loss they are meant for.

    Raises:
        ValueError: empty, different lengths, or a type that does not fit.

    Taught in lecture 09b.
    """
    if len(X) != len(y):
        raise ValueError(f"{name}: X has {len(X)} pictures (shape {tuple(X.shape)}) but y has {len(y)} targets")
    if len(X) == 0:
        raise ValueError(f"{name} is empty: X has shape {tuple(X.shape)}")
    if not X.is_floating_point():
        raise ValueError(f"{name}: X is {X.dtype}; a network needs floating point: X.float() / 255")
    labels_expected = loss is F.cross_entropy or not y.is_floating_point()
    if labels_expected and y.dtype != torch.int64:
        raise ValueError(f"{name}: y is {y.dtype}; class labels must be torch.int64: y.long()")


def confusion_matrix(result: Evaluation) -> NDArray[np.int64]:
    """Count who was taken for whom.

    Returns:
        Counts, shape (classes, classes): row = true class, column = predicted class.

    Taught in lecture 09b.
    """
    classes = np.arange(result.logits.shape[1])
    return count_confusions(result.targets.flatten(), result.predictions.flatten(), labels=classes)


def precision_and_recall(result: Evaluation) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return precision (how much of what was called k is k) and recall (how much of k was found) of each class.

    Returns:
        Two arrays of shape (classes,), 0 to 1. Precision is 0 for a class never predicted, recall 0 for one that
        does not occur.

    Taught in lecture 09b.
    """
    precision, recall, _, _ = precision_recall_fscore_support(
        result.targets.flatten(),
        result.predictions.flatten(),
        labels=np.arange(result.logits.shape[1]),
        zero_division=0,
    )
    return precision, recall


def worst_mistakes(result: Evaluation, count: int = 12) -> Tensor:
    """Return the indices of the wrongly classified pictures with the highest loss, worst first.

    Args:
        result: evaluation of single-label classification, logits (N, classes).
        count: at most so many; fewer where there are fewer mistakes.

    Returns:
        Indices into the data set, int64, shape (at most count,).

    Taught in lecture 09b.
    """
    mistakes = (result.predictions != result.targets).nonzero().flatten()
    losses = F.cross_entropy(result.logits[mistakes], result.targets[mistakes], reduction="none")
    return mistakes[losses.argsort(descending=True, stable=True)[:count]]


@dataclass(frozen=True)
class Calibration:
    """Confidence against accuracy, in bins of equal width between 0 and 1.

    Attributes:
        confidence: mean probability given to the predicted class in each bin, shape (bins,); NaN in an empty bin.
        accuracy: share of right predictions in each bin, shape (bins,); NaN in an empty bin.
        count: predictions in each bin, shape (bins,).

    Taught in lecture 09b.
    """

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean gap between confidence and accuracy, weighted by count; 0 is perfect."""
        gap = np.abs(self.confidence - self.accuracy)
        return float(np.nansum(gap * self.count) / self.count.sum())


def calibration(result: Evaluation, bins: int = 10) -> Calibration:
    """Compare how sure the network was with how often it was right.

    Source: Guo, Pleiss, Sun and Weinberger (2017), *On Calibration of Modern Neural Networks*, equations 1 to 3.

    Args:
        result: evaluation of a classification.
        bins: number of bins of equal width; a confidence on an edge belongs to the bin below.

    Taught in lecture 09b.
    """
    confidence = result.probabilities.amax(dim=1).flatten().double().numpy()
    right = (result.predictions == result.targets).flatten().numpy()
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0/0 marks an empty bin as NaN
        return Calibration(
            confidence=np.bincount(bin_of, weights=confidence, minlength=bins) / count,
            accuracy=np.bincount(bin_of, weights=right, minlength=bins) / count,
            count=count,
        )
