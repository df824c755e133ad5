"""Many small networks of one shape, trained at once: what a network learns, over targets and random starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

Layer = tuple[Tensor, Tensor]
NOTED = 100  # steps from one noted error to the next


def train_many(widths: Sequence[int], x: Tensor, targets: Tensor, *, steps: int, rate: float) -> Tensor:
    """Train one network of ReLU layers for each target, all from different random starts, as one batch of matrices.

    Weights begin as He et al. (2015) suggest, and the hinges of the first layer where x lies in [0, 1]; Adam's learning
    rate falls along a cosine to 0, on all points in every step.

    Args:
        widths: units of each layer, input first.
        x: inputs, shape (N, widths[0]).
        targets: shape (S, N, widths[-1]).
        steps: at least 100.
        rate: Adam's learning rate at the beginning.

    Returns:
        Root mean square errors after every 100 steps, shape (steps // 100, S).

    Raises:
        ValueError: the shapes do not fit, or fewer than 100 steps.

    Taught in sitting 01a.
    """
    if x.shape[1:] != (widths[0],) or targets.shape[1:] != (len(x), widths[-1]):
        raise ValueError(f"x {tuple(x.shape)} and targets {tuple(targets.shape)} do not fit widths {list(widths)}")
    if steps < NOTED:
        raise ValueError(f"errors are noted every {NOTED} steps; got steps={steps}")
    layers = []
    for number, (before, units) in enumerate(pairwise(widths)):
        W = torch.randn(len(targets), before, units) * (2 / before) ** 0.5
        b = -W[:, :1] * torch.rand(len(targets), 1, units) if number == 0 else torch.zeros(len(targets), 1, units)
        layers.append((W.requires_grad_(), b.requires_grad_()))
    adam = torch.optim.Adam([parameter for layer in layers for parameter in layer], lr=rate)
    schedule, errors = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps), []
    for step in range(1, steps + 1):
        loss = (forward(layers, x.expand(len(targets), *x.shape)) - targets).square().mean(dim=(1, 2))
        adam.zero_grad()
        loss.sum().backward()
        adam.step()
        schedule.step()
        if step % NOTED == 0:
            errors.append(loss.detach().sqrt())
    return torch.stack(errors)


def forward(layers: Iterable[Layer], x: Tensor, activation: Callable[[Tensor], Tensor] = torch.relu) -> Tensor:
    """Return what M fully connected networks of one shape compute side by side.

    Args:
        layers: weights (M, before, units) and biases (M, 1, units) of each layer.
        x: inputs of each network, shape (M, N, inputs of the first layer).
        activation: between two layers.

    Taught in sitting 01a.
    """
    for number, (W, b) in enumerate(layers):
        x = torch.baddbmm(b, activation(x) if number else x, W)  # (M, N, before) → (M, N, units)
    return x
