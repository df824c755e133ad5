"""Exercises of lecture 10b on better networks: 10b.1, 10b.3, 10b.4."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise
from course_utils.exercises.lecture_10a.channels import some_images


def _smoothed(y: Tensor, classes: int, epsilon: float, *, others: bool = False, divide: bool = True) -> Tensor:
    """Targets with smoothed labels; or what a slip makes of them."""
    hard = F.one_hot(y, classes).float()
    if others:
        return hard * (1 - epsilon) + (1 - hard) * epsilon / (classes - 1)
    return hard * (1 - epsilon) + epsilon / (classes if divide else 1)


SMOOTHED = FunctionExercise(
    id="10b.3",
    title="Smoothed labels",
    minutes=8,
    hints=(
        "Start from F.one_hot(y, classes): a 1 at the correct class.",
        "Keep the share 1 − ε of it, and spread ε over all classes, the correct one included.",
        "(1 - epsilon) * F.one_hot(y, classes) + epsilon / classes",
    ),
    cases=lambda rng: (
        [
            (torch.from_numpy(rng.integers(0, classes, count)), classes, epsilon)
            for count, classes, epsilon in [(4, 5, 0.2), (6, 3, 0.15), (3, 10, 0.3)]
        ]
        + [
            Edge("for one label", torch.tensor([1]), 3, 0.2),
            Edge("where the last classes are missing", torch.tensor([0, 1, 0]), 4, 0.25),
            Edge("for ε = 0", torch.tensor([2, 0]), 3, 0.0),
        ]
    ),
    reference=_smoothed,
    mistakes=(
        Mistake(
            "only the others",
            lambda y, classes, epsilon: _smoothed(y, classes, epsilon, others=True),
            "You spread ε over only the wrong classes. It is spread over all of them, the correct one included.",
        ),
        Mistake(
            "not divided",
            lambda y, classes, epsilon: _smoothed(y, classes, epsilon, divide=False),
            "Each class gets all of ε, so a row no longer sums to 1.",
        ),
        Mistake("hard", lambda y, classes, epsilon: F.one_hot(y, classes).double(), "These labels are not smoothed."),
        Mistake(
            "right class left out",
            lambda y, classes, epsilon: torch.where(F.one_hot(y, classes) == 1, 1 - epsilon, epsilon / classes),
            "The correct class keeps 1 - ε but gets no share of the rest, so a row sums to less than 1.",
        ),
        Mistake(
            "shares exchanged",
            lambda y, classes, epsilon: _smoothed(y, classes, 1 - epsilon),
            "You keep ε of the hard label and spread the rest; it is the other way around.",
        ),
        Mistake(
            "an epsilon of its own",
            lambda y, classes, epsilon: _smoothed(y, classes, 0.1),
            "The formula is correct, but you use a fixed ε instead of the one that is given.",
        ),
        Mistake(
            "numbers of the classes",
            lambda y, classes, epsilon: y[:, None] * (1 - epsilon) + torch.full((1, classes), epsilon / classes),
            "You multiply the number of the class; the formula has a one-hot row there.",
        ),
        Mistake(
            "nothing spread",
            lambda y, classes, epsilon: F.one_hot(y, classes) * (1 - epsilon),
            "You take ε from the correct class and give it to no class.",
        ),
        Mistake(
            "nothing taken",
            lambda y, classes, epsilon: F.one_hot(y, classes) + epsilon / classes,
            "You give ε to all classes without taking it from the correct one, so a row sums to more than 1.",
        ),
    ),
    rtol=1e-5,
)

WHICH_RUNG = ChoiceExercise(
    id="10b.1",
    title="Which change do you keep?",
    minutes=4,
    hints=(
        "How much do the seeds of the same change differ? Compare that with the gain.",
        "A gain counts if it is several times as large as its standard error.",
    ),
    right="b",
    why="Its gain is eight standard errors from zero (with five seeds, 4.6 are enough). The others could be luck.",
    mistakes=(
        Mistake(
            "largest gain",
            "a",
            "One seed says nothing about how much seeds differ: another seed may take the gain away.",
        ),
        Mistake("no difference", "c", "Three seeds, and the gain is smaller than its own standard error."),
        Mistake(
            "test set",
            "d",
            "The test set was used to choose the change, so the luck of that set was chosen along with it.",
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


def _quotient(logits: Tensor) -> Tensor:
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


def _combined(
    model: nn.Module,
    X: Tensor,
    *,
    finish: Callable[[Tensor], Tensor] = lambda logits: logits.softmax(dim=1),
    join: Callable[[Tensor, Tensor], Tensor] = lambda one, other: (one + other) / 2,
) -> Tensor:
    """Join the finished answers to pictures and mirror images in another way."""
    model.eval()
    with torch.no_grad():
        return join(finish(model(X)), finish(model(X.flip(3))))


def _model_cases(rng: np.random.Generator) -> list[tuple[nn.Module, Tensor]]:
    cases = []
    sizes = [(5, 3, 4, 6, 4, 0.3), (7, 2, 5, 3, 3, 0.3), (1, 1, 3, 4, 3, 0.3), (4, 2, 3, 5, 3, 400.0)]
    for count, channels, height, width, classes, size in sizes:
        body = nn.Sequential(nn.BatchNorm2d(channels), nn.Tanh(), nn.Dropout(0.4))
        last = nn.Linear(channels * height * width, classes)
        with torch.no_grad():
            for parameter in (*body.parameters(), *last.parameters()):
                parameter.copy_(torch.from_numpy(rng.normal(size=tuple(parameter.shape))))
            last.weight *= size
        model = nn.Sequential(nn.Sequential(body), nn.Flatten(), last).train()
        cases.append((model, some_images(rng, count, channels, height, width)))
    return [*cases[:2], Edge("for one image of one channel", *cases[2]), Edge("for large logits", *cases[3])]


TWO_LOOKS = FunctionExercise(
    id="10b.4",
    title="Two looks at an image",
    minutes=8,
    hints=(
        "The network comes from training: which mode does it have to be in?",
        "X.flip(3) mirrors every image. Both outputs count equally.",
        "model.eval(); with torch.no_grad(): (model(X).softmax(dim=1) + model(X.flip(3)).softmax(dim=1)) / 2",
    ),
    cases=_model_cases,
    reference=_two_looks,
    mistakes=(
        Mistake(
            "training mode",
            lambda model, X: _two_looks(model, X, evaluating=False),
            "The network is still in training mode: its outputs depend on the other images of the batch.",
        ),
        Mistake(
            "one look",
            lambda model, X: _two_looks(model, torch.flip(X, (3,)), looks=1),
            "These are the probabilities of the images as they are; their mirror images are missing.",
        ),
        Mistake("mirror only", lambda model, X: _two_looks(model, X, looks=1), "You look only at the mirror images."),
        Mistake(
            "upside down",
            lambda model, X: _two_looks(model, X, axis=2),
            "Your second look is at images that are upside down.",
        ),
        Mistake(
            "exponentials overflow",
            lambda model, X: _combined(model, X, finish=_quotient),
            "Correct for small logits. Large ones overflow in exp, and the quotient is NaN; softmax is safe.",
        ),
        Mistake(
            "mean of the pictures",
            lambda model, X: _two_looks(model, (X + X.flip(3)) / 2),
            "You average the two images before the network sees them. Average its two outputs instead.",
        ),
        Mistake(
            "softmax over pictures",
            lambda model, X: _combined(model, X, finish=lambda logits: logits.softmax(dim=0)),
            "Your columns sum to one: the softmax ran over the images.",
        ),
        Mistake(
            "log-softmax",
            lambda model, X: _combined(model, X, finish=lambda logits: logits.log_softmax(dim=1)),
            "You average logarithms of probabilities.",
        ),
        Mistake(
            "sigmoid",
            lambda model, X: _combined(model, X, finish=torch.sigmoid),
            "A sigmoid looks at each class by itself: the rows do not sum to one.",
        ),
        Mistake(
            "larger of the two",
            lambda model, X: _combined(model, X, join=torch.maximum),
            "You take the larger of the two probabilities; the task asks for their mean.",
        ),
        Mistake(
            "geometric mean",
            lambda model, X: _combined(model, X, join=lambda one, other: (one * other).sqrt()),
            "You take the root of the product; the task asks for the plain mean.",
        ),
        Mistake("sum", lambda model, X: _two_looks(model, X, of="sum"), "You add the two outputs; take their mean."),
        Mistake("logits", lambda model, X: _two_looks(model, X, of="logits"), "These are logits, not probabilities."),
        Mistake(
            "mean of logits",
            lambda model, X: _two_looks(model, X, of="mean logits"),
            "You average the logits; the task asks for the mean of the two probabilities.",
        ),
    ),
)
