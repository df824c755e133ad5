"""Exercises of lecture 09a on training and on using what was trained: 09a.4, 09a.5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.lecture_09a.random_inputs import random_labels, random_tensor


def _descend(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    steps: int,
    learning_rate: float,
    *,
    zero: bool = True,
    step: bool = True,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD,
    reduction: str = "mean",
    prepare: Callable[[Tensor], Tensor] = lambda logits: logits,
) -> tuple[float, ...]:
    """Losses before each step of plain gradient descent, or what a slip makes of them."""
    chosen = optimizer(list(model.parameters()), lr=learning_rate)
    losses = []
    for _ in range(steps):
        if zero:
            chosen.zero_grad()
        loss = F.cross_entropy(prepare(model(X)), y, reduction=reduction)
        loss.backward()
        if step:
            chosen.step()
        losses.append(loss.item())
    return tuple(losses)


def _descend_cases(rng: np.random.Generator) -> list[tuple[nn.Module, Tensor, Tensor, int, float]]:
    # The first optimizer of a process imports seconds' worth of PyTorch; a student's time limit is not for that.
    torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0).zero_grad()
    cases = []
    for count, height, width, classes, steps, rate in [(6, 5, 4, 3, 4, 0.2), (9, 3, 5, 5, 6, 0.05)]:
        # Two layers and batch norm between them, so that a forgotten layer and a wrong mode show.
        first, last = nn.Linear(height * width, 4), nn.Linear(4, classes)
        model = nn.Sequential(nn.Flatten(), first, nn.BatchNorm1d(4), nn.Sequential(nn.Tanh(), last))
        with torch.no_grad():
            for parameter in (*first.parameters(), *last.parameters()):
                parameter.copy_(random_tensor(rng, *parameter.shape) / 2)
        X, y = random_tensor(rng, count, 1, height, width), random_labels(rng, count, classes)
        cases.append((model, X, y, steps, rate))
    return [*cases, Edge("for no step at all", *cases[0][:3], 0, 0.1)]


def _with_momentum(parameters: list[Tensor], lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


def _of_last_layer(parameters: list[Tensor], lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters[-2:], lr=lr)


def _uphill(parameters: list[Tensor], lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=lr, maximize=True)


def _nll_of_logits(model: nn.Module, X: Tensor, y: Tensor, steps: int, learning_rate: float) -> tuple[float, ...]:
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=learning_rate), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.nll_loss(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return tuple(losses)


DESCEND = FunctionExercise(
    id="09a.4",
    title="Four lines that learn",
    minutes=10,
    hints=(
        "Make the optimizer once: torch.optim.SGD(model.parameters(), lr=learning_rate). Then loop over the steps.",
        "A step is: forget the old gradients, loss, backward, step. Keep loss.item() in a list.",
        "optimizer.zero_grad(); loss = F.cross_entropy(model(X), y); loss.backward(); optimizer.step()",
    ),
    cases=_descend_cases,
    reference=_descend,
    mistakes=(
        Mistake(
            "sum in place of mean",
            lambda *case: _descend(*case, reduction="sum"),
            "Your loss is the sum over the images; cross_entropy takes the mean where nothing else is said.",
        ),
        Mistake(
            "Adam",
            lambda *case: _descend(*case, optimizer=torch.optim.Adam),
            "The first loss is right, but your steps are those of Adam; the task names SGD.",
        ),
        Mistake(
            "momentum",
            lambda *case: _descend(*case, optimizer=_with_momentum),
            "Two losses are right, then your steps gather momentum; plain SGD has none.",
        ),
        Mistake(
            "last layer alone",
            lambda *case: _descend(*case, optimizer=_of_last_layer),
            "The first loss is right, but only the last layer learns: give the optimizer all parameters.",
        ),
        Mistake(
            "rate of its own",
            lambda model, X, y, steps, rate: _descend(model, X, y, steps, 0.1),
            "The first loss is right, but your steps have a rate of their own; learning_rate is given.",
        ),
        Mistake(
            "nll_loss of logits",
            _nll_of_logits,
            "nll_loss expects log-probabilities; logits need cross_entropy.",
        ),
        Mistake(
            "evaluation mode",
            lambda model, *case: _descend(model.eval(), *case),
            "You train in evaluation mode: batch norm then works with its running averages.",
        ),
        Mistake(
            "gradients add up",
            lambda *case: _descend(*case, zero=False),
            "Two losses are right, then they drift: backward adds to the old gradients, and nobody cleared them.",
        ),
        Mistake(
            "no step", lambda *case: _descend(*case, step=False), "All losses are equal: the weights were never moved."
        ),
        Mistake(
            "softmax before the loss",
            lambda *case: _descend(*case, prepare=lambda logits: logits.softmax(dim=1)),
            "cross_entropy takes logits: it applies the softmax itself, so here it was applied twice.",
        ),
        Mistake("uphill", lambda *case: _descend(*case, optimizer=_uphill), "The losses rise: you add the gradient."),
        Mistake(
            "loss after the step",
            lambda model, X, y, steps, rate: _descend(model, X, y, steps + 1, rate)[1:],
            "You measure after each step; asked for is the loss from which the step was computed.",
        ),
    ),
)


def _predict(
    model: nn.Module, X: Tensor, finish: Callable[[Tensor], Tensor], *, training: bool = False, size: int | None = None
) -> Tensor:
    model.train(training)
    with torch.no_grad():
        return torch.cat([finish(model(batch)) for batch in X.split(size or len(X))])


def _predict_cases(rng: np.random.Generator) -> list[tuple[nn.Module, Tensor]]:
    cases = []
    for count, channels, classes, size in [(6, 3, 4, 0.5), (5, 2, 3, 0.5), (1, 2, 3, 0.5), (4, 2, 3, 400)]:
        norm, last = nn.BatchNorm2d(channels), nn.Linear(6 * channels, classes)
        body = nn.Sequential(nn.Conv2d(1, channels, 3), nn.Sequential(norm, nn.ReLU()), nn.Dropout(0.4))
        model = nn.Sequential(body, nn.Flatten(), last)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(random_tensor(rng, *parameter.shape) / 2)
            last.weight.copy_(size * random_tensor(rng, *last.weight.shape))
            norm.running_mean.copy_(random_tensor(rng, channels))
            norm.running_var.copy_(torch.from_numpy(rng.uniform(0.5, 2, channels)))
        cases.append((model, random_tensor(rng, count, 1, 4, 5)))
    return [*cases[:2], Edge("for one image", *cases[2]), Edge("for large logits", *cases[3])]


def _softmax(logits: Tensor) -> Tensor:
    return logits.softmax(dim=1)


PREDICT = FunctionExercise(
    id="09a.5",
    title="Three faults in a prediction",
    minutes=8,
    hints=(
        "Which layers behave differently in training, and how does a network learn that training is over?",
        "The rows must sum to one. One image at a time is not wrong in evaluation mode, only slow.",
        "model.eval(), then with torch.no_grad(): model(X).softmax(dim=1)",
    ),
    cases=_predict_cases,
    reference=lambda model, X: _predict(model, X, _softmax),
    mistakes=(
        Mistake(
            "nothing mended",
            lambda model, X: _predict(model, X, torch.exp, training=True, size=1),
            "This is still the function from the task, with all of its faults.",
        ),
        Mistake(
            "exponentials overflow",
            lambda model, X: _predict(model, X, lambda logits: logits.exp() / logits.exp().sum(dim=1, keepdim=True)),
            "Right for small logits; large ones overflow in exp, and the quotient is NaN. softmax is safe.",
        ),
        Mistake(
            "sigmoid",
            lambda model, X: _predict(model, X, torch.sigmoid),
            "A sigmoid looks at each class by itself: the rows do not sum to one.",
        ),
        Mistake(
            "divided by the sum",
            lambda model, X: _predict(model, X, lambda logits: logits / logits.sum(dim=1, keepdim=True)),
            "You divide the logits by their sum, without exponentials.",
        ),
        Mistake(
            "classes",
            lambda model, X: _predict(model, X, lambda logits: logits.argmax(dim=1)),
            "These are the classes; the probability of each class is asked for.",
        ),
        Mistake(
            "exp for softmax",
            lambda model, X: _predict(model, X, torch.exp),
            "The mode is right; the rows do not sum to one, so these are no probabilities.",
        ),
        Mistake(
            "training mode, one by one",
            lambda model, X: _predict(model, X, _softmax, training=True, size=1),
            "The rows sum to one, but batch norm still normalizes each image by itself.",
        ),
        Mistake(
            "training mode, one batch",
            lambda model, X: _predict(model, X, _softmax, training=True),
            "One batch, but in training mode: a image's answer depends on the images beside it.",
        ),
        Mistake(
            "softmax over images",
            lambda model, X: _predict(model, X, lambda logits: logits.softmax(dim=0)),
            "Your columns sum to one: the softmax ran over the images.",
        ),
        Mistake(
            "logits",
            lambda model, X: _predict(model, X, lambda logits: logits),
            "These are the logits of evaluation mode, not yet probabilities.",
        ),
        Mistake(
            "log-softmax",
            lambda model, X: _predict(model, X, lambda logits: logits.log_softmax(dim=1)),
            "These are logarithms of the probabilities.",
        ),
    ),
)
