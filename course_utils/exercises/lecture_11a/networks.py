"""Exercise of lecture 11a on the network: 11a.6."""

from __future__ import annotations

import copy
import itertools

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.exercises import networks
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise
from course_utils.models import UNet

# 11a.6: trainable parameters that the network may have, and how far it must see.
BUDGET = 20_000
REACH = 12


NETWORK = "Return a network: a torch.nn.Module, made and not only its class."
SHAPE = "Images (N, 3, H, W) become logits (N, 1, H, W), for any N and any H and W that are multiples of 8."
TOO_LARGE = f"It may have at most {BUDGET:,} trainable parameters"
NOT_LOGITS = "Its outputs are no logits: the loss applies the sigmoid itself, so nothing may follow the last layer."
SHORT_SIGHTED = f"A pixel's score does not depend on what lies {REACH} pixels away"
BLURRED = "It cannot draw details of one pixel that it is shown: after 40 steps it still guesses. What carries them?"
# BCE: knowing only the fraction of foreground gives 0.66; networks with skip connections 0.08 to 0.44, without at
# least 0.64 (20 seeds, 7 networks).
GUESSING = 0.58


def _network_problem(network: nn.Module) -> str | None:
    """Return what is wrong with a small network for masks, tried out on random images."""
    if not isinstance(network, nn.Module):
        return f"{NETWORK} Got {type(network).__name__}."
    X = torch.randn(4, 3, 32, 48, generator=torch.Generator().manual_seed(11))
    wiring = networks.wiring_problem(network, X)
    if wiring:
        return wiring
    with torch.no_grad():
        scores, one = network(X), network(X[:1, :, :16, :8])
    if scores.shape != (4, 1, 32, 48) or one.shape != (1, 1, 16, 8):
        return f"{SHAPE} (4, 3, 32, 48) became {tuple(scores.shape)}, (1, 3, 16, 8) became {tuple(one.shape)}."
    numbers = networks.count(network)
    if numbers > BUDGET:
        return f"{TOO_LARGE}; yours has {numbers:,}."
    last = networks.ending(network, X, dim=None)
    if last:
        return f"{NOT_LOGITS} They look like those of a {last}."
    reach = _reach(network)
    if reach < REACH:
        return f"{SHORT_SIGHTED}: it sees {reach} pixels far."
    loss = _best_loss(network)
    return None if loss < GUESSING else f"{BLURRED} (Its loss is {loss:.2f}. Without batch norm it may need longer.)"


def _reach(network: nn.Module) -> int:
    """Return how many pixels far a score looks to the left, with all parameters 0.1, so that no unit is dead."""
    network = copy.deepcopy(network).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(0.1)
    X = torch.rand(16, 3, 32, 48, generator=torch.Generator().manual_seed(1)).requires_grad_()
    (gradient,) = torch.autograd.grad(network(X)[:, 0, 20:28, 32].sum(), X)
    seen = gradient.abs().sum(dim=(0, 1, 2)).nonzero()
    return 32 - int(seen.min()) if len(seen) else 0


def _best_loss(network: nn.Module) -> float:
    """Return the loss after training, from the network's own start and, where that is a bad one, from another."""
    best = float("inf")
    for start in (network, *itertools.islice(networks.moved(network), 1)):
        best = min(best, _learn(start))
        if best < GUESSING:
            break
    return best


def _learn(network: nn.Module) -> float:
    """Train a copy on noise, new at each step, whose masks are the noise cut off; return the last loss."""
    network, generator = copy.deepcopy(network).train(), torch.Generator().manual_seed(11)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # of dropout
        for _ in range(40):
            X = torch.randn(4, 3, 24, 32, generator=generator)
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(network(X), (X[:, :1] > 0.3).float())
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return sum(losses[-5:]) / 5


def _flat(layers: int, width: int, *ending: nn.Module, classes: int = 1) -> nn.Sequential:
    convolutions: list[nn.Module] = []
    for inputs in [3] + [width] * (layers - 1):
        convolutions += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.Conv2d(width, classes, 1), *ending)


BUDGETED = BuildExercise(
    id="11a.6",
    title="A U-Net for a small budget",
    minutes=15,
    hints=(
        "models.UNet takes width and depth. Which of the two costs more numbers when it grows by one?",
        "Each further level has four times the numbers of the last and sees twice as far. Start with a width of 3.",
        "A depth of 3 asks for multiples of 8. Count: sum(p.numel() for p in network.parameters()).",
    ),
    examiner=_network_problem,
    seconds=60.0,  # the check trains
    fresh=True,
    mistakes=(
        Mistake("no network", (3, 48, 64), NETWORK),
        Mistake("two classes", lambda: _flat(4, 8, classes=2), SHAPE),
        Mistake("the lecture's network", lambda: UNet(3, 1, width=8, depth=3), TOO_LARGE),
        Mistake("sigmoid inside", lambda: _flat(3, 8, nn.Sigmoid()), f"{NOT_LOGITS} They look like those of a sigmoid"),
        Mistake("ReLU at the end", lambda: _flat(3, 8, nn.ReLU()), f"{NOT_LOGITS} They look like those of a ReLU"),
        Mistake("frozen", lambda: _flat(3, 8).requires_grad_(False), networks.FROZEN),
        Mistake("no pooling", lambda: _flat(4, 8), SHORT_SIGHTED),
        Mistake("no skip connections", lambda: UNet(3, 1, width=3, depth=3, skips=False), BLURRED),
    ),
)
