"""One small task that over-fits, and the table in which every technique is measured on it. Taught in lecture 08."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from course_utils import data, settings
from course_utils.evaluation import evaluate

BatchLoss = Callable[[nn.Module, Tensor, Tensor], Tensor]
CLEARLY = 4.0  # standard errors; with five seeds (t, 4 degrees of freedom) chance passes it once in sixty rows


@dataclass(frozen=True, eq=False)
class Task:
    """Few labelled patches to learn from, many to test on, all normalised, on the device that trains.

    Attributes:
        X: training patches, N×3×32×32.
        y: their labels.
        X_val, y_val: validation patches.
        X_test, y_test: test patches.
        X_unlabelled: training patches whose labels are kept back.

    Taught in lecture 08.
    """

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor
    X_test: Tensor
    y_test: Tensor
    X_unlabelled: Tensor


def few_patches(per_class: int = 10) -> Task:
    """Return the task of lecture 08: ``per_class`` labelled patches of each photograph; the rest is unlabelled.

    Taught in lecture 08.
    """
    patches = data.patches()
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (patches.mean, patches.std))
    device, labelled = settings.device(), 10 * per_class
    if device.type == "mps":  # which cannot differentiate max pooling twice, as a penalty on the Jacobian does
        device = torch.device("cpu")
    X, X_val, X_test = (
        ((images - mean) / std).to(device) for images in (patches.X_train, patches.X_val, patches.X_test)
    )
    y, y_val, y_test = (labels.to(device) for labels in (patches.y_train, patches.y_val, patches.y_test))
    return Task(X[:labelled], y[:labelled], X_val, y_val, X_test, y_test, X_unlabelled=X[labelled:])


def small_net(width: int = 16, activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """Return the network of lecture 08 for 32×32 color patches: two convolutions, two dense layers.

    Args:
        width: kernels of the first convolution; the second has twice, the hidden dense layer four times as many.
        activation: makes an activation layer.

    Taught in lecture 08.
    """
    return nn.Sequential(
        nn.Conv2d(3, width, 5, stride=2, padding=2),  # (N, width, 16, 16)
        activation(),
        nn.MaxPool2d(2),  # (N, width, 8, 8)
        nn.Conv2d(width, 2 * width, 3, padding=1),
        activation(),
        nn.MaxPool2d(2),  # (N, 2·width, 4, 4)
        nn.Flatten(),
        nn.Linear(2 * width * 16, 4 * width),
        activation(),
        nn.Linear(4 * width, 10),
    )


def plain_loss(network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of a batch: the baseline's loss. Taught in lecture 08."""
    return F.cross_entropy(network(x), y)


def adam(network: nn.Module) -> Optimizer:
    """Return the baseline's optimizer: Adam, rate 0.002. Taught in lecture 08."""
    return torch.optim.Adam(network.parameters(), lr=2e-3)


def train(
    task: Task,
    seed: int,
    *,
    epochs: int,
    make_network: Callable[[], nn.Module] = small_net,
    batch_loss: BatchLoss = plain_loss,
    make_optimizer: Callable[[nn.Module], Optimizer] = adam,
    batch_size: int = 20,
) -> nn.Module:
    """Train a fresh network on the labelled patches; everything random follows ``seed``.

    Args:
        task: what to learn from.
        seed: of weights, batches and whatever a technique draws.
        epochs: passes over the training patches.
        make_network: returns a fresh network.
        batch_loss: loss of a batch from the network, the patches and the labels; most techniques act here.
        make_optimizer: returns the optimizer; a technique may hang its hooks on it.
        batch_size: patches in a step.

    Returns:
        The network, in training mode.

    Taught in lecture 08.
    """
    torch.manual_seed(seed)
    network = make_network().to(task.X.device).train()
    optimizer = make_optimizer(network)
    for _ in range(epochs):
        for rows in torch.randperm(len(task.X)).to(task.X.device).split(batch_size):
            loss = batch_loss(network, task.X[rows], task.y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network


def error(network: nn.Module, X: Tensor, y: Tensor) -> float:
    """Return the share of wrong predictions, in per cent. Taught in lecture 08."""
    return 100 * (1 - evaluate(network, (X, y)).accuracy)


class Work(TorchDispatchMode):
    """Count the floating-point operations of all convolutions and matrix products done inside ``with Work() as work``.

    Unlike seconds they are the same on every machine. What they leave out (drawing noise, turning pictures) is cheap.

    Attributes:
        total: operations so far; a multiplication and its addition are two.

    Source: the formulas are those of ``torch.utils.flop_counter``, whose own ``FlopCounterMode`` cannot follow a
    gradient of a gradient, which the Jacobian penalty takes.
    Taught in lecture 08.
    """

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        count = flop_registry.get(func.overloadpacket)
        if count is None and torch.is_inference_mode_enabled():
            with self:  # in this mode a layer arrives whole; its parts are what is counted
                parts = func.decompose(*args, **kwargs)
            if parts is not NotImplemented:
                return parts
        out = func(*args, **kwargs)
        if count is not None:
            self.total += count(*args, **kwargs, out_val=out)
        return out


@dataclass(frozen=True, eq=False)
class Row:
    """What one technique reached: errors in per cent, one number a seed, and its work (floating-point operations)."""

    train_errors: NDArray[np.float64]
    test_errors: NDArray[np.float64]
    work: float


@dataclass
class Comparison:
    """The table of lecture 08: one row for each technique, the first is the baseline.

    Attributes:
        task: what all of them learn from.
        seeds: every technique is trained once from each.
        rows: name → what was measured.

    Taught in lecture 08.
    """

    task: Task
    seeds: Sequence[int]
    rows: dict[str, Row] = field(default_factory=dict)

    def add(self, name: str, train_one: Callable[[int], nn.Module]) -> list[nn.Module]:
        """Train with every seed, measure, and print the new row.

        Args:
            name: of the technique.
            train_one: takes a seed, returns a trained network.

        Returns:
            The trained networks, one a seed.

        Taught in lecture 08.
        """
        with Work() as work:
            networks = [train_one(self.seeds[0])]
        networks += [train_one(seed) for seed in self.seeds[1:]]
        self.rows[name] = Row(
            np.array([error(network, self.task.X, self.task.y) for network in networks]),
            np.array([error(network, self.task.X_test, self.task.y_test) for network in networks]),
            work.total,
        )
        print(self.line(name), flush=True)
        return networks

    def line(self, name: str) -> str:
        """Return a row as text: errors in per cent with the standard deviation over seeds, gap, work, verdict."""
        row, baseline = self.rows[name], next(iter(self.rows.values()))
        train_error, test_error = row.train_errors.mean(), row.test_errors.mean()
        return (
            f"{name:22} train {train_error:4.1f}  test {test_error:4.1f} ± {row.test_errors.std(ddof=1):3.1f}  "
            f"gap {test_error - train_error:4.1f}  work ×{row.work / baseline.work:4.2f}  {self.verdict(name)}"
        ).rstrip()

    def change(self, name: str) -> NDArray[np.float64]:
        """Return the test errors minus the baseline's, seed by seed, in points of a per cent; below 0 is better."""
        return self.rows[name].test_errors - next(iter(self.rows.values())).test_errors

    def verdict(self, name: str) -> str:
        """Return whether the test errors differ from the baseline's, seed by seed, by over four standard errors."""
        change = self.change(name)
        if not change.any():
            return ""
        if abs(change.mean()) < CLEARLY * change.std(ddof=1) / len(change) ** 0.5:
            return "unclear"
        return "better" if change.mean() < 0 else "worse"
