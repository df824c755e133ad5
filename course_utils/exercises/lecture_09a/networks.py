"""Exercises of lecture 09a on networks and their size: 09a.2, 09a.6."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises import networks
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise
from course_utils.models import DigitNet

# 09a.2: kernels in each block of the network of the task text.
KERNELS = 8
# 09a.6: trainable parameters that the network may have.
BUDGET = 1_500
CHANCE = math.log(10)  # the loss of a network that knows nothing


def _count(kernels: int, *, bias: bool = True, norm: bool = True, size: int = 7, running: bool = False) -> int:
    """Trainable parameters of the lecture's network with so many kernels per block, or what a slip makes of them."""
    first, second = nn.Conv2d(1, kernels, 3, bias=bias), nn.Conv2d(kernels, kernels, 3, bias=bias)
    layers = [first, second, nn.Linear(kernels * size * size, 10, bias=bias)]
    layers += [nn.BatchNorm2d(kernels), nn.BatchNorm2d(kernels)] if norm else []
    buffers = 4 * kernels if running else 0
    return buffers + sum(parameter.numel() for layer in layers for parameter in layer.parameters())


NUMBERS = ValueExercise(
    id="09a.2",
    title="Twice as many kernels",
    minutes=6,
    hints=(
        "A kernel has (channels in) · 3 · 3 weights and one bias; batch norm learns two numbers for each channel.",
        "The second convolution doubles twice: more kernels, and each of them looks at more channels.",
        "The images still end as 7×7 pixels, so the linear layer has 8 · 7 · 7 inputs and 10 outputs.",
    ),
    expected=lambda: _count(KERNELS),
    mistakes=(
        Mistake("doubled", 2 * _count(4), "You doubled the total. Not every layer doubles: look at the second one."),
        Mistake(
            "no biases", _count(KERNELS, bias=False), "The weights are right; each kernel and class has a bias too."
        ),
        Mistake("no batch norm", _count(KERNELS, norm=False), "Batch norm learns as well: two numbers a channel."),
        Mistake(
            "no pooling", _count(KERNELS, size=28), "The linear layer sees the images after they were pooled twice."
        ),
        Mistake(
            "second block sees four channels",
            _count(KERNELS) - KERNELS * 4 * 9,
            "Each kernel of the second block looks at all channels of the first, and those are more now.",
        ),
        Mistake("pooled once", _count(KERNELS, size=14), "The image is halved by each of the two blocks."),
        Mistake(
            "running averages",
            _count(KERNELS, running=True),
            "You counted batch norm's running averages. They are measured, not trained.",
        ),
    ),
)


NETWORK = "Return a network: an instance of torch.nn.Module, not the class itself."
SHAPE = "Images (N, 1, 28, 28) become logits (N, 10), for any N, including 1."
TOO_LARGE = f"It may have at most {BUDGET:,} trainable parameters"
NO_CONVOLUTION = "No convolution takes part in the network's answer."
NOT_LOGITS = (
    "The outputs are not logits: cross_entropy applies the softmax itself, so nothing may follow the last layer."
)
LINEAR = "It is one linear map: without an activation or max pooling, several layers are no more than one."
STUCK = "It cannot memorize thirty images: its loss hardly falls."
RATES = (0.02, 0.005)  # a start that the first one throws off learns with the second


def _network_problem(network: nn.Module) -> str | None:
    """Return what is wrong with a small digit network, tried out on random images."""
    if not isinstance(network, nn.Module):
        return f"{NETWORK} Got {type(network).__name__}."
    X = torch.randn(30, 1, 28, 28, generator=torch.Generator().manual_seed(9))
    wiring = networks.wiring_problem(network, X)
    if wiring:
        return wiring
    with torch.no_grad():
        logits, one = network(X), network(X[:1])
    if logits.shape != (30, 10) or one.shape != (1, 10):
        return f"{SHAPE} 30 images became {tuple(logits.shape)}, one became {tuple(one.shape)}."
    numbers = networks.count(network)
    if numbers > BUDGET:
        return f"{TOO_LARGE}; yours has {numbers:,}."
    if not networks.uses_convolution(network, X):
        return NO_CONVOLUTION
    last = networks.ending(network, X)
    if last:
        return f"{NOT_LOGITS} They look like those of a {last}."
    if networks.is_linear(network, X, X.flip(0)):
        return LINEAR
    first, final = min((_learn(network, X, rate) for rate in RATES), key=lambda losses: losses[1])
    return None if final < 0.6 * max(first, CHANCE) else f"{STUCK} It went from {first:.2f} to {final:.2f}."


def _learn(network: nn.Module, X: Tensor, rate: float) -> tuple[float, float]:
    """Return the losses of a copy of a network before and after 60 steps."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # of dropout
        network, y = copy.deepcopy(network).train(), torch.arange(len(X)) % 10
        optimizer = torch.optim.Adam(network.parameters(), lr=rate)
        losses = []
        for _ in range(60):
            optimizer.zero_grad()
            loss = F.cross_entropy(network(X), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses[0], losses[-1]


def _tiny(*ending: nn.Module, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=3), activation(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10), *ending
    )


BUDGETED = BuildExercise(
    id="09a.6",
    title="A network for a small budget",
    minutes=17,
    hints=(
        "Nearly all parameters of the lecture's network are in the dense layer. How do fewer inputs reach it?",
        "Pool once more, or give the convolutions a stride: 4 channels of 3×3 pixels are only 36 inputs.",
        "Three blocks of Conv2d(…, 4, 3, padding=1), BatchNorm2d(4), ReLU, MaxPool2d(2), then Flatten, Linear(36, 10).",
    ),
    examiner=_network_problem,
    fresh=True,
    seconds=20.0,  # a class of one's own is asked batch by batch when it is graded
    mistakes=(
        Mistake("no network", (1, 28, 28, 10), NETWORK),
        Mistake("one vector for all", lambda: nn.Sequential(_tiny(), nn.Flatten(0)), SHAPE),
        Mistake("the lecture's network", lambda: DigitNet(), TOO_LARGE),
        Mistake(
            "pooled pixels", lambda: nn.Sequential(nn.MaxPool2d(4), nn.Flatten(), nn.Linear(49, 10)), NO_CONVOLUTION
        ),
        Mistake("softmax inside", lambda: _tiny(nn.Softmax(dim=1)), f"{NOT_LOGITS} They look like those of a softmax"),
        Mistake("no activation", lambda: _tiny(activation=nn.Identity), LINEAR),
        Mistake("ReLU at the end", lambda: _tiny(nn.ReLU()), f"{NOT_LOGITS} They look like those of a ReLU"),
        Mistake("sigmoid at the end", lambda: _tiny(nn.Sigmoid()), f"{NOT_LOGITS} They look like those of a sigmoid"),
        Mistake("frozen", lambda: _tiny().requires_grad_(False), networks.FROZEN),
        Mistake("hardly learns", lambda: _tiny(nn.Dropout(0.97)), STUCK),
    ),
)
