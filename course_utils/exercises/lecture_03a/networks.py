"""Exercise of lecture 03a on a whole network: a budget of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_utils.exercises import networks
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

BUDGET, MAPS = 1500, (16, 8, 8)
NOT_NUMBERS = "The outputs are not numbers (NaN)."
NO_NETWORK = "The task asks for a network, an nn.Sequential."
WRONG_SHAPE = "The output has the wrong shape."
TOO_MANY = "The shape is correct, but the network has too many parameters."
LINEAR = (
    "The shape is correct and the budget is met, but the network is one linear map: "
    "what could you put between its layers?"
)


def _network_problem(network: Any) -> str | None:
    """Return what is wrong with a network, tried out on random images."""
    if not isinstance(network, nn.Module):
        return f"{NO_NETWORK} Got {describe(network)}."
    first, second = torch.randn(2, 5, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    wiring = networks.wiring_problem(network, first)
    if wiring:
        return wiring
    with torch.no_grad():
        out = network(first.clone())
    if tuple(out.shape) != (5, *MAPS):
        return f"{WRONG_SHAPE} Five images give {tuple(out.shape)}; the task asks for {(5, *MAPS)}."
    if not torch.isfinite(out).all():
        return NOT_NUMBERS
    count = networks.count(network)
    if count > BUDGET:
        return f"{TOO_MANY} It has {count:,}; {BUDGET:,} are allowed."
    return LINEAR if networks.is_linear(network, first, second) else None


def _pair(filters: int, last: int, stride: int, between: nn.Module) -> Callable[[], nn.Module]:
    """Return a maker of two convolutions of 3 × 3 with something between them."""
    return lambda: nn.Sequential(
        nn.Conv2d(3, filters, 3, stride=2, padding=1), between, nn.Conv2d(filters, last, 3, stride=stride, padding=1)
    )


FIT_BUDGET = BuildExercise(
    id="03a.7",
    title="Fit a budget",
    minutes=10,
    hints=(
        "Going from 32 to 8 takes two halvings, and a stride of 2 halves the sides once.",
        "A convolution of 3 × 3 from C to O channels has O (9 C + 1) parameters. Which C keeps the second layer small?",
        "Start from nn.Conv2d(3, 8, 3, stride=2, padding=1), and put an nn.ReLU() after it.",
    ),
    examiner=_network_problem,
    calls=(),
    mistakes=(
        Mistake("a layer's class", nn.Conv2d, NO_NETWORK),
        Mistake("halved once", _pair(8, 16, 1, nn.ReLU()), WRONG_SHAPE),
        Mistake("over budget", _pair(32, 16, 2, nn.ReLU()), TOO_MANY),
        Mistake("nothing between", _pair(8, 16, 2, nn.Identity()), LINEAR),
    ),
)
