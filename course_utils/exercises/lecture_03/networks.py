"""Exercises of lecture 03 on whole networks: a budget of parameters, and what a shift does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_utils.exercises import networks
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise

BUDGET, MAPS = 1500, (16, 8, 8)
NOT_NUMBERS = "The outputs are not numbers (NaN)."
NO_NETWORK = "Asked for is a network, an nn.Sequential."
WRONG_SHAPE = "The output has the wrong shape."
TOO_MANY = "The shape is right, but the network has too many parameters."
LINEAR = "Shape and budget are right, but the network is one linear map: what could stand between its layers?"


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
        return f"{WRONG_SHAPE} Five images give {tuple(out.shape)}, asked for is (5, {', '.join(map(str, MAPS))})."
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
    id="03.8",
    title="Fit a budget",
    minutes=9,
    hints=(
        "From 32 to 8 is halving twice: a stride of 2 or a pooling by 2 halves once.",
        "A convolution of 3 × 3 from C to O channels has O (9 C + 1) parameters. Which C keeps the second one small?",
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

TWO_PIXELS = ChoiceExercise(
    id="03.9",
    title="Two pixels to the right",
    minutes=3,
    hints=(
        "Draw a row of eight numbers, take the maximum of each pair, move the row by two, and take them again.",
        "Into which window does the content of window 0 move?",
    ),
    right="b",
    why="A shift by a whole window moves the pooled map by one cell: equivariance, not invariance.",
    mistakes=(
        Mistake("invariant", "a", "Small means smaller than the window, and even then only some values stay."),
        Mistake("torn apart", "c", "That happens for a shift by one pixel: here whole windows move."),
        Mistake("two cells", "d", "One cell of the pooled map stands for two pixels."),
    ),
)
