"""The open task of lecture 10b: a network that is improved against a target, within two minutes of training."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.data import patches
from course_utils.evaluation import evaluate
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise
from course_utils.models import LeNet32, SmallResNet

IMAGES, TARGET, BUDGET = 1_000, 0.7, 120.0  # images to learn from, accuracy to reach, seconds

NO_NETWORK = "Return the trained network itself: an nn.Module."
SHAPE = "Images of shape (N, 3, 32, 32) should become logits of shape (N, 10)."
UNTRAINED = "That is no better than guessing: was it trained, and with the labels of these images?"
NOT_YET = "It has learned something; now improve it"


@cache
def _patches() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return patches and labels to learn from, and those that the check measures on, normalized alike."""
    cut = patches()
    mean, std = (torch.tensor(values)[:, None, None] for values in (cut.mean, cut.std))
    X, X_test = ((part - mean) / std for part in (cut.X_train[:IMAGES], cut.X_test))
    return X, cut.y_train[:IMAGES], X_test, cut.y_test


def _calls(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    """Return the patches to learn from, in a random order."""
    X, y, _, _ = _patches()
    order = torch.from_numpy(rng.permutation(len(X)))
    return [(X[order], y[order])]


def _problem(network: nn.Module, X: Tensor, y: Tensor) -> str | None:
    """Return what is wrong with a trained network, measured on patches from other parts of the photographs."""
    if not isinstance(network, nn.Module):
        return f"{NO_NETWORK} Got {type(network).__name__}."
    _, _, X_test, y_test = _patches()
    network.eval()
    with torch.no_grad():
        shape = tuple(network(X_test[:3].clone()).shape)
    if shape != (3, 10):
        return f"{SHAPE} Three images became {shape}."
    accuracy = evaluate(network, (X_test, y_test)).accuracy
    if accuracy >= TARGET:
        return None
    reached = f"Its accuracy on patches it has not seen is {accuracy:.2f}; the target is {TARGET}."
    return f"{UNTRAINED if accuracy < 0.2 else NOT_YET}. {reached}".replace("?.", "?")


def _short(network: nn.Module, X: Tensor, y: Tensor) -> nn.Module:
    """Return the network after two passes of plain training."""
    sgd = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9)
    for rows in torch.arange(2 * len(X)).remainder(len(X)).split(32):
        loss = nn.functional.cross_entropy(network(X[rows]), y[rows])
        sgd.zero_grad()
        loss.backward()
        sgd.step()
    return network


IMPROVE = BuildExercise(
    id="10b.6",
    title="Improve a network in two minutes",
    minutes=28,
    hints=(
        "Begin with something that works, and find out where it fails: is the training accuracy high, too?",
        "With 1,000 images, augmentation and batch normalization matter most; then a rate that rises and falls.",
        "models.SmallResNet(width=8) and training.fit_fast are one way; four epochs take a few seconds.",
    ),
    examiner=_problem,
    calls=_calls,
    seconds=BUDGET,
    mistakes=(
        Mistake("labels returned", lambda X, y: y, NO_NETWORK),
        Mistake("untrained", lambda X, y: SmallResNet(width=8), UNTRAINED),
        Mistake("features returned", lambda X, y: LeNet32().features, SHAPE),
        Mistake("LeNet, a little", lambda X, y: _short(LeNet32(), X, y), NOT_YET),
    ),
)
