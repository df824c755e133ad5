"""Exercises of lecture 08b, regularization by loss and optimisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, FunctionExercise, ValueExercise

Arrays = tuple[NDArray, NDArray]

# 08b.5: layers between the first and the one asked for in the task text.
LAYERS_BETWEEN = 21 - 1


def _decayed(weight: NDArray, bias: NDArray, grad_weight: NDArray, grad_bias: NDArray, strength: float) -> Arrays:
    return grad_weight + strength * weight, grad_bias


DECAYED = FunctionExercise(
    id="08b.1",
    title="Decay, but not the bias",
    minutes=6,
    hints=(
        "The derivative of half the square is the weight itself, times the strength.",
        "Add strength * weight to the gradient of the weight; the gradient of the bias stays as it is.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(o, f)), rng.normal(size=o), rng.normal(size=(o, f)), rng.normal(size=o), 0.1)
        for o, f in ((3, 5), (4, 2))
    ],
    reference=_decayed,
    mistakes=(
        Mistake(
            "bias decays",
            lambda w, b, gw, gb, strength: (gw + strength * w, gb + strength * b),
            "The weight is right; the bias was to be left out.",
        ),
        Mistake(
            "factor two",
            lambda w, b, gw, gb, strength: (gw + 2 * strength * w, gb),
            "Twice too much decay: what does the half in front of the square do?",
        ),
        Mistake(
            "growing",
            lambda w, b, gw, gb, strength: (gw - strength * w, gb),
            "With this sign a step downhill makes the weights larger.",
        ),
        Mistake(
            "L1",
            lambda w, b, gw, gb, strength: (gw + strength * np.sign(w), gb),
            "This is the gradient of the L1 term: the same pull at any size.",
        ),
        Mistake(
            "the term alone",
            lambda w, b, gw, gb, strength: (strength * w, np.zeros_like(b)),
            "This is the term's gradient alone; the error's belongs to it.",
        ),
    ),
)


def _soft(w: NDArray, amount: float) -> NDArray:
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def _lasso_step(w: NDArray, gradient: NDArray, learning_rate: float, strength: float) -> NDArray:
    return _soft(w - learning_rate * gradient, learning_rate * strength)


LASSO_STEP = FunctionExercise(
    id="08b.2",
    title="One step of the lasso",
    minutes=6,
    hints=(
        "First the gradient step. Then the size of each weight: by how much may it fall, and where does it end?",
        "The size falls to np.maximum(np.abs(w) - learning_rate * strength, 0); the sign stays.",
    ),
    cases=lambda rng: [
        (rng.normal(0, 0.3, shape), rng.normal(size=shape), 0.2, 1.2) for shape in ((4, 6), (9,), (3, 5))
    ],
    reference=_lasso_step,
    mistakes=(
        Mistake(
            "past zero",
            lambda w, g, rate, strength: (w - rate * g) - rate * strength * np.sign(w - rate * g),
            "Small weights jump to the other side of zero, where they should rest.",
        ),
        Mistake(
            "hard threshold",
            lambda w, g, rate, strength: np.where(np.abs(w - rate * g) > rate * strength, w - rate * g, 0),
            "The zeros are right, but the large weights must move as well.",
        ),
        Mistake(
            "no learning rate",
            lambda w, g, rate, strength: _soft(w - rate * g, strength),
            "The weights move too far: the strength is multiplied by the learning rate.",
        ),
        Mistake(
            "threshold first",
            lambda w, g, rate, strength: _soft(w, rate * strength) - rate * g,
            "The order: first the step of the error, then towards zero, or nothing ends at zero.",
        ),
        Mistake(
            "L2",
            lambda w, g, rate, strength: (w - rate * g) * (1 - rate * strength),
            "You shrink all weights by one factor, which is L2: none becomes zero.",
        ),
    ),
)


def _squared_jacobian(W1: NDArray, W2: NDArray, x: NDArray, slope: Callable = lambda h: 1 - h**2) -> float:
    return float(((W2 * slope(np.tanh(W1 @ x)) @ W1) ** 2).sum())


JACOBIAN = FunctionExercise(
    id="08b.3",
    title="A Jacobian by hand",
    minutes=8,
    hints=(
        "Chain rule with matrices: J = W2 D W1, where D is diagonal. What stands on the diagonal?",
        "With h = tanh(W1 x) the diagonal is 1 - h². W2 * (1 - h**2) multiplies each column of W2 by its number.",
        "Square every entry of J and add them up.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(h, f)), rng.normal(size=(k, h)), rng.normal(size=f)) for f, h, k in ((3, 5, 2), (6, 4, 3))
    ],
    reference=_squared_jacobian,
    mistakes=(
        Mistake(
            "linear",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x, np.ones_like),
            "You treat tanh as if it were the identity: its slope is missing.",
        ),
        Mistake(
            "root",
            lambda W1, W2, x: np.sqrt(_squared_jacobian(W1, W2, x)),
            "This is the norm; its square is asked for.",
        ),
        Mistake(
            "slope at z",
            lambda W1, W2, x: float(((W2 * (1 - (W1 @ x) ** 2) @ W1) ** 2).sum()),
            "The slope 1 - tanh² needs the tanh of the net input, not the net input.",
        ),
        Mistake(
            "mean",
            lambda W1, W2, x: _squared_jacobian(W1, W2, x) / (len(W2) * len(x)),
            "You average the squares; the norm adds them up.",
        ),
    ),
)

WHICH_TERM = ChoiceExercise(
    id="08b.4",
    title="Which term can use unlabelled samples?",
    minutes=4,
    hints=(
        "Two questions for each: does it need a target? And does it look at samples at all?",
        "Three of them either compare with a target or would be the same without any sample.",
    ),
    right="b",
    why="It needs the samples, to know where to be smooth, and no target.",
    mistakes=(
        Mistake("smoothed labels", "a", "A smoothed label is still made from a label."),
        Mistake("norm", "c", "It needs no targets, but no samples either: more of them change nothing."),
        Mistake("dice", "d", "Overlap with what? The Dice loss compares with a target mask."),
    ),
)

HOW_MUCH = ValueExercise(
    id="08b.5",
    title="How much is left?",
    minutes=6,
    hints=(
        "The variance of a net input is n σ² times the mean square of what comes in. Here n σ² is 1.",
        "What comes in went through a ReLU. Which share of a mean square about zero is left?",
        "Half is left in each layer. How often does that happen between layer 1 and layer 21?",
    ),
    expected=lambda: 0.5**LAYERS_BETWEEN,
    rtol=0.02,
    mistakes=(
        Mistake("kept", 1.0, "The weights keep it; the ReLU does not."),
        Mistake("one too many", 0.5 ** (LAYERS_BETWEEN + 1), "Count the steps from layer 1 to layer 21 again."),
        Mistake(
            "standard deviation", 0.5 ** (LAYERS_BETWEEN / 2), "This is the root mean square, not the mean square."
        ),
        Mistake("He", 2.0**LAYERS_BETWEEN, "It falls here, it does not grow."),
    ),
)


def _stopping(losses: NDArray, patience: int, last_best: bool = False) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or (last_best and loss == losses[best]):
            best = epoch
        if epoch - best == patience:
            break
    return epoch + 1, best + 1


def _rise_count(losses: NDArray, patience: int) -> tuple[int, int]:
    """Stop after ``patience`` rises in a row, whatever the best was."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises == patience:
            break
    return epoch + 1, int(np.argmin(losses[: epoch + 1])) + 1


def _losses(rng: np.random.Generator, epochs: int, best: int) -> NDArray:
    """Return losses with their lowest at ``best``, which then rise in zigzag and in the end fall below it."""
    losses = 1 + 0.1 * np.abs(np.arange(epochs) - best) + 0.2 * (np.arange(epochs) % 2) + rng.uniform(0, 0.01, epochs)
    losses[best] = 0.9
    losses[-1] = 0.1
    return losses


STOPPING = FunctionExercise(
    id="08b.6",
    title="When does it stop?",
    minutes=10,
    hints=(
        "Remember the place of the best loss so far. What has to be compared in each epoch?",
        "If the loss is lower than the best, this epoch is the new best. If the best is patience epochs ago, stop.",
        "enumerate counts from 0, the answer counts from 1. Break out of the loop at the stop.",
    ),
    cases=lambda rng: [
        (_losses(rng, 14, 4), 3),
        (_losses(rng, 16, 6), 5),
        (np.concatenate([np.sort(rng.uniform(1, 2, 6))[::-1], [0.5]]), 3),
        (np.array([1.0, 0.8, 0.8, 0.9, 0.95, 0.7]), 2),
    ],
    reference=_stopping,
    mistakes=(
        Mistake(
            "best of all",
            lambda losses, patience: (_stopping(losses, patience)[0], int(np.argmin(losses)) + 1),
            "The stop is right, but you restore weights of an epoch that training never reached.",
        ),
        Mistake(
            "last weights",
            lambda losses, patience: (_stopping(losses, patience)[0],) * 2,
            "You restore the weights of the stop; the best ones are older.",
        ),
        Mistake(
            "from zero",
            lambda losses, patience: tuple(epoch - 1 for epoch in _stopping(losses, patience)),
            "Epochs are counted from 1.",
        ),
        Mistake(
            "a tie is better",
            lambda losses, patience: _stopping(losses, patience, last_best=True),
            "A loss that only equals the best is not lower: it must not start the waiting anew.",
        ),
        Mistake(
            "rises in a row",
            _rise_count,
            "You wait for so many rises in a row. Compare with the best loss so far, not with the loss before.",
        ),
        Mistake(
            "one epoch late",
            lambda losses, patience: _stopping(losses, patience + 1),
            "You wait one epoch too many.",
        ),
    ),
)

EXERCISES = (DECAYED, LASSO_STEP, JACOBIAN, WHICH_TERM, HOW_MUCH, STOPPING)
