"""One small network trained at many learning rates and from several seeds at once: the race of chapter 07."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from course_utils.training.many import forward

Schedule = Callable[[int], float]
Options = Mapping[str, Any]

# The race of lecture 07b: class, options, and the lowest of seven rates, each √10 times the one before. All grids are
# equally wide, a factor of 1000 around the rates that are usual for the optimizer.
GRIDS: dict[str, tuple[type[torch.optim.Optimizer], Options, float]] = {
    "SGD": (torch.optim.SGD, {}, 3e-3),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}, 3e-4),
    "Nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}, 3e-4),
    "AdaGrad": (torch.optim.Adagrad, {}, 1e-3),
    "RMSProp": (torch.optim.RMSprop, {}, 3e-5),
    "AdaDelta": (torch.optim.Adadelta, {}, 3e-2),
    "Adam": (torch.optim.Adam, {}, 1e-4),
    "AdamW": (torch.optim.AdamW, {}, 1e-4),
}
GRID_SIZE = 7


@dataclass(frozen=True)
class Trained:
    """Networks that differ only in their learning rate (R of them) and their seed (S).

    Attributes:
        rates: the learning rates, R of them.
        losses: training loss of each epoch, the mean over its mini-batches; shape (R, S, epochs).
        parameters: all parameters of each network, shape (R, S, P).
        widths: units of each layer, input first.
    """

    rates: tuple[float, ...]
    losses: Tensor
    parameters: Tensor
    widths: tuple[int, ...]

    def evaluate(self, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean cross-entropy and accuracy on X (N, F) with labels y (N,), each of shape (R, S)."""
        R, S, _ = self.parameters.shape
        logits = _logits(X.expand(R * S, *X.shape), self.parameters.flatten(0, 1), self.widths)
        labels = y.expand(R * S, -1)
        loss = _cross_entropy(logits, labels)
        accuracy = (logits.argmax(dim=2) == labels).float().mean(dim=1)
        return loss.view(R, S), accuracy.view(R, S)

    def best_rate(self, X: Tensor, y: Tensor) -> int:
        """Return the place of the rate with the lowest mean loss on X, y; a rate that diverges for a seed is not it."""
        return int(self.evaluate(X, y)[0].mean(dim=1).nan_to_num(nan=torch.inf).argmin())

    def steepest_curvatures(self, X: Tensor, y: Tensor, rounds: int = 12) -> list[float]:
        """Return the largest curvature of the loss on X, y around the networks of the first rate, one for each seed.

        By power iteration: the matrix of second derivatives is multiplied to a direction until the steepest one has
        taken over (Pearlmutter 1994, "Fast exact multiplication by the Hessian").
        """
        found = []
        for parameters in self.parameters[0]:
            w = parameters.clone().requires_grad_()
            loss = _cross_entropy(_logits(X[None], w[None], self.widths), y[None]).sum()
            (gradient,) = torch.autograd.grad(loss, w, create_graph=True)
            direction = torch.ones_like(w) / len(w) ** 0.5
            for _ in range(rounds):
                (change,) = torch.autograd.grad(gradient @ direction, w, retain_graph=True)
                curvature = float(direction @ change)
                direction = change / change.norm()
            found.append(curvature)
        return found


def train_at_rates(
    optimizer_class: type[torch.optim.Optimizer],
    rates: Sequence[float],
    X: Tensor,
    y: Tensor,
    *,
    widths: Sequence[int],
    epochs: int,
    batch_size: int = 50,
    seeds: int = 10,
    schedule: Schedule = lambda step: 1.0,
    start_scale: float = 1.0,
    **options: Any,
) -> Trained:
    """Train one network of ReLU layers for each rate and each seed, all at once, on softmax and cross-entropy.

    Seed s has the same random start and the same mini-batches at every rate, so that rates, optimizers and schedules
    can be compared seed by seed. Weights start as He et al. (2015) suggest, biases at zero.

    Args:
        optimizer_class: of ``torch.optim``; it gets one parameter group per rate, and ``options``.
        rates: R learning rates.
        X: inputs, shape (N, widths[0]).
        y: class numbers, shape (N,).
        widths: units of each layer, input first, classes last.
        epochs: passes over the N examples, each in a new order.
        batch_size: examples per mini-batch; what is left over at the end of an epoch is dropped.
        seeds: S, the number of starts.
        schedule: takes the number of the step, from 0; its value multiplies every rate.
        start_scale: multiplies all weights of the random start.

    Raises:
        ValueError: X does not fit the widths, or a mini-batch is larger than the data.

    Taught in lecture 07b.
    """
    widths = tuple(widths)
    if X.shape[1:] != (widths[0],):
        raise ValueError(f"X {tuple(X.shape)} does not fit widths {list(widths)}; it needs {widths[0]} columns")
    if not 1 <= batch_size <= len(X):
        raise ValueError(f"batch_size is {batch_size}; it must be between 1 and the {len(X)} examples")
    generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
    start = torch.stack([start_scale * _start(widths, generator) for generator in generators])  # (S, P)
    groups = [{"params": [start.clone().requires_grad_()], "lr": rate} for rate in rates]
    optimizer = optimizer_class(groups, **options)
    losses, step = [], 0
    for _ in range(epochs):
        orders = torch.stack([torch.randperm(len(X), generator=generator) for generator in generators])
        total = torch.zeros(len(rates) * seeds)
        batches = [rows for rows in orders.split(batch_size, dim=1) if rows.shape[1] == batch_size]
        for rows in batches:
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * schedule(step)
            parameters = torch.cat([group["params"][0] for group in groups])  # (R · S, P)
            logits = _logits(X[rows].repeat(len(rates), 1, 1), parameters, widths)
            loss = _cross_entropy(logits, y[rows].repeat(len(rates), 1))
            optimizer.zero_grad()
            loss.sum().backward()  # no network sees another: each gets the gradient of its own loss
            optimizer.step()
            total += loss.detach()
            step += 1
        losses.append((total / len(batches)).view(len(rates), seeds))
    parameters = torch.stack([group["params"][0].detach() for group in groups])
    return Trained(tuple(rates), torch.stack(losses, dim=2), parameters, widths)


def train_on_grid(name: str, X: Tensor, y: Tensor, *, widths: Sequence[int], epochs: int) -> Trained:
    """Train at the seven rates of one optimizer of the race, by its name in ``GRIDS``; see :func:`train_at_rates`.

    Taught in lecture 07b.
    """
    optimizer_class, options, lowest = GRIDS[name]
    rates = [lowest * 10 ** (number / 2) for number in range(GRID_SIZE)]
    return train_at_rates(optimizer_class, rates, X, y, widths=widths, epochs=epochs, **options)


def _start(widths: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Return the parameters of a fresh network in one row: for each layer its weights, then its biases."""
    pieces = []
    for before, units in pairwise(widths):
        pieces += [torch.randn(before * units, generator=generator) * (2 / before) ** 0.5, torch.zeros(units)]
    return torch.cat(pieces)


def _logits(X: Tensor, parameters: Tensor, widths: tuple[int, ...]) -> Tensor:
    """Return the logits of M networks, (M, N, F) and (M, P) → (M, N, classes)."""
    layers, used = [], 0
    for before, units in pairwise(widths):
        W = parameters[:, used : used + before * units].view(-1, before, units)
        used += before * units
        layers.append((W, parameters[:, None, used : used + units]))
        used += units
    return forward(layers, X)


def _cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of each network, (M, N, classes) and (M, N) → (M,)."""
    return torch.nn.functional.cross_entropy(logits.transpose(1, 2), y, reduction="none").mean(dim=1)
