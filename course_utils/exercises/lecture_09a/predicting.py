"""Exercise of lecture 09a on using what was trained: 09a.5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.lecture_09a.random_inputs import random_tensor


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
            "This is right for small logits, but large ones overflow in exp, and the quotient is NaN. softmax is safe.",
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
            "The mode is right; the rows do not sum to one, so these are not probabilities.",
        ),
        Mistake(
            "training mode, one by one",
            lambda model, X: _predict(model, X, _softmax, training=True, size=1),
            "The rows sum to one, but batch norm still normalizes each image by itself.",
        ),
        Mistake(
            "training mode, one batch",
            lambda model, X: _predict(model, X, _softmax, training=True),
            "You use one batch, but in training mode: an image's answer depends on the images beside it.",
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
