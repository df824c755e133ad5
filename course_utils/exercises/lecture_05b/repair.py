"""Exercise 05b.6: a deep sigmoid network to be repaired."""

from __future__ import annotations

import copy
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise
from course_utils.training.short import take_steps

# 05b.6: widths of the network, and how the check trains it.
WIDTHS, STEPS, RATE, TARGET, SEEN = (64, *[32] * 8, 10), 400, 1.0, 0.65, 1200

NO_NETWORK = "The answer must be an nn.Sequential of nn.Linear and nn.Sigmoid layers in turn, ending in nn.Linear"
WRONG_WIDTHS = "The layers must lead from 64 inputs through eight hidden layers of 32 units to 10 logits"
STUCK = "The network does not learn at all"
SLOW = "The network learns, but not enough"


def _repair_problem(network: Any) -> str | None:
    """Return what is wrong with a deep sigmoid network, trained as the task says."""
    kinds = [nn.Linear, nn.Sigmoid] * (len(WIDTHS) - 2) + [nn.Linear]
    if not isinstance(network, nn.Sequential):
        return f"{NO_NETWORK}. Got {describe(network)}."
    if [type(layer) for layer in network] != kinds:
        return f"{NO_NETWORK}. Yours has {', '.join(type(layer).__name__ for layer in network)}."
    linear = list(network)[::2]
    widths = [linear[0].in_features, *(layer.out_features for layer in linear)]
    if widths != list(WIDTHS) or any(layer.bias is None for layer in linear):
        return f"{WRONG_WIDTHS}, all with biases. Yours are {widths}."
    if not all(torch.isfinite(parameter).all() for parameter in network.parameters()):
        return "Some weights or biases are NaN or infinite."
    X, y = _digits()
    trained = copy.deepcopy(network).float().requires_grad_(True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        take_steps(trained, X[:SEEN], y[:SEEN], torch.optim.SGD(trained.parameters(), RATE), STEPS, 50)
    with torch.no_grad():
        accuracy = (trained(X[SEEN:]).argmax(dim=1) == y[SEEN:]).double().mean().item()
    if accuracy >= TARGET:
        return None
    fault = STUCK if accuracy < 0.2 else SLOW
    return f"{fault}: after {STEPS} steps its accuracy is {accuracy:.2f}; the target is {TARGET}."


def _digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Return the digits of the task, normalized, and their classes."""
    digits = load_digits()
    X = torch.tensor(digits.data, dtype=torch.float32)
    return (X - X.mean()) / X.std(), torch.tensor(digits.target)


def _sigmoid_network(gain: float | None = None, units: int = 32) -> nn.Sequential:
    """Return the network of the task with PyTorch's own start, or with weights of standard deviation gain / √inputs."""
    layers: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for inputs, outputs in [(64, units)] + [(units, units)] * 7 + [(units, 10)]:
            layer = nn.Linear(inputs, outputs)
            if gain is not None and outputs == units:
                nn.init.normal_(layer.weight, 0, gain / inputs**0.5)
                nn.init.zeros_(layer.bias)
            layers += [layer, nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])


REPAIR = BuildExercise(
    id="05b.6",
    title="Repair the sigmoid network",
    minutes=15,
    hints=(
        "Look at the slider with sigmoids: at which gain do the gradients keep their size through eight layers?",
        "The sigmoid's outputs are centered at 1/2, which pushes the next net inputs away from zero. A bias can "
        "take that out again.",
        "A layer gets W σ(z) + b. With b = -W · (1/2, …, 1/2), it is as if its inputs were σ(z) - 1/2. Then a gain of "
        "4 makes up for the slope of 1/4. (A gain of 8 without this trick also works.)",
    ),
    examiner=_repair_problem,
    calls=(),
    mistakes=(
        Mistake("as it was", _sigmoid_network, STUCK),
        Mistake("a gain of 20", lambda: _sigmoid_network(20.0), SLOW),
        Mistake("half as wide", lambda: _sigmoid_network(8.0, units=16), WRONG_WIDTHS),
        Mistake("not a network", 4.0, NO_NETWORK),
    ),
)
