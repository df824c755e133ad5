"""Exercises of lecture 12 on heads, frozen stages and their learning rates: 12.1 to 12.3."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn

from course_utils.exercises import networks
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, FunctionExercise, ValueExercise
from course_utils.models import SmallDigitNet

# 12.1: numbers that reach the head of the network of the task text, and the classes of the new task.
INPUTS, CLASSES = 512, 3


def _head_numbers(classes: int = CLASSES, *, bias: bool = True) -> int:
    return sum(parameter.numel() for parameter in nn.Linear(INPUTS, classes, bias=bias).parameters())


HEAD_NUMBERS = ValueExercise(
    id="12.1",
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
STACKED = "You put a layer behind the old head: it sees ten logits of the old task, not the features."
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
    id="12.2",
    title="A network for three classes",
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
            "behind the old head",
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


def _rates(count: int, head_rate: float, factor: float, *, first: int = 0) -> tuple[float, ...]:
    return tuple(head_rate * factor**distance for distance in reversed(range(first, first + count)))


RATES = FunctionExercise(
    id="12.3",
    title="A learning rate for each stage",
    minutes=6,
    hints=(
        "The head is the last in the list. How many factors lie between it and the stage before it?",
        "Stage number k of count (from 0) lies count - 1 - k stages before the head.",
        "A list comprehension over k in range(count): head_rate times factor to the power count - 1 - k.",
    ),
    cases=lambda rng: [(5, 0.01, 0.4), (3, float(rng.uniform(0.1, 1)), 0.5), (1, 0.2, 0.3)],
    reference=_rates,
    mistakes=(
        Mistake(
            "head first",
            lambda count, head_rate, factor: _rates(count, head_rate, factor)[::-1],
            "The rates are right, but the list runs from the head to the input; asked for is the other way.",
        ),
        Mistake(
            "one factor too many",
            lambda count, head_rate, factor: _rates(count, head_rate, factor, first=1),
            "The head already got a factor: it learns with head_rate itself.",
        ),
        Mistake(
            "one factor too few",
            lambda count, head_rate, factor: _rates(count, head_rate, factor, first=-1),
            "The head got 1 / factor too much: it learns with head_rate itself.",
        ),
        Mistake(
            "multiplied by the distance",
            lambda count, head_rate, factor: tuple(head_rate * factor * k for k in reversed(range(count))),
            "You multiply by the number of stages; the factor is applied once for each of them.",
        ),
        Mistake(
            "subtracted",
            lambda count, head_rate, factor: tuple(head_rate - factor * k for k in reversed(range(count))),
            "You subtract the factor for each stage; it multiplies.",
        ),
        Mistake(
            "rate of the head missing",
            lambda count, head_rate, factor: _rates(count, 1.0, factor),
            "The powers of the factor are right; head_rate is missing.",
        ),
        Mistake(
            "one rate for all",
            lambda count, head_rate, factor: (head_rate,) * count,
            "All stages have the rate of the head.",
        ),
        Mistake(
            "divided",
            lambda count, head_rate, factor: _rates(count, head_rate, 1 / factor),
            "You divide by the factor: the first stage would learn fastest, and it should change least.",
        ),
        Mistake(
            "a straight line",
            lambda count, head_rate, factor: tuple(head_rate * (1 - (1 - factor) * k) for k in reversed(range(count))),
            "The stage before the head is right; further down the factor must be applied again, not subtracted again.",
        ),
        Mistake(
            "one rate for the body",
            lambda count, head_rate, factor: (head_rate * factor,) * (count - 1) + (head_rate,),
            "The head is right, and so is the stage before it; each stage before that is slower still.",
        ),
    ),
)
