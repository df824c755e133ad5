"""Exercises of lecture 09 on training and on using what was trained: 09.3, 09.5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise
from course_utils.exercises.lecture_09.random_inputs import random_labels, random_tensor


def _descend(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    steps: int,
    learning_rate: float,
    *,
    zero: bool = True,
    step: bool = True,
    ascend: bool = False,
    prepare: Callable[[Tensor], Tensor] = lambda logits: logits,
) -> tuple[float, ...]:
    """Losses before each step of plain gradient descent, or what a slip makes of them."""
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, maximize=ascend)
    losses = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        loss = F.cross_entropy(prepare(model(X)), y)
        loss.backward()
        if step:
            optimizer.step()
        losses.append(loss.item())
    return tuple(losses)


def _descend_cases(rng: np.random.Generator) -> list[tuple[nn.Module, Tensor, Tensor, int, float]]:
    # The first optimizer of a process imports seconds' worth of PyTorch; a student's time limit is not for that.
    torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0).zero_grad()
    cases = []
    for count, height, width, classes, steps in [(6, 5, 4, 3, 4), (9, 3, 5, 5, 6)]:
        linear = nn.Linear(height * width, classes).double()
        with torch.no_grad():
            linear.weight.copy_(random_tensor(rng, classes, height * width) / 4)
            linear.bias.copy_(random_tensor(rng, classes))
        model = nn.Sequential(nn.Flatten(), linear)
        cases.append(
            (model, random_tensor(rng, count, 1, height, width), random_labels(rng, count, classes), steps, 0.2)
        )
    return cases


DESCEND = FunctionExercise(
    id="09.3",
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
        Mistake("uphill", lambda *case: _descend(*case, ascend=True), "The losses rise: you add the gradient."),
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
    for count, channels, classes in [(6, 3, 4), (5, 2, 3)]:
        norm = nn.BatchNorm2d(channels)
        model = nn.Sequential(
            nn.Conv2d(1, channels, 3), norm, nn.ReLU(), nn.Flatten(), nn.Linear(6 * channels, classes)
        )
        model.double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(random_tensor(rng, *parameter.shape) / 2)
            norm.running_mean.copy_(random_tensor(rng, channels))
            norm.running_var.copy_(torch.from_numpy(rng.uniform(0.5, 2, channels)))
        cases.append((model, random_tensor(rng, count, 1, 4, 5)))
    return cases


def _softmax(logits: Tensor) -> Tensor:
    return logits.softmax(dim=1)


PREDICT = FunctionExercise(
    id="09.5",
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
            "exp for softmax",
            lambda model, X: _predict(model, X, torch.exp),
            "The mode is right; the rows do not sum to one, so these are no probabilities.",
        ),
        Mistake(
            "training mode, one by one",
            lambda model, X: _predict(model, X, _softmax, training=True, size=1),
            "The rows sum to one, but batch norm still normalises each picture by itself.",
        ),
        Mistake(
            "training mode, one batch",
            lambda model, X: _predict(model, X, _softmax, training=True),
            "One batch, but in training mode: a picture's answer depends on the pictures beside it.",
        ),
        Mistake(
            "softmax over pictures",
            lambda model, X: _predict(model, X, lambda logits: logits.softmax(dim=0)),
            "Your columns sum to one: the softmax ran over the pictures.",
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
