"""Exercises of lecture 10 on the ladder: 10.5 to 10.7."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, FunctionExercise
from course_utils.exercises.lecture_10.pictures import pictures


def _smoothed(y: Tensor, classes: int, epsilon: float, *, others: bool = False, divide: bool = True) -> Tensor:
    """Targets with smoothed labels; or what a slip makes of them."""
    hard = F.one_hot(y, classes).double()
    if others:
        return hard * (1 - epsilon) + (1 - hard) * epsilon / (classes - 1)
    return hard * (1 - epsilon) + epsilon / (classes if divide else 1)


SMOOTHED = FunctionExercise(
    id="10.5",
    title="Smoothed labels",
    minutes=8,
    hints=(
        "Start from F.one_hot(y, classes): a one at the right class.",
        "Keep the share 1 − ε of it, and spread ε over all classes, the right one included.",
        "(1 - epsilon) * F.one_hot(y, classes) + epsilon / classes",
    ),
    cases=lambda rng: [
        (torch.from_numpy(rng.integers(0, classes, count)), classes, epsilon)
        for count, classes, epsilon in [(4, 5, 0.2), (6, 3, 0.1), (3, 10, 0.3)]
    ],
    reference=_smoothed,
    mistakes=(
        Mistake(
            "only the others",
            lambda y, classes, epsilon: _smoothed(y, classes, epsilon, others=True),
            "You spread ε over the wrong classes alone. PyTorch spreads it over all, the right one included.",
        ),
        Mistake(
            "not divided",
            lambda y, classes, epsilon: _smoothed(y, classes, epsilon, divide=False),
            "Each class gets the whole of ε: a row no longer adds up to one.",
        ),
        Mistake("hard", lambda y, classes, epsilon: F.one_hot(y, classes).double(), "These labels are not smoothed."),
        Mistake(
            "nothing spread",
            lambda y, classes, epsilon: F.one_hot(y, classes) * (1 - epsilon),
            "You take ε away from the right class and give it to nobody.",
        ),
        Mistake(
            "nothing taken",
            lambda y, classes, epsilon: F.one_hot(y, classes) + epsilon / classes,
            "You give ε to all classes and take it from nobody: a row adds up to more than one.",
        ),
    ),
    rtol=1e-5,
)

WHICH_RUNG = ChoiceExercise(
    id="10.6",
    title="Which change do you keep?",
    minutes=4,
    hints=(
        "How far do the seeds of one and the same change differ? Compare that with the gain.",
        "A gain counts if it is several times as large as its standard error.",
    ),
    right="b",
    why="Its gain is four standard errors from zero; the others could be luck, or were chosen on the test set.",
    mistakes=(
        Mistake("largest gain", "a", "One seed says nothing about spread: another seed may take the gain away."),
        Mistake("no difference", "c", "Three seeds, and the gain is smaller than its own standard error."),
        Mistake("test set", "d", "Here the test set chose the change: its luck was chosen too, seeds or no seeds."),
    ),
)


def _triangle(
    step: int, total: int, peak: float, warm_up: float, *, start: float = 0.0, down: bool = True, ends: bool = True
) -> float:
    """Height of a triangle over the steps; or what a slip makes of it."""
    top = warm_up * total
    if step <= top:
        return start + (peak - start) * step / top
    if not down:
        return peak
    return peak * (total - step) / (total - top) if ends else peak * (1 - step / total)


SCHEDULE = FunctionExercise(
    id="10.8",
    title="A triangle of learning rates",
    minutes=8,
    hints=(
        "Two straight lines that meet at the step warm_up · total. Treat them one after the other.",
        "Going up, the rate is peak times the share of the way to the top that is done.",
        "Going down, it is peak · (total − step) / (total − top): 1 at the top, 0 at the end.",
    ),
    cases=lambda rng: [
        (step, total, float(rng.uniform(0.1, 2)), warm_up)
        for total, warm_up in [(40, 0.25), (50, 0.3)]
        for step in (3, int(warm_up * total), 25, 38)
    ],
    reference=_triangle,
    mistakes=(
        Mistake(
            "stays at the top",
            lambda *arguments: _triangle(*arguments, down=False),
            "The rate rises and then stays; it has to fall to zero by the last step.",
        ),
        Mistake(
            "two different heights",
            lambda *arguments: _triangle(*arguments, ends=False),
            "Your second line falls from the very first step on: at the top it does not meet the first one.",
        ),
        Mistake(
            "only down",
            lambda step, total, peak, warm_up: peak * (1 - step / total),
            "The rate falls from the start; the rise over the first steps is missing.",
        ),
        Mistake(
            "warm-up in steps",
            lambda step, total, peak, warm_up: _triangle(step, total, peak, 1 / total),
            "You take warm_up for a number of steps; it is a share of all steps.",
        ),
        Mistake(
            "upside down",
            lambda step, total, peak, warm_up: peak - _triangle(step, total, peak, warm_up),
            "Your triangle stands on its head: the rate is largest at both ends.",
        ),
    ),
)


def _two_looks(
    model: nn.Module, X: Tensor, *, axis: int = 3, evaluating: bool = True, of: str = "probabilities", looks: int = 2
) -> Tensor:
    """Mean of the answers to pictures and their mirror images; or what a slip makes of it."""
    model.train(not evaluating)
    with torch.no_grad():
        seen = [model(X), model(X.flip(axis))][-looks:]
    if of == "logits":
        return torch.stack(seen).mean(0)
    if of == "mean logits":
        return torch.stack(seen).mean(0).softmax(dim=1)
    total = sum(logits.softmax(dim=1) for logits in seen)
    return total if of == "sum" else total / len(seen)


def _model_cases(rng: np.random.Generator) -> list[tuple[nn.Module, Tensor]]:
    cases = []
    for count, channels, height, width, classes in [(5, 3, 4, 6, 4), (7, 2, 5, 3, 3)]:
        layers = [nn.BatchNorm2d(channels), nn.Flatten(), nn.Linear(channels * height * width, classes)]
        model = nn.Sequential(*layers).double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.from_numpy(rng.normal(size=tuple(parameter.shape))))
        cases.append((model.train(), pictures(rng, count, channels, height, width)))
    return cases


TWO_LOOKS = FunctionExercise(
    id="10.7",
    title="Two looks at a picture",
    minutes=8,
    hints=(
        "The network comes from training: which switch comes first?",
        "X.flip(3) mirrors every picture. Both answers count the same.",
        "model.eval(); with torch.no_grad(): (model(X).softmax(dim=1) + model(X.flip(3)).softmax(dim=1)) / 2",
    ),
    cases=_model_cases,
    reference=_two_looks,
    mistakes=(
        Mistake(
            "training mode",
            lambda model, X: _two_looks(model, X, evaluating=False),
            "The network is still in training mode: its answers depend on the other pictures of the batch.",
        ),
        Mistake(
            "one look",
            lambda model, X: _two_looks(model, torch.flip(X, (3,)), looks=1),
            "This is the answer to the pictures as they are; the mirror images are missing.",
        ),
        Mistake("mirror only", lambda model, X: _two_looks(model, X, looks=1), "You look at the mirror images alone."),
        Mistake(
            "upside down",
            lambda model, X: _two_looks(model, X, axis=2),
            "The second look is at pictures that stand on their heads, which no training has shown.",
        ),
        Mistake("sum", lambda model, X: _two_looks(model, X, of="sum"), "The two answers are added; take their mean."),
        Mistake("logits", lambda model, X: _two_looks(model, X, of="logits"), "These are logits, not probabilities."),
        Mistake(
            "mean of logits",
            lambda model, X: _two_looks(model, X, of="mean logits"),
            "You average the logits; asked for is the mean of the two probabilities.",
        ),
    ),
)
