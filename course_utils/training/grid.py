"""Deep networks of one shape, trained at once for every start and learning rate of a grid. Taught in lecture 05b."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from course_utils.training.many import Layer, forward

NOTED, BATCH = 100, 50  # steps from one noted accuracy to the next; examples in a mini-batch
Examples = tuple[Tensor, Tensor]


def train_grid(
    activation: Callable[[Tensor], Tensor],
    widths: Sequence[int],
    gains: Sequence[float],
    rates: Sequence[float],
    seeds: int,
    steps: int,
    *,
    train: Examples,
    held_out: Sequence[Examples],
) -> NDArray[np.float64]:
    """Train one network for each gain, learning rate, and seed, by gradient descent on mini-batches of 50.

    The weights of a hidden layer begin as normal random numbers of standard deviation gain / √inputs, those of the last
    layer with 1 / √inputs, biases with 0. Networks of one seed begin with the same draws and see the same mini-batches.

    Args:
        activation: of the hidden layers.
        widths: units of each layer, input first, classes last; at least one hidden layer.
        gains, rates: the grid, G and R numbers.
        seeds: how many starts, S.
        steps: at least 100.
        train: inputs (N, widths[0]) and class labels (N,).
        held_out: sets of the same kind on which the accuracy is measured.

    Returns:
        Accuracies after every 100 steps, shape (steps // 100, len(held_out), G, R, S). A network whose numbers have
        overflowed chooses class 0.

    Raises:
        ValueError: no hidden layer, inputs that do not fit widths, or fewer than 100 steps.

    Taught in lecture 05b.
    """
    if len(widths) < 3 or train[0].shape[1:] != (widths[0],) or steps < NOTED:
        raise ValueError(
            f"widths {list(widths)} need a hidden layer and inputs of shape (N, {widths[0]}); "
            f"got {tuple(train[0].shape)} and {steps} steps, at least {NOTED} are needed"
        )
    shape = (len(gains), len(rates), seeds)
    layers = _starts(widths, gains, shape)
    rate = torch.tensor(rates)[None, :, None].expand(shape).reshape(-1, 1, 1)
    noted = []
    for step in range(1, steps + 1):
        chosen = torch.randint(len(train[0]), (seeds, BATCH))
        z = forward(layers, train[0][chosen].expand(*shape, -1, -1).flatten(0, 2), activation)
        y = train[1][chosen].expand(*shape, -1)
        # The sum over networks keeps their gradients apart: no parameter belongs to two of them.
        (F.cross_entropy(z.flatten(0, 1), y.flatten(), reduction="sum") / BATCH).backward()
        with torch.no_grad():
            for parameter in (one for layer in layers for one in layer):
                parameter -= rate * parameter.grad
                parameter.grad = None
            if step % NOTED == 0:
                noted.append([_accuracies(layers, activation, one).reshape(shape) for one in held_out])
    return np.array(noted)


def _starts(widths: Sequence[int], gains: Sequence[float], shape: tuple[int, int, int]) -> list[Layer]:
    layers = []
    for number, (inputs, outputs) in enumerate(pairwise(widths)):
        last = number == len(widths) - 2
        gain = torch.ones(shape[0]) if last else torch.tensor(gains, dtype=torch.float32)
        draws = torch.randn(shape[2], inputs, outputs) / inputs**0.5
        W = (gain[:, None, None, None, None] * draws).expand(*shape, -1, -1).flatten(0, 2).contiguous()
        layers.append((W.requires_grad_(), torch.zeros(len(W), 1, outputs, requires_grad=True)))
    return layers


def _accuracies(layers: Sequence[Layer], activation: Callable[[Tensor], Tensor], examples: Examples) -> NDArray:
    X, y = examples
    classes = forward(layers, X.expand(len(layers[0][0]), -1, -1), activation).argmax(dim=-1)
    return (classes == y).double().mean(dim=1).numpy()
