"""Exercise of lecture 09a on training: 09a.4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.exercises import trials
from course_utils.exercises.diagnosis import as_items
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
    size: int | None = None,
    keep: Callable[[Tensor], Any] = Tensor.item,
) -> tuple[Any, ...]:
    """Losses before each step of plain gradient descent, or what a slip makes of them."""
    chosen = optimizer(list(model.parameters()), lr=learning_rate)
    batches, losses = list(zip(X.split(size or len(X)), y.split(size or len(X)), strict=True)), []
    for number in range(steps):
        images, labels = batches[number % len(batches)]
        if zero:
            chosen.zero_grad()
        loss = F.cross_entropy(prepare(model(images)), labels, reduction=reduction)
        loss.backward()
        if step:
            chosen.step()
        losses.append(keep(loss))
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


TENSORS = (
    "The losses are right, but as tensors, and plain numbers are asked for: .item() gives one. "
    "A loss that stays a tensor keeps the graph of its step in memory."
)
AT_ONCE = "The first loss is wrong already: all images go through the model at once, and the loss is their mean."


class _Descent(FunctionExercise):
    """Compares losses, which have to be plain numbers: a tensor would keep the graph of its step in memory."""

    def _problem(self, returned: Any, expected: Any, arguments: tuple[Any, ...]) -> str | None:
        problem = super()._problem(returned, expected, arguments)
        if problem is None:
            return TENSORS if any(torch.is_tensor(loss) for loss in returned) else None
        given = as_items(returned) or []
        same_length = len(given) == len(expected) > 0
        first_is_wrong = same_length and not trials.agrees(expected[0], given[0], *self._tolerances(arguments))
        return f"{problem} {AT_ONCE}" if first_is_wrong else problem


DESCEND = _Descent(
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
            "Your loss is the sum over the images; cross_entropy takes the mean unless told otherwise.",
        ),
        Mistake("tensors", lambda *case: _descend(*case, keep=lambda loss: loss), TENSORS),
        Mistake(
            "mini-batches",
            lambda *case: _descend(*case, size=2),
            "Each of your steps sees only two images; gradient descent without batches sees all of them.",
        ),
        Mistake(
            "Adam",
            lambda *case: _descend(*case, optimizer=torch.optim.Adam),
            "The first loss is right, but your steps are those of Adam; the task names SGD.",
        ),
        Mistake(
            "momentum",
            lambda *case: _descend(*case, optimizer=_with_momentum),
            "The first two losses are right, but then your steps gather momentum; plain SGD has none.",
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
            "The first two losses are right, but then they drift: nobody cleared the gradients that backward adds to.",
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
            "You measure after each step; the task asks for the loss from which the step was computed.",
        ),
    ),
)
