"""The open task of lecture 10a: a deep network that learns."""

from __future__ import annotations

import copy
from itertools import pairwise

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from course_utils.exercises import networks
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise
from course_utils.training.short import take_steps

CONVOLUTIONS, PARAMETERS, IMAGES = 24, 20_000, 600
STEPS, BATCH, RATE, LAST, TARGET = 60, 32, 0.05, 10, 0.8

NO_NETWORK = "Return a network: an nn.Module that has been made, not only its class."
SHAPE = "Images of shape (N, 1, 8, 8) should become logits of shape (N, 10), for any N, 1 included."
TOO_LARGE = f"It may have at most {PARAMETERS:,} parameters"
TOO_FEW = f"It needs at least {CONVOLUTIONS} convolutions (nn.Conv2d)"
NOT_IN_A_ROW = "Not every convolution gets what the previous one has made: they must lie one after another."
IN_A_BLOCK = 2
TOO_MANY_INSIDE = (
    f"A class of your own may hold at most {IN_A_BLOCK} convolutions: chain such blocks with nn.Sequential"
)
STUCK = "It does not learn at all"
SLOW = "It learns, but not enough"


def _problem(network: nn.Module) -> str | None:
    """Return what is wrong with a deep network, trained as the task says."""
    if not isinstance(network, nn.Module):
        return f"{NO_NETWORK} Got {type(network).__name__}."
    X, y = _digits()
    wiring = networks.wiring_problem(network, X)
    if wiring:
        return wiring
    with torch.no_grad():
        shapes = tuple(network(X[:5]).shape), tuple(network(X[:1]).shape)
    if shapes != ((5, 10), (1, 10)):
        return f"{SHAPE} Five images became {shapes[0]}, one became {shapes[1]}."
    if networks.count(network) > PARAMETERS:
        return f"{TOO_LARGE}; yours has {networks.count(network):,}."
    found = _convolutions(network)
    if found < CONVOLUTIONS:
        return f"{TOO_FEW}; yours has {found}."
    inside = max(_convolutions(unit) for unit in _units(network))
    if inside > IN_A_BLOCK:
        return f"{TOO_MANY_INSIDE}; {inside} lie in one class of yours, where the order of its steps cannot be seen."
    if not _in_a_row(network, X[:4]):
        return NOT_IN_A_ROW
    loss = _final_loss(network, X, y)
    if loss < TARGET:
        return None
    reached = f"after {STEPS} steps its loss is {loss:.2f}; the target is {TARGET}."
    return f"{SLOW if loss < 2.0 else STUCK}: {reached}"


def _digits() -> tuple[Tensor, Tensor]:
    digits = load_digits()
    X = torch.tensor(digits.images[:IMAGES, None], dtype=torch.float32)
    return (X - X.mean()) / X.std(), torch.tensor(digits.target[:IMAGES])


def _convolutions(module: nn.Module) -> int:
    return sum(isinstance(layer, nn.Conv2d) for layer in module.modules())


def _units(module: nn.Module) -> list[nn.Module]:
    """Return what holds convolutions and is looked at as a whole: layers of a library, and classes of the reader's.

    When a class of the reader's is graded, its code runs elsewhere, and only what goes in and comes out is seen.
    """
    library = type(module).__module__.startswith(("torch.nn.", "course_utils.models"))
    if not library or isinstance(module, nn.Conv2d):
        return [module] if _convolutions(module) else []
    return [unit for child in module.children() for unit in _units(child)]


def _in_a_row(network: nn.Module, X: Tensor) -> bool:
    """Return True where what each unit returns depends on what the one before it has returned."""
    moved = next(iter(networks.moved(network)))
    outputs: list[Tensor] = []
    for unit in _units(moved):
        unit.register_forward_hook(lambda _, __, output: outputs.append(output))
    moved(X)
    for before, after in pairwise(outputs):
        (slope,) = torch.autograd.grad(after.sum(), before, retain_graph=True, allow_unused=True)
        if slope is None:
            return False
    return True


def _final_loss(network: nn.Module, X: Tensor, y: Tensor) -> float:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(10)
        trained = copy.deepcopy(network).float().train()
        sgd = torch.optim.SGD(trained.parameters(), lr=RATE, momentum=0.9)
        losses = take_steps(trained, X, y, sgd, STEPS, BATCH)[-LAST:]
    return float(np.nan_to_num(losses, nan=np.inf).mean())


def _plain(count: int, channels: int = 8) -> nn.Sequential:
    """Return plain convolutions in a row with PyTorch's own start."""
    layers: list[nn.Module] = [nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    for _ in range(count - 1):
        layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * 16, 10))


class _SideBySide(nn.Module):
    """Convolutions that all look at the image."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 4, 3, stride=2) for _ in range(CONVOLUTIONS)])
        self.head = nn.Linear(4 * 9, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(sum(layer(x) for layer in self.convolutions).relu().flatten(1))


DEEP = BuildExercise(
    id="10a.5",
    title="Make a deep network learn",
    minutes=16,
    hints=(
        "What did the lecture do so that 32 layers could learn? Two switches, and a start.",
        "Build a block of two convolutions that adds its result to its input, with batch normalization, and use it "
        "twelve times.",
        "8 channels are enough: a first convolution, pooling to 4 × 4, twelve blocks, and one dense layer.",
    ),
    examiner=_problem,
    fresh=True,
    seconds=60.0,  # the check trains the network: on a busy machine that takes a while
    why="Skip connections, batch normalization, or a good start: several ways lead there, alone or together.",
    mistakes=(
        Mistake("not a network", (1, 8, 8, 10), NO_NETWORK),
        Mistake("one vector for all", lambda: nn.Sequential(_plain(24), nn.Flatten(0)), SHAPE),
        Mistake("too many parameters", lambda: _plain(24, channels=32), TOO_LARGE),
        Mistake("too shallow", lambda: _plain(6), TOO_FEW),
        Mistake("side by side", lambda: _SideBySide(), TOO_MANY_INSIDE),
        Mistake("plain, with PyTorch's start", lambda: _plain(24), STUCK),
        Mistake("frozen", lambda: _plain(24).requires_grad_(False), networks.FROZEN),
    ),
)
