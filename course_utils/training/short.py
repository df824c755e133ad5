"""A few steps of training, for experiments that count steps. Taught in chapter 01, used from lecture 03b on."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer


def take_steps(
    model: nn.Module, X: Tensor, y: Tensor, optimizer: Optimizer, steps: int, batch_size: int = 32
) -> NDArray[np.float64]:
    """Take this many steps on random mini-batches, drawn by torch's own generator, and leave the model in its mode.

    Args:
        model: network on the CPU that returns logits.
        X: images (N, ...).
        y: class labels (N,), int64.
        optimizer: made from ``model.parameters()``.
        steps: how many.
        batch_size: images in one step.

    Returns:
        The cross-entropy at each step, before it was taken; shape (steps,).

    Taught in lecture 03b.
    """
    losses = []
    for _ in range(steps):
        chosen = torch.randint(len(X), (batch_size,))
        loss = F.cross_entropy(model(X[chosen]), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)
