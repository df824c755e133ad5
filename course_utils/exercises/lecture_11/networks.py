"""Exercises of lecture 11 on the network: 11.2, 11.3, 11.7."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, FunctionExercise
from course_utils.models import UNet

# 11.7: trainable numbers that the network may have, and how far it must see.
BUDGET = 20_000
REACH = 12


def _output(size: int, depth: int, *, lost: int = 4, bottom: bool = True, up: bool = True) -> int:
    """Pixels that come out of a U-Net without padding, 0 where the size does not fit, or what a slip makes of it."""
    for _ in range(depth):
        size -= lost
        if size < 2 or size % 2:
            return 0
        size //= 2
    size -= lost if bottom else 0
    for _ in range(depth):
        size = 2 * size - (lost if up else 0)
    return max(size, 0)


def _output_unchecked(size: int, depth: int) -> int:
    for _ in range(depth):
        size = (size - 4) // 2
    size -= 4
    for _ in range(depth):
        size = 2 * size - 4
    return max(size, 0)


OUTPUT = FunctionExercise(
    id="11.2",
    title="How many pixels come out?",
    minutes=8,
    hints=(
        "Two convolutions 3×3 without padding take 4 pixels. Follow the picture: down, bottom, up.",
        "Down, at each level: take 4, and halve. If what is to be halved is odd or below 2, return 0.",
        "Then 4 for the bottom, and at each level up: double, take 4. What is not above 0 at the end is 0.",
    ),
    cases=lambda rng: [(60, 2), (572, 4), (108, 3), (61, 2), (62, 2), (12, 2), (30, 4), (18, 1)],
    reference=_output,
    mistakes=(
        Mistake(
            "padded",
            lambda size, depth: _output(size, depth, lost=0),
            "This is the size with padding, where nothing is lost at the rim.",
        ),
        Mistake(
            "one convolution",
            lambda size, depth: _output(size, depth, lost=2),
            "You take two pixels a level; a level has two convolutions.",
        ),
        Mistake(
            "no bottom",
            lambda size, depth: _output(size, depth, bottom=False),
            "The convolutions at the bottom are missing.",
        ),
        Mistake(
            "one arm for free",
            lambda size, depth: _output(size, depth, up=False),
            "One of your two arms loses nothing; each level has two convolutions on the way down and on the way up.",
        ),
        Mistake(
            "rounded down",
            _output_unchecked,
            "You halve odd sizes and round: the bridges would lie half a pixel off. Such a size does not fit.",
        ),
    ),
)


def _bridge_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    return [
        (torch.from_numpy(rng.normal(size=kept)), torch.from_numpy(rng.normal(size=below)))
        for kept, below in [((2, 3, 10, 14), (2, 4, 6, 8)), ((3, 2, 9, 8), (3, 2, 5, 8))]
    ]


def _bridge(kept: Tensor, below: Tensor, *, top: float = 0.5, left: float = 0.5) -> Tensor:
    (height, width), (rows, columns) = kept.shape[2:], below.shape[2:]
    first, start = int((height - rows) * top), int((width - columns) * left)
    return torch.cat([kept[:, :, first : first + rows, start : start + columns], below], dim=1)


def _other_order(kept: Tensor, below: Tensor) -> Tensor:
    joined = _bridge(kept, below)
    return torch.cat([joined[:, kept.shape[1] :], joined[:, : kept.shape[1]]], dim=1)


BRIDGE = FunctionExercise(
    id="11.3",
    title="Lay the bridge",
    minutes=8,
    hints=(
        "The rim that was lost is equally wide on both sides: the first row kept is (H - h) // 2.",
        "A slice [:, :, top : top + h, left : left + w] cuts the middle out of all pictures and channels.",
        "torch.cat([middle, below], dim=1): pictures stay apart, channels come one after the other.",
    ),
    cases=_bridge_cases,
    reference=_bridge,
    mistakes=(
        Mistake(
            "upper left corner",
            lambda kept, below: _bridge(kept, below, top=0, left=0),
            "You cut from the upper left corner: what lies on top of each other is not the same place of the picture.",
        ),
        Mistake(
            "lower right corner",
            lambda kept, below: _bridge(kept, below, top=1, left=1),
            "You cut from the lower right corner: what lies on top of each other is not the same place of the picture.",
        ),
        Mistake("other order", _other_order, "The right channels, in the other order: what was kept comes first."),
        Mistake(
            "shrunk",
            lambda kept, below: torch.cat([F.interpolate(kept, below.shape[2:], mode="bilinear"), below], dim=1),
            "You shrink the kept picture to fit; its rim has to be cut off, or nothing lies where it was.",
        ),
        Mistake(
            "cut only",
            lambda kept, below: _bridge(kept, below)[:, : kept.shape[1]],
            "The cut is right; the channels from below are missing.",
        ),
    ),
)

NETWORK = "Return a network: a torch.nn.Module, made and not only its class."
SHAPE = "Pictures (N, 3, H, W) become logits (N, 1, H, W), for any N and any H and W that are multiples of 8."
TOO_LARGE = f"It may have at most {BUDGET:,} trainable numbers"
NOT_LOGITS = "Its outputs are probabilities; the loss wants logits and applies the sigmoid itself."
SHORT_SIGHTED = f"A pixel's score does not depend on what lies {REACH} pixels away"
BLURRED = "It cannot draw details of one pixel that it is shown: after 40 steps it still guesses. What carries them?"
# BCE: who knows the share of foreground alone has 0.66; measured with bridges 0.13 to 0.51 (8 seeds, 4 networks).
GUESSING = 0.58


def _network_problem(network: nn.Module) -> str | None:
    """Return what is wrong with a small network for masks, tried out on random pictures."""
    if not isinstance(network, nn.Module):
        return f"{NETWORK} Got {type(network).__name__}."
    generator = torch.Generator().manual_seed(11)
    X = torch.randn(4, 3, 32, 48, generator=generator)
    network.eval()
    with torch.no_grad():
        scores, one, strong = network(X), network(X[:1, :, :16, :8]), network(100 * X)
    if scores.shape != (4, 1, 32, 48) or one.shape != (1, 1, 16, 8):
        return f"{SHAPE} (4, 3, 32, 48) became {tuple(scores.shape)}, (1, 3, 16, 8) became {tuple(one.shape)}."
    numbers = sum(parameter.numel() for parameter in network.parameters())
    if numbers > BUDGET:
        return f"{TOO_LARGE}; yours has {numbers:,}."
    if ((strong >= 0) & (strong <= 1)).all():
        return NOT_LOGITS
    reach = _reach(network, X)
    if reach < REACH:
        return f"{SHORT_SIGHTED}: it sees {reach} pixels far."
    loss = _learn(network, generator)
    return None if loss < GUESSING else f"{BLURRED} (Its loss is {loss:.2f}. Without batch norm it may need longer.)"


def _reach(network: nn.Module, X: Tensor) -> int:
    """Return how many pixels far a score looks to the left, over the batch and several pixels."""
    X = X.clone().requires_grad_()
    middle = network(X)[:, 0, 20:28, 32]
    (gradient,) = torch.autograd.grad(middle.sum(), X)
    return 32 - int(gradient.abs().sum(dim=(0, 1, 2)).nonzero().min())


def _learn(network: nn.Module, generator: torch.Generator) -> float:
    """Train on pictures of noise, new ones at each step, whose masks are the noise cut off; return the last loss."""
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    network.train()
    losses = []
    for _ in range(40):
        X = torch.randn(4, 3, 24, 32, generator=generator)
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(network(X), (X[:, :1] > 0.3).float())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses[-5:]))


def _flat(layers: int, width: int, *ending: nn.Module, classes: int = 1) -> nn.Sequential:
    convolutions: list[nn.Module] = []
    for inputs in [3] + [width] * (layers - 1):
        convolutions += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.Conv2d(width, classes, 1), *ending)


BUDGETED = BuildExercise(
    id="11.7",
    title="A U-Net for a small budget",
    minutes=15,
    hints=(
        "models.UNet takes width and depth. Which of the two costs more numbers when it grows by one?",
        "Each further level has four times the numbers of the last and sees twice as far. Start with a width of 3.",
        "A depth of 3 asks for multiples of 8. Count: sum(p.numel() for p in network.parameters()).",
    ),
    examiner=_network_problem,
    mistakes=(
        Mistake("no network", (3, 48, 64), NETWORK),
        Mistake("two classes", lambda: _flat(4, 8, classes=2), SHAPE),
        Mistake("the lecture's network", lambda: UNet(3, 1, width=8, depth=3), TOO_LARGE),
        Mistake("sigmoid inside", lambda: _flat(3, 8, nn.Sigmoid()), NOT_LOGITS),
        Mistake("no pooling", lambda: _flat(4, 8), SHORT_SIGHTED),
        Mistake("no bridges", lambda: UNet(3, 1, width=3, depth=3, skips=False), BLURRED),
    ),
)
