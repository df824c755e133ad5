"""Exercise 01.6: a network within a budget."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises import networks
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

CLASSES, BUDGET, LENGTH, OTHER_LENGTH = 4, 300, 64, 100
KIND = "Expected an nn.Sequential (or another nn.Module)."
OUTPUT = f"For a batch of 5 signals of {LENGTH} samples the logits should have shape (5, {CLASSES})."
NOT_FLAT = "The logits still have an axis along the signal: one answer is asked for each signal, not for each sample."
TOO_MANY = "More parameters than the budget allows."
ONE_LENGTH = f"It cannot read signals of {OTHER_LENGTH} samples: some layer knows the length of the signal."
LINEAR = "It is linear: the answer to a sum of two signals is the sum of the answers. Something must bend."
NOT_LOGITS = "Its outputs are no logits, which may be any real number: nothing follows the last layer."
BLIND = "Some samples of the signal never change the answer: it does not look at all of them."
NOT_NUMBERS = "Its outputs are not numbers (NaN)."


def _network_problem(network: Any) -> str | None:
    """Return what is wrong with a network for signals, tried out on random ones."""
    if not isinstance(network, nn.Module):
        return f"{KIND} Got {describe(network)}."
    X = torch.randn(200, 1, LENGTH, generator=torch.Generator().manual_seed(1))
    wiring = networks.wiring_problem(network, X[:5])
    if wiring:
        return wiring
    with torch.no_grad():
        answers = network(X[:5].clone())
    shape = tuple(answers.shape)
    if len(shape) > 2:
        return f"{NOT_FLAT} Yours have shape {shape}."
    if shape != (5, CLASSES):
        return f"{OUTPUT} Yours have shape {shape}."
    if not torch.isfinite(answers).all():
        return NOT_NUMBERS
    count = sum(parameter.numel() for parameter in network.parameters())
    if count > BUDGET:
        return f"{TOO_MANY} Yours has {count}, {BUDGET} is the limit."
    if not _reads(network, torch.ones(5, 1, OTHER_LENGTH)):
        return ONE_LENGTH
    if networks.is_linear(network, X[:100], X[100:]):
        return LINEAR
    last = networks.ending(network, X)
    if last:
        return f"{NOT_LOGITS} Yours look like those of a {last}."
    unseen = LENGTH - int(_seen(network, X[:20]).sum())
    return f"{BLIND} Of {LENGTH} samples it ignores {unseen}." if unseen else None


def _reads(network: nn.Module, X: Tensor) -> bool:
    try:
        with torch.no_grad():
            return tuple(network(X).shape) == (len(X), CLASSES)
    except RuntimeError:
        return False


def _seen(network: nn.Module, X: Tensor) -> Tensor:
    """Return which samples change an answer when they are set to something large: (L,), booleans."""
    seen = torch.zeros(LENGTH, dtype=torch.bool)
    changed = X.expand(LENGTH, *X.shape).clone()  # (place, N, 1, L)
    with torch.no_grad():
        for copied in networks.moved(network):
            before = copied(X.clone())
            for value in (-20.0, 20.0):
                changed[torch.arange(LENGTH), :, 0, torch.arange(LENGTH)] = value
                after = copied(changed.flatten(0, 1).clone()).unflatten(0, (LENGTH, len(X)))
                seen |= ((after - before).abs() > 1e-5).any(dim=2).any(dim=1)
            if seen.all():
                break
    return seen


def _summary_head(channels: int, classes: int = CLASSES) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, classes)]


def _ending_in(last: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), *_summary_head(4), last)


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
        Mistake("softmax inside", _ending_in(nn.Softmax(dim=1)), f"{NOT_LOGITS} Yours look like those of a softmax"),
        Mistake(
            "log-softmax inside",
            _ending_in(nn.LogSoftmax(dim=1)),
            f"{NOT_LOGITS} Yours look like those of a log-softmax",
        ),
        Mistake("sigmoid inside", _ending_in(nn.Sigmoid()), f"{NOT_LOGITS} Yours look like those of a sigmoid"),
        Mistake("tanh inside", _ending_in(nn.Tanh()), f"{NOT_LOGITS} Yours look like those of a tanh"),
        Mistake("ReLU at the end", _ending_in(nn.ReLU()), f"{NOT_LOGITS} Yours look like those of a ReLU"),
        Mistake("gaps", nn.Sequential(nn.Conv1d(1, 8, 3, stride=6), nn.ReLU(), *_summary_head(8)), BLIND),
    ),
)
