"""Exercises of lecture 12 on heads, frozen stages and their learning rates: 12.1 to 12.4."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

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
    rtol=1e-6,
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
FEW = 3
NOT_A_NETWORK = "Return the network itself, with its new head."
OUTPUTS = f"The network must answer with {FEW} logits, one for each class of the new task"
STACKED = "You put a layer behind the old head: it sees ten logits of the old task, not the features."
BODY_CHANGED = "The body has lost what it had learned: its weights are others than before."
BODY_TRAINS = "Weights of the body would still train: requires_grad is True for"
HEAD_FROZEN = "The new head is frozen as well: nothing would train. Which of the two steps comes first?"


def _adaptation_problem(network: nn.Module, old: nn.Module, classes: int) -> str | None:
    """Return what is wrong with the old network after its adaptation."""
    if not isinstance(network, nn.Module):
        return f"{NOT_A_NETWORK} Got {type(network).__name__}."
    with torch.no_grad():
        shape = tuple(network.eval()(torch.zeros(2, 1, 28, 28)).shape)
    if shape != (2, FEW):
        return f"{OUTPUTS}; two pictures became {shape}."
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    if [layer.in_features for layer in layers] != [OLD_NETWORK.classifier.in_features]:
        return STACKED
    body = [
        parameter for parameter in network.parameters() if all(parameter is not own for own in layers[0].parameters())
    ]
    known = list(OLD_NETWORK.features.parameters())
    if len(body) != len(known) or not all(torch.equal(one, other) for one, other in zip(body, known, strict=True)):
        return BODY_CHANGED
    training = sum(parameter.requires_grad for parameter in body)
    if training:
        return f"{BODY_TRAINS} {training} of its {len(body)} tensors."
    if not all(parameter.requires_grad for parameter in layers[0].parameters()):
        return HEAD_FROZEN
    return None


def _adapted(network: SmallDigitNet, *, outputs: int = FEW, freeze_first: bool = True) -> SmallDigitNet:
    head = nn.Linear(network.classifier.in_features, outputs)
    if freeze_first:
        network.requires_grad_(False)
    network.classifier = head
    if not freeze_first:
        network.requires_grad_(False)
    return network


def _unfrozen(network: SmallDigitNet) -> SmallDigitNet:
    network.classifier = nn.Linear(network.classifier.in_features, FEW)
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
    calls=((OLD_NETWORK, FEW),),
    mistakes=(
        Mistake("returns the head", lambda network, classes: network.classifier.weight, NOT_A_NETWORK),
        Mistake("ten outputs kept", lambda network, classes: _adapted(network, outputs=10), OUTPUTS),
        Mistake(
            "behind the old head",
            lambda network, classes: nn.Sequential(network.requires_grad_(False), nn.Linear(10, classes)),
            STACKED,
        ),
        Mistake("a new network", lambda network, classes: _adapted(SmallDigitNet()), BODY_CHANGED),
        Mistake("nothing frozen", lambda network, classes: _unfrozen(network), BODY_TRAINS),
        Mistake("all frozen", lambda network, classes: _adapted(network, freeze_first=False), HEAD_FROZEN),
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


# 12.4: the first batch norm is frozen, the second is not, and dropout must stay at work.
def _partly_frozen() -> nn.Sequential:
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.3), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)
    )
    network[:2].requires_grad_(False)
    return network.eval()


NO_NETWORK = "Return the network."
FROZEN_MOVES = "The frozen batch norm is in training mode: its running averages would move."
TRAINED_STUCK = "The batch norm that trains is in evaluation mode: look at its weight.requires_grad."
DROPOUT_OFF = "Dropout is off: it is no batch norm, and belongs into training mode."
GRADIENTS_CHANGED = "You changed requires_grad; asked for are the modes alone."


def _mode_problem(network: nn.Module, given: nn.Module) -> str | None:
    if not isinstance(network, nn.Sequential):
        return f"{NO_NETWORK} Got {type(network).__name__}."
    _, frozen, _, dropout, _, trained = network
    if frozen.weight.requires_grad or not trained.weight.requires_grad:
        return GRADIENTS_CHANGED
    if frozen.training:
        return FROZEN_MOVES
    if not dropout.training:
        return DROPOUT_OFF
    return None if trained.training else TRAINED_STUCK


def _with_modes(change: Callable[[nn.Module], object]) -> Callable[[nn.Module], nn.Module]:
    """Return an answer that sets training mode and then changes each layer as told."""

    def answer(network: nn.Module) -> nn.Module:
        network.train()
        for layer in network:
            change(layer)
        return network

    return answer


def _thaw(layer: nn.Module) -> None:
    layer.requires_grad_(True)


MODES = BuildExercise(
    id="12.4",
    title="Training mode with frozen parts",
    minutes=8,
    hints=(
        "Start with network.train(), which puts every layer into training mode. Which must go back?",
        "for layer in network.modules(): isinstance(layer, nn.BatchNorm2d) finds them.",
        "A batch norm is frozen where layer.weight.requires_grad is False: layer.eval() for these.",
    ),
    examiner=_mode_problem,
    calls=((_partly_frozen(),),),
    mistakes=(
        Mistake("returns a flag", lambda network: network.training, NO_NETWORK),
        Mistake("train alone", lambda network: network.train(), FROZEN_MOVES),
        Mistake("thawed", _with_modes(_thaw), GRADIENTS_CHANGED),
        Mistake("eval alone", lambda network: network.eval(), DROPOUT_OFF),
        Mistake(
            "every batch norm",
            _with_modes(lambda layer: layer.eval() if isinstance(layer, nn.BatchNorm2d) else None),
            TRAINED_STUCK,
        ),
    ),
)
