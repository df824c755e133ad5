"""The course's recipe for the race of lecture 10b: the network of airbench94, small images first, and Muon.

Two things differ from airbench94, and both save time on a processor.

- *Small images first.* For the first part of the training, images are shrunk to 24×24 pixels, so that a step takes
  about half of the time. (Howard and others used this in 2018 for fast training on ImageNet.)
- *Muon* in place of SGD for the kernels: it makes all singular values of a step nearly equal, so that few directions
  do not take all of it. Jordan's own record of 2024, airbench94_muon, needs 8 epochs with it in place of 9.9. Its rates
  are taken from there, for batches of 2,000; for smaller ones, that of Muon falls with the root of the batch.

Sources: Jordan et al. (2024), *Muon: an optimizer for hidden layers in neural networks*; the published code of
airbench94_muon (see airbench94.py for its license).
"""

from __future__ import annotations

import math

import torch
from airbench94 import WHITENED, WIDTHS, AirbenchNet, set_rates, smoothed_loss
from race_images import batches
from torch import Tensor
from torch.nn import functional as F

BATCH_SIZE, PUBLISHED_BATCH = 1024, 2000
MUON_RATE, MUON_MOMENTUM, MUON_ITERATIONS = 0.24, 0.6, 3
BIAS_RATE, HEAD_RATE, MOMENTUM = 0.053, 0.67, 0.85  # of SGD, for what is not a kernel
WEIGHT_DECAY = 2e-6  # per image of a batch
WHITEN_BIAS = 3 / 8  # share of the training in which the bias of the first layer learns
SMALL, SMALL_UNTIL = 24, 0.5  # pixels; share of the training


class Course:
    """The recipe, ready for its first step.

    Args:
        X: training images, normalized, shape (N, 3, 32, 32).
        y: their labels, shape (N,).
        widths: of the network.
        batch_size: images in a step.
    """

    def __init__(
        self, X: Tensor, y: Tensor, *, widths: tuple[int, int, int] = WIDTHS, batch_size: int = BATCH_SIZE
    ) -> None:
        self.model = AirbenchNet(widths, scale=1 / widths[2])
        self.model.whiten(X[:WHITENED])
        head = self.model.classifier.weight
        with torch.no_grad():
            head.div_(head.std())
        self.batches, self.batch_size, self.steps = batches(X, y, batch_size), batch_size, 0
        self.kernels = [kernel for group in self.model.groups for kernel in (group.first.weight, group.second.weight)]
        self.matrices = [_as_matrix(kernel.detach()) for kernel in self.kernels]
        decay, rate = WEIGHT_DECAY * batch_size, MUON_RATE * math.sqrt(batch_size / PUBLISHED_BATCH)
        learning = [([self.model.stem.bias], BIAS_RATE), (self.model.norm_biases(), BIAS_RATE), ([head], HEAD_RATE)]
        groups = [{"params": some, "lr": lr, "weight_decay": decay / lr} for some, lr in learning]
        self.sgd = torch.optim.SGD(groups, momentum=MOMENTUM, nesterov=True)
        self.muon = torch.optim.Muon(
            self.matrices, rate, weight_decay=0.0, momentum=MUON_MOMENTUM, ns_steps=MUON_ITERATIONS
        )

    def step(self, progress: float) -> float:
        """Take a step at a point of the training, 0 to 1; return the mean loss."""
        left = 1 - progress
        set_rates(self.sgd, [max(0.0, 1 - progress / WHITEN_BIAS), left, left])
        set_rates(self.muon, [left])
        X, y = next(self.batches)
        if progress < SMALL_UNTIL:
            X = F.interpolate(X, size=SMALL, mode="bilinear", antialias=True)
        self.model.zero_grad()
        loss = smoothed_loss(self.model, X, y)
        loss.backward()
        for kernel, matrix in zip(self.kernels, self.matrices, strict=True):
            matrix.grad = _as_matrix(kernel.grad)
            matrix.mul_(math.sqrt(len(matrix)) / matrix.norm())  # a kernel keeps its size and changes its direction
        self.sgd.step()
        self.muon.step()
        self.steps += 1
        return loss.item() / self.batch_size

    def finish(self) -> None:
        """Nothing is left to do: the last weights are the ones to keep."""


def _as_matrix(kernel: Tensor) -> Tensor:
    """Return a view of a kernel (out, in, 3, 3), stored channels last, as the matrix (out, 9 · in) that Muon takes."""
    return kernel.permute(0, 2, 3, 1).flatten(1)
