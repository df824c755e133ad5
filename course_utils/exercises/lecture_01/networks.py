"""Exercise 01.6: a network within a budget."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

CLASSES, BUDGET, LENGTH, OTHER_LENGTH = 4, 300, 64, 100
KIND = "Expected an nn.Sequential (or another nn.Module)."
OUTPUT = f"For a batch of 5 signals of {LENGTH} samples the logits should have shape (5, {CLASSES})."
NOT_FLAT = "The logits still have an axis along the signal: one answer is asked for each signal, not for each sample."
TOO_MANY = "More parameters than the budget allows."
ONE_LENGTH = f"It cannot read signals of {OTHER_LENGTH} samples: some layer knows the length of the signal."
LINEAR = "It is linear: the answer to a sum of two signals is the sum of the answers. Something must bend."
BLIND = "Some samples of the signal never change the answer: it does not look at all of them."


def _network_problem(network: Any) -> str | None:
    """Return what is wrong with a network for signals, tried out on random ones."""
    if not isinstance(network, nn.Module):
        return f"{KIND} Got {type(network).__name__}."
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(200, 1, LENGTH, generator=generator)
    network.eval()
    shape = tuple(network(X[:5]).shape)
    if len(shape) > 2:
        return f"{NOT_FLAT} Yours have shape {shape}."
    if shape != (5, CLASSES):
        return f"{OUTPUT} Yours have shape {shape}."
    count = sum(parameter.numel() for parameter in network.parameters())
    if count > BUDGET:
        return f"{TOO_MANY} Yours has {count}, {BUDGET} is the limit."
    if not _reads(network, torch.randn(5, 1, OTHER_LENGTH, generator=generator)):
        return ONE_LENGTH
    if _is_linear(network, X[:100], X[100:]):
        return LINEAR
    unseen = int((_influence(network, X) == 0).sum())
    return f"{BLIND} {unseen} of {LENGTH} are ignored." if unseen else None


def _reads(network: nn.Module, X: Tensor) -> bool:
    try:
        return tuple(network(X).shape) == (len(X), CLASSES)
    except RuntimeError:
        return False


def _is_linear(network: nn.Module, first: Tensor, second: Tensor) -> bool:
    with torch.no_grad():
        silence = network(torch.zeros_like(first))
        bent = network(first + second) - network(first) - network(second) + silence
        return bool(bent.abs().max() < 1e-4)


def _influence(network: nn.Module, X: Tensor) -> Tensor:
    """Return how much the answers to X, (N, 1, L), depend on each sample: (L,)."""
    X = X.clone().requires_grad_()
    weights = torch.arange(1.0, CLASSES + 1)  # unequal, so that softmax at the end would not cancel
    (gradient,) = torch.autograd.grad((network(X) * weights).sum(), X)
    return gradient.abs().sum(dim=(0, 1))


def _summary_head(channels: int, classes: int = CLASSES) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, classes)]


BUDGET_NETWORK = BuildExercise(
    id="01.6",
    title="A network within a budget",
    minutes=10,
    hints=(
        "nn.Linear knows how long its input is. Which layer of the CNN in the lecture does not?",
        "nn.AdaptiveAvgPool1d(1) leaves one number for each channel, however long the signal is; then flatten.",
        "A convolution from I to O channels with K weights has (I · K + 1) · O parameters. Put a ReLU after it.",
    ),
    examiner=_network_problem,
    calls=(),
    mistakes=(
        Mistake("not a network", [nn.Conv1d(1, 4, 5), nn.ReLU()], KIND),
        Mistake("three classes", nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), *_summary_head(4, 3)), OUTPUT),
        Mistake("not flattened", nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), nn.Conv1d(4, 4, 1)), NOT_FLAT),
        Mistake(
            "too large",
            nn.Sequential(nn.Flatten(), nn.Linear(LENGTH, 16), nn.ReLU(), nn.Linear(16, CLASSES)),
            TOO_MANY,
        ),
        Mistake(
            "an MLP", nn.Sequential(nn.Flatten(), nn.Linear(LENGTH, 4), nn.ReLU(), nn.Linear(4, CLASSES)), ONE_LENGTH
        ),
        Mistake("no bend", nn.Sequential(nn.Conv1d(1, 8, 7), *_summary_head(8)), LINEAR),
        Mistake("gaps", nn.Sequential(nn.Conv1d(1, 8, 3, stride=6), nn.ReLU(), *_summary_head(8)), BLIND),
    ),
)
