"""Exercises 05b.3 to 05b.5: the choice of an output layer, a stable softmax, and its temperature."""

from __future__ import annotations

import numpy as np

from course_utils import activations
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise


def _logit_cases(rng: np.random.Generator) -> list[tuple[np.ndarray]]:
    moderate, far = rng.normal(size=(4, 3)), rng.normal(size=(3, 5))
    far[0] += 1000
    far[1] -= 1000
    far[2, 1] = 1000
    return [
        (moderate,),
        (far,),
        (rng.normal(size=(3, 3)),),
        Edge("for one example", rng.normal(size=(1, 4))),
        Edge("for one class", rng.normal(size=(3, 1))),
        Edge("where all logits of a row are equal", np.full((2, 3), -60.0)),
    ]


def _exp_share(x: np.ndarray, axis: int | None, largest: np.ndarray | float = 0.0) -> np.ndarray:
    """Return exp(x - largest) over its sum; whatever overflows does so in silence."""
    with np.errstate(all="ignore"):
        e = np.exp(x - largest)
        return e / e.sum(axis=axis, keepdims=True)


def _sum_of_all(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum()


STABLE_SOFTMAX = FunctionExercise(
    id="05b.4",
    title="A softmax that survives",
    minutes=8,
    hints=(
        "You may subtract the same number from all logits of a row. Which number makes exp safe?",
        "logits.max(axis=1) has shape (N,); with keepdims=True it has shape (N, 1) and can be subtracted.",
        "Subtract the largest of each row, take exp, and divide by the sum of each row, with keepdims=True both times.",
    ),
    cases=_logit_cases,
    reference=lambda logits: activations.softmax(logits, dim=1),
    forbidden=("softmax", "log_softmax", "logsumexp", "activations", "scipy", "torch"),
    mistakes=(
        Mistake(
            "overflow",
            lambda logits: _exp_share(logits, 1),
            "Right for moderate logits. At ±1000, exp gives infinity or only zeros, and the division gives NaN.",
        ),
        Mistake(
            "largest of the batch",
            lambda logits: _exp_share(logits, 1, logits.max()),
            "You subtract the largest logit of the whole batch: a row far below it becomes 0 / 0.",
        ),
        Mistake(
            "down the columns",
            lambda logits: _exp_share(logits, 0, logits.max(axis=0)),
            "Your columns add up to 1. The classes of one example are in a row.",
        ),
        Mistake(
            "over the whole batch",
            lambda logits: _exp_share(logits, None, logits.max()),
            "The whole batch adds up to 1; each row should add up to 1 by itself.",
        ),
        Mistake(
            "log-softmax",
            lambda logits: activations.log_softmax(logits, dim=1),
            "These are the logarithms of the probabilities.",
        ),
        Mistake(
            "divided by the sum of all",
            _sum_of_all,
            "You divide by the sum over the whole batch; each row has its own sum.",
        ),
        Mistake(
            "clipped",
            lambda logits: activations.softmax(np.clip(logits, -50, 50), dim=1),
            "You clip the logits: those beyond the limit lose their order.",
        ),
        Mistake("sigmoid", activations.sigmoid, "This is a sigmoid of each logit; the classes of a row compete."),
        Mistake(
            "no exponential",
            lambda logits: (
                logits / np.where(logits.sum(axis=1, keepdims=True) == 0, 1, logits.sum(axis=1, keepdims=True))
            ),
            "You divide the logits by their sum, without an exponential.",
        ),
        Mistake(
            "not divided",
            lambda logits: np.exp(logits - logits.max(axis=1, keepdims=True)),
            "The exponentials are safe, but the rows do not add up to 1 yet.",
        ),
    ),
)

TEMPERATURE = ChoiceExercise(
    id="05b.5",
    title="Shift, double, warm up",
    minutes=4,
    hints=(
        "Softmax depends only on differences of the logits. Write down the differences before and after.",
        "The temperature divides all logits. Which temperature multiplies them by two?",
    ),
    right="c",
    why="z / T with T = 1/2 is 2 z, and with all differences doubled, the largest logit wins more clearly.",
    mistakes=(
        Mistake("shift", "a", "Adding 5 to all logits leaves their differences as they are."),
        Mistake("ratios", "b", "Ratios of logits play no role: softmax takes exp, so their differences decide."),
        Mistake("hot for cold", "d", "Temperature 2 halves the differences. Does that make a prediction more certain?"),
    ),
)

OUTPUTS = ValueExercise(
    id="05b.3",
    title="Which output for which question?",
    minutes=6,
    hints=(
        "For each question: which values are possible? Any number, a probability, only positive numbers?",
        "If several things may be true at once, their probabilities need not add up to 1.",
        "Dividing by a ReLU may mean dividing by zero.",
    ),
    expected=lambda: ("linear", "softmax", "sigmoid", "softplus"),
    words=("linear", "sigmoid", "tanh", "relu", "softplus", "softmax"),
    mistakes=(
        Mistake(
            "softmax for findings",
            ("linear", "softmax", "softmax", "softplus"),
            "Look at question 3: with your choice, two findings could never both have a probability near 1.",
        ),
        Mistake(
            "sigmoid for species",
            ("linear", "sigmoid", "sigmoid", "softplus"),
            "Look at question 2: with your choice, the twelve probabilities need not add up to 1.",
        ),
        Mistake(
            "relu for the divisor",
            ("linear", "softmax", "sigmoid", "relu"),
            "Look at question 4: your choice can be exactly zero, and then it has no gradient either.",
        ),
        Mistake(
            "softmax for the divisor",
            ("linear", "softmax", "sigmoid", "softmax"),
            "Look at question 4: a single number would always be 1 with your choice.",
        ),
        Mistake(
            "sigmoid for the divisor",
            ("linear", "softmax", "sigmoid", "sigmoid"),
            "Look at question 4: with your choice, no standard deviation is larger than 1.",
        ),
        Mistake(
            "linear for the divisor",
            ("linear", "softmax", "sigmoid", "linear"),
            "Look at question 4: with your choice, a standard deviation could be negative.",
        ),
        Mistake(
            "tanh for species",
            ("linear", "tanh", "sigmoid", "softplus"),
            "Look at question 2: the task asks for probabilities, and your choice can be negative.",
        ),
        Mistake(
            "tanh for degrees",
            ("tanh", "softmax", "sigmoid", "softplus"),
            "Look at question 1: with your choice, no day is more than one degree warmer or colder.",
        ),
        Mistake(
            "relu for degrees",
            ("relu", "softmax", "sigmoid", "softplus"),
            "Look at question 1: with your choice, tomorrow is never colder.",
        ),
    ),
)
