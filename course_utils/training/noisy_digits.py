"""A task that a network memorizes, and many networks that learn it side by side. Taught in chapter 08."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional as F

CLASSES, PIXELS, TESTED, RATE = 10, 64, 1000, 0.003


@dataclass(frozen=True, eq=False)
class NoisyDigits:
    """Handwritten digits of 8×8 pixels, some with a random label; each of the S seeds draws its own.

    Attributes:
        X, y: training images (S, N, 64), normalized, and their labels (S, N), int64.
        X_val, y_val: as many validation images, whose labels are noisy like those of the training images.
        X_test, y_test: 1,000 test images with the correct labels.

    Taught in lecture 08a.
    """

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor
    X_test: Tensor
    y_test: Tensor


def noisy_digits(seeds: int, labels: int = 200, noise: float = 0.25) -> NoisyDigits:
    """Return the task of chapter 08, drawn anew for each of ``seeds`` seeds.

    Args:
        seeds: how many.
        labels: training images, and validation images, of each seed; at most 398.
        noise: fraction of the labels that are replaced with a random class, which is the correct one in one of ten.

    Raises:
        ValueError: too many labels; 1,000 of the 1,797 digits are for testing.

    Taught in lecture 08a.
    """
    images, classes = load_digits(return_X_y=True)
    if 2 * labels + TESTED > len(images):
        raise ValueError(f"there are {len(images)} digits, {TESTED} of them for testing; got labels={labels}")
    images, classes = torch.tensor(images, dtype=torch.float32), torch.tensor(classes)
    images = (images - images.mean()) / images.std()
    parts = []
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(images), generator=generator)
        wrong = torch.rand(len(images), generator=generator) < noise
        noisy = torch.where(wrong, torch.randint(CLASSES, classes.shape, generator=generator), classes)
        train, val, test = order[:labels], order[labels : 2 * labels], order[-TESTED:]
        parts.append((images[train], noisy[train], images[val], noisy[val], images[test], classes[test]))
    return NoisyDigits(*(torch.stack(part) for part in zip(*parts, strict=True)))


class Networks:
    """Fully connected networks of one shape, C × S of them, which compute side by side.

    Seed by seed, all C copies start from the same weights (He et al. 2015) and from biases of 0.

    Attributes:
        weights: of each layer, (C, S, inputs, units).
        biases: of each layer, (C, S, 1, units).

    Taught in lecture 08a.
    """

    def __init__(self, widths: Sequence[int], copies: int, seeds: int, activation: Callable = torch.relu) -> None:
        self.activation = activation
        self.weights, self.biases = [], []
        for number, (inputs, units) in enumerate(pairwise(widths)):
            starts = []
            for seed in range(seeds):
                generator = torch.Generator().manual_seed(100 * seed + number)
                starts.append(torch.randn(inputs, units, generator=generator) * (2 / inputs) ** 0.5)
            self.weights.append(torch.stack(starts).repeat(copies, 1, 1, 1).requires_grad_())
            self.biases.append(torch.zeros(copies, seeds, 1, units, requires_grad=True))

    def parameters(self) -> list[Tensor]:
        """Return all weights and biases. Taught in lecture 08a."""
        return self.weights + self.biases

    def __call__(self, x: Tensor, hidden: Callable[[Tensor], Tensor] | None = None) -> Tensor:
        """Return logits (C, S, N, 10) for x (S, N, 64) or (C, S, N, 64); ``hidden`` changes each hidden activation."""
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            if number:
                x = self.activation(x)
                x = x if hidden is None else hidden(x)
            x = x @ weight + bias
        return x


@dataclass(frozen=True, eq=False)
class Curves:
    """What was measured on the way, each of shape (checks, C, S); errors in percent.

    Taught in lecture 08a.
    """

    steps: NDArray[np.int64]
    train_error: NDArray[np.float64]
    val_error: NDArray[np.float64]
    test_error: NDArray[np.float64]
    train_loss: NDArray[np.float64]
    val_loss: NDArray[np.float64]
    test_loss: NDArray[np.float64]


def train(
    task: NoisyDigits,
    steps: int,
    *,
    copies: int = 1,
    hidden_widths: Sequence[int] = (100, 100),
    activation: Callable[[Tensor], Tensor] = torch.relu,
    inputs: Callable[[Tensor, Tensor, int], tuple[Tensor, Tensor]] | None = None,
    hidden: Callable[[Tensor], Tensor] | None = None,
    penalty: Callable[[Networks, Tensor], Tensor] | None = None,
    choose: Callable[[Tensor, int], Tensor] | None = None,
    gradients: Callable[[Networks, int], None] | None = None,
    schedule: Callable[[int], float] | None = None,
    every: int = 10,
) -> tuple[Networks, Curves]:
    """Train C copies of the network for each seed, with Adam at 0.003, on all training images in every step.

    The copies differ by what the functions below do with the first axis: a strength of shape (C, 1, 1, 1) gives each
    copy its own.

    Args:
        task: see :func:`noisy_digits`.
        steps: how many; as each one sees all images, a step is an epoch.
        copies: C.
        hidden_widths: units of the hidden layers.
        activation: of the hidden layers.
        inputs: takes images (C, S, N, 64), one-hot targets (C, S, N, 10) and the step, returns what to train on.
        hidden: takes hidden activations (C, S, N, units), returns them changed; in training only.
        penalty: takes the networks and the images, returns what to add to each loss, (C, S).
        choose: takes losses (C, S, N) and the step, returns those that count, (C, S, M).
        gradients: takes the networks and the step; changes the gradients before it is taken.
        schedule: takes the step, returns the factor of the learning rate.
        every: steps between two checks; the first is before the first step.

    Taught in lecture 08a.
    """
    torch.manual_seed(8)
    networks = Networks((PIXELS, *hidden_widths, CLASSES), copies, len(task.X), activation)
    adam = torch.optim.Adam(networks.parameters(), lr=RATE)
    x = task.X.expand(copies, *task.X.shape)
    targets = F.one_hot(task.y, CLASSES).float().expand(copies, *task.y.shape, CLASSES)
    checks = []
    for step in range(steps + 1):
        if step % every == 0:
            checks.append(_check(networks, task))
        seen, wanted = (x, targets) if inputs is None else inputs(x, targets, step)
        losses = -(networks(seen, hidden).log_softmax(-1) * wanted).sum(-1)
        losses = losses if choose is None else choose(losses, step)
        loss = losses.mean(-1) if penalty is None else losses.mean(-1) + penalty(networks, seen)
        adam.zero_grad()
        loss.sum().backward()
        if gradients is not None:
            gradients(networks, step)
        if schedule is not None:
            adam.param_groups[0]["lr"] = RATE * schedule(step)
        adam.step()
    return networks, Curves(every * np.arange(len(checks)), *np.stack(checks, axis=1))


def _check(networks: Networks, task: NoisyDigits) -> NDArray[np.float64]:
    """Return errors and losses on training, validation and test images, (6, C, S)."""
    errors, losses = [], []
    for X, y in ((task.X, task.y), (task.X_val, task.y_val), (task.X_test, task.y_test)):
        with torch.no_grad():
            log_p = networks(X).log_softmax(-1)
        errors.append(100 * (log_p.argmax(-1) != y).double().mean(-1))
        labels = y.expand(*log_p.shape[:-1])[..., None]
        losses.append(-log_p.gather(-1, labels)[..., 0].double().mean(-1))
    return torch.stack(errors + losses).numpy()
