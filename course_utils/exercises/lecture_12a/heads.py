"""Exercises of lecture 12a on heads and frozen bodies: 12a.1 and 12a.2."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn

from course_utils.exercises import networks
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise
from course_utils.models import SmallDigitNet

# 12a.1: numbers that reach the head of the network of the task text, and the classes of the new task.
INPUTS, CLASSES = 512, 3


def _head_numbers(classes: int = CLASSES, *, bias: bool = True) -> int:
    return sum(parameter.numel() for parameter in nn.Linear(INPUTS, classes, bias=bias).parameters())


HEAD_NUMBERS = ValueExercise(
    id="12a.1",
    title="Three kinds of cloud",
    minutes=4,
    hints=(
        "A linear layer has one weight for each pair of input and output, and one bias for each output.",
        "512 inputs, three outputs. Everything else is frozen.",
    ),
    expected=_head_numbers,
    mistakes=(
        Mistake("no biases", _head_numbers(bias=False), "The weights are right; each class has a bias as well."),
        Mistake("the old head", _head_numbers(1000), "These are the numbers of the old head; it was thrown away."),
        Mistake("one output fewer", _head_numbers(2), "Two outputs for three classes: each class needs its own logit."),
        Mistake(
            "one output more", _head_numbers(4), "Four outputs for three classes: one of them would never be right."
        ),
        Mistake("one bias", INPUTS * CLASSES + 1, "The weights are right; you gave all classes one bias together."),
    ),
)


# 12.2: the network that is handed in, trained or not; the examiner knows its weights.
OLD_NETWORK = SmallDigitNet()
with torch.no_grad():  # running averages as after training, so that losing them shows
    for buffer in OLD_NETWORK.buffers():
        buffer.copy_(buffer + 1)
NOT_A_NETWORK = "Return the network itself, with its new head."
OUTPUTS = "The network must answer with as many logits as there are classes in the new task"
NOT_LOGITS = "The outputs of the new head are no logits: nothing follows its linear layer."
STACKED = "You put a layer after the old head: it gets ten logits of the old task, not the features."
BODY_CHANGED = "The body has lost what it had learned: its weights or running averages are others than before."
BODY_TRAINS = "Weights of the body would still train: requires_grad is True for"
HEAD_FROZEN = "The new head is frozen as well: nothing would train. Which of the two steps comes first?"
WIDE_HEAD = "The features should reach the new logits through one linear layer"


def _adaptation_problem(network: nn.Module, old: SmallDigitNet, classes: int) -> str | None:
    """Return what is wrong with the old network after its adaptation."""
    if not isinstance(network, nn.Module) or isinstance(network, nn.Linear):
        return f"{NOT_A_NETWORK} Got {describe(network)}."
    X = torch.randn(6, 1, 28, 28, generator=torch.Generator().manual_seed(12))
    with torch.no_grad():
        shape = tuple(copy.deepcopy(network).eval()(X).shape)
    if shape != (6, classes):
        return f"{OUTPUTS}, here {classes}; six pictures became {shape}."
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    if not layers or layers[0].in_features != old.classifier.in_features or len(layers) > 1:
        is_stacked = any(layer.in_features == old.classifier.out_features for layer in layers)
        return STACKED if is_stacked else f"{WIDE_HEAD}; yours has {len(layers)}."
    own = {id(parameter) for parameter in layers[0].parameters()}
    body = [parameter for parameter in network.parameters() if id(parameter) not in own]
    if not _same(body, old.features.parameters()) or not _same(network.buffers(), old.buffers()):
        return BODY_CHANGED
    training = sum(parameter.requires_grad for parameter in body)
    if training:
        return f"{BODY_TRAINS} {training} of its {len(body)} tensors."
    if not all(parameter.requires_grad for parameter in layers[0].parameters()):
        return HEAD_FROZEN
    last = networks.ending(network, X)
    return f"{NOT_LOGITS} They look like those of a {last}." if last else None


def _same(found: Iterable[torch.Tensor], known: Iterable[torch.Tensor]) -> bool:
    found, known = list(found), list(known)
    return len(found) == len(known) and all(torch.equal(*pair) for pair in zip(found, known, strict=True))


def _adapted(network: SmallDigitNet, classes: int, *ending: nn.Module, freeze_first: bool = True) -> SmallDigitNet:
    head = nn.Linear(network.classifier.in_features, classes)
    if freeze_first:
        network.requires_grad_(False)
    network.classifier = nn.Sequential(head, *ending) if ending else head
    if not freeze_first:
        network.requires_grad_(False)
    return network


def _unfrozen(network: SmallDigitNet, classes: int) -> SmallDigitNet:
    network.classifier = nn.Linear(network.classifier.in_features, classes)
    return network


ADAPTED = BuildExercise(
    id="12a.2",
    title="A network for new classes",
    minutes=8,
    hints=(
        "A layer that you make has requires_grad=True from the start. What follows for the order of the steps?",
        "network.requires_grad_(False) freezes everything. How many numbers reach network.classifier?",
        "Freeze, then network.classifier = nn.Linear(network.classifier.in_features, classes), then return network.",
    ),
    examiner=_adaptation_problem,
    calls=((OLD_NETWORK, 3), (OLD_NETWORK, 4)),
    mistakes=(
        Mistake("returns the head", lambda network, classes: network.classifier.weight, NOT_A_NETWORK),
        Mistake("always three outputs", lambda network, classes: _adapted(network, 3), f"{OUTPUTS}, here 4"),
        Mistake("ten outputs kept", lambda network, classes: _adapted(network, 10), OUTPUTS),
        Mistake(
            "after the old head",
            lambda network, classes: nn.Sequential(network.requires_grad_(False), nn.Linear(10, classes)),
            STACKED,
        ),
        Mistake("a new network", lambda network, classes: _adapted(SmallDigitNet(), classes), BODY_CHANGED),
        Mistake(
            "softmax in the head",
            lambda network, classes: _adapted(network, classes, nn.Softmax(dim=1)),
            f"{NOT_LOGITS} They look like those of a softmax",
        ),
        Mistake(
            "ReLU in the head",
            lambda network, classes: _adapted(network, classes, nn.ReLU()),
            f"{NOT_LOGITS} They look like those of a ReLU",
        ),
        Mistake("two layers", lambda network, classes: _adapted(network, 16, nn.Linear(16, classes)), WIDE_HEAD),
        Mistake("nothing frozen", _unfrozen, BODY_TRAINS),
        Mistake("all frozen", lambda network, classes: _adapted(network, classes, freeze_first=False), HEAD_FROZEN),
    ),
)
