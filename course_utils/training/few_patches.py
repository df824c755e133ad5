"""Few labeled patches of photographs, a small convolutional network, and its training. Taught in lecture 08a."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils import data, settings
from course_utils.evaluation import evaluate

BatchLoss = Callable[[nn.Module, Tensor, Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Task:
    """Few labeled patches to learn from, many to test on, all normalized, on the device that trains.

    Attributes:
        X, y: training patches (N, 3, 32, 32) and their labels, int64 (N,).
        X_test, y_test: test patches and their labels.
        X_unlabeled: training patches whose labels are kept back.

    Taught in lecture 08a.
    """

    X: Tensor
    y: Tensor
    X_test: Tensor
    y_test: Tensor
    X_unlabeled: Tensor


def few_patches(per_class: int = 10) -> Task:
    """Return ``per_class`` labeled patches of each of ten photographs; the rest is unlabeled. Taught in lecture 08a."""
    patches = data.patches()
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (patches.mean, patches.std))
    device, labeled = settings.device(), 10 * per_class
    X, X_test = (((images - mean) / std).to(device) for images in (patches.X_train, patches.X_test))
    y, y_test = patches.y_train.to(device), patches.y_test.to(device)
    return Task(X[:labeled], y[:labeled], X_test, y_test, X_unlabeled=X[labeled:])


def rotated(task: Task, count: int = 1000) -> Task:
    """Return a task that needs no labels: of unlabeled patches, say by how many quarter turns each was rotated.

    Only its training part is new; ``count`` patches, a quarter of them for each rotation. Taught in lecture 08c.
    """
    quarters = task.X_unlabeled[:count].split(count // 4)
    X = torch.cat([quarter.rot90(k, (2, 3)) for k, quarter in enumerate(quarters)])
    turns = torch.arange(4, device=X.device).repeat_interleave(count // 4)
    return Task(X, turns, task.X_test, task.y_test, task.X_unlabeled)


def small_net() -> nn.Sequential:
    """Return the network for 32×32 color patches: two convolutions, two dense layers. Taught in lecture 08a."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 5, stride=2, padding=2),  # (N, 16, 16, 16)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 16, 8, 8)
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 32, 4, 4)
        nn.Flatten(),
        nn.Linear(32 * 16, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def plain_loss(network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of a batch. Taught in lecture 08a."""
    return F.cross_entropy(network(x), y)


def train(
    task: Task,
    seed: int,
    epochs: int,
    *,
    make_network: Callable[[], nn.Module] = small_net,
    batch_loss: BatchLoss = plain_loss,
) -> nn.Module:
    """Train a fresh network with Adam at 0.002 on mini-batches of 20; everything random follows ``seed``.

    Args:
        task: what to learn from.
        seed: of weights, mini-batches, and whatever a technique draws.
        epochs: passes over the training patches.
        make_network: returns a fresh network.
        batch_loss: loss of a batch from the network, the patches, and the labels; most techniques act here.

    Returns:
        The network, in training mode.

    Taught in lecture 08a.
    """
    torch.manual_seed(seed)
    network = make_network().to(task.X.device).train()
    adam = torch.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(task.X)).to(task.X.device).split(20):
            loss = batch_loss(network, task.X[rows], task.y[rows])
            adam.zero_grad()
            loss.backward()
            adam.step()
    return network


def error(network: nn.Module, X: Tensor, y: Tensor) -> float:
    """Return the error in evaluation mode, in percent. Taught in lecture 08a."""
    return 100 * (1 - evaluate(network, (X, y)).accuracy)
