"""Exercises of lecture 08a, regularization by data and model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, FunctionExercise, ValueExercise

Arrays = tuple[NDArray, NDArray]

# 08a.6: pixels and hidden units of the task text.
PIXELS, HIDDEN = 28 * 28, 100

WHICH_TRANSFORM = ChoiceExercise(
    id="08a.1",
    title="Which transform keeps the target?",
    minutes=4,
    hints=(
        "Two questions: is the label of the new picture still right, and could such a picture come in the test?",
        "Write a 6 and a 2 on paper. Turn the paper, hold it against a mirror, move it.",
    ),
    right="b",
    why="A digit may stand anywhere near the middle; its label does not notice.",
    mistakes=(
        Mistake("turned", "a", "Turn a 6 by 180 degrees and read it again."),
        Mistake("mirrored", "c", "A mirrored 2 is no digit that anyone writes."),
        Mistake("inverted", "d", "The labels stay right, but no test picture looks so: half of the effort is wasted."),
    ),
)


def _attack(w: NDArray, b: float, X: NDArray, t: NDArray, epsilon: float) -> NDArray:
    return X + epsilon * np.sign(_slope(w, b, X, t))


def _slope(w: NDArray, b: float, X: NDArray, t: NDArray) -> NDArray:
    return (1 / (1 + np.exp(-(X @ w + b))) - t)[:, None] * w


ATTACK = FunctionExercise(
    id="08a.2",
    title="Attack a logistic regression",
    minutes=8,
    hints=(
        "The derivative of the cross-entropy by the net input z = w·x + b is p - t (lecture 06).",
        "z grows by w for each unit of x, so the gradient by x is (p - t) w: one row for each sample.",
        "Add epsilon times its sign: X + epsilon * np.sign((p - t)[:, None] * w).",
    ),
    cases=lambda rng: [
        (rng.normal(size=f), rng.normal(), rng.normal(size=(n, f)), rng.integers(0, 2, n).astype(float), 0.1)
        for n, f in ((5, 3), (4, 7))
    ],
    reference=_attack,
    mistakes=(
        Mistake(
            "no sign",
            lambda w, b, X, t, epsilon: X + epsilon * _slope(w, b, X, t),
            "The gradient is right, but every number must move by the same amount, whatever the gradient's size.",
        ),
        Mistake(
            "downhill",
            lambda w, b, X, t, epsilon: _attack(w, b, X, t, -epsilon),
            "Your examples have a lower loss than before: an attack goes the other way.",
        ),
        Mistake(
            "target ignored",
            lambda w, b, X, t, epsilon: X + epsilon * np.sign(w),
            "Every sample moves the same way. Which way raises the loss depends on the target.",
        ),
        Mistake(
            "noise alone",
            lambda w, b, X, t, epsilon: epsilon * np.sign(_slope(w, b, X, t)),
            "That is the change; the changed samples are asked for.",
        ),
    ),
)


def _mix(x: NDArray, y: NDArray, share: float, order: NDArray, classes: int) -> Arrays:
    targets = np.eye(classes)[y]
    return share * x + (1 - share) * x[order], share * targets + (1 - share) * targets[order]


MIX = FunctionExercise(
    id="08a.3",
    title="Mix two batches",
    minutes=6,
    hints=(
        "np.eye(classes)[y] gives the one-hot targets, one row a sample.",
        "x[order] is the shuffled batch. Mix targets and targets[order] exactly as the samples are mixed.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(n, f)), rng.integers(0, k, n), rng.uniform(0.1, 0.4), np.roll(rng.permutation(n), 1), k)
        for n, f, k in ((6, 4, 3), (5, 3, 7))
    ],
    reference=_mix,
    mistakes=(
        Mistake(
            "targets not mixed",
            lambda x, y, share, order, classes: (_mix(x, y, share, order, classes)[0], np.eye(classes)[y]),
            "The samples are mixed, but the targets still say that they are pure.",
        ),
        Mistake(
            "shares swapped",
            lambda x, y, share, order, classes: _mix(x, y, 1 - share, order, classes),
            "The shares are swapped: share belongs to the sample itself, the rest to its partner.",
        ),
        Mistake(
            "targets not shuffled",
            lambda x, y, share, order, classes: (share * x + (1 - share) * x[order], share * np.eye(classes)[y]),
            "Your targets do not sum to 1: the partner's target is missing.",
        ),
        Mistake(
            "labels mixed",
            lambda x, y, share, order, classes: (
                share * x + (1 - share) * x[order],
                np.eye(classes)[np.round(share * y + (1 - share) * y[order]).astype(int)],
            ),
            "You mix the numbers of the classes: between class 1 and class 3 there is no class 2.",
        ),
    ),
)


def _drop(x: NDArray, grad_output: NDArray, kept: NDArray, p: float) -> Arrays:
    return x * kept / (1 - p), grad_output * kept / (1 - p)


def _with_scale(scale: Callable[[float], float]) -> Callable[..., Arrays]:
    return lambda x, grad_output, kept, p: (x * kept * scale(p), grad_output * kept * scale(p))


DROP = FunctionExercise(
    id="08a.4",
    title="Dropout, forward and backward",
    minutes=8,
    hints=(
        "A unit that stays is multiplied by one number, a unit that is off by 0. Which number keeps the mean?",
        "A share of 1 - p stays, so divide by 1 - p. The derivative of a multiplication is the same multiplication.",
        "scale = kept / (1 - p); return x * scale, grad_output * scale.",
    ),
    cases=lambda rng: [
        (rng.normal(size=shape), rng.normal(size=shape), rng.random(shape) >= p, p)
        for shape, p in (((4, 6), 0.3), ((5, 3), 0.6))
    ],
    reference=_drop,
    mistakes=(
        Mistake("not scaled", _with_scale(lambda p: 1.0), "The mean falls: the units that stay must make up for it."),
        Mistake("divided by p", _with_scale(lambda p: 1 / p), "You divide by the share that is off."),
        Mistake(
            "scaled down", _with_scale(lambda p: 1 - p), "Multiplying by 1 - p is for evaluation, where all units stay."
        ),
        Mistake(
            "gradient through all",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], grad_output / (1 - p)),
            "The output is right. A unit that was off had no part in it, so what is its gradient?",
        ),
        Mistake(
            "gradient not scaled",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], grad_output * kept),
            "The output is right, the gradient lacks the scale of the forward pass.",
        ),
    ),
)


def _reported(val_errors: NDArray, test_errors: NDArray) -> float:
    return float(test_errors[:, val_errors.mean(axis=0).argmin()].mean())


def _errors(rng: np.random.Generator, seeds: int, models: int) -> Arrays:
    """Return errors in which model 0 is best on validation, and another one on test."""
    val, test = rng.uniform(20, 40, (2, seeds, models))
    val[:, 0] -= 12
    test[:, -1] -= 12
    order = rng.permutation(models)
    return val[:, order], test[:, order]


REPORTED = FunctionExercise(
    id="08a.5",
    title="What may be reported?",
    minutes=6,
    hints=(
        "Two steps: which model has the lowest mean in val_errors, and what is that model's mean in test_errors?",
        "val_errors.mean(axis=0) has one number for each model; argmin gives the place of the lowest.",
    ),
    cases=lambda rng: [_errors(rng, seeds, models) for seeds, models in ((5, 4), (3, 6), (4, 5))],
    reference=_reported,
    mistakes=(
        Mistake(
            "best on test",
            lambda val, test: float(test.mean(axis=0).min()),
            "You choose by the test errors: then the test set is no longer unseen.",
        ),
        Mistake(
            "validation error",
            lambda val, test: float(val.mean(axis=0).min()),
            "The chosen model is right, but the error that chose it is too good to be reported.",
        ),
        Mistake(
            "all models",
            lambda val, test: float(test.mean()),
            "This is the mean over all models; only one is chosen.",
        ),
        Mistake(
            "luckiest seed",
            lambda val, test: float(test[np.unravel_index(val.argmin(), val.shape)]),
            "You choose a model with its luckiest seed; the mean over seeds is to decide.",
        ),
    ),
)

TIED = ValueExercise(
    id="08a.6",
    title="Half the weights?",
    minutes=4,
    hints=(
        "Count three things: one matrix, the biases of the hidden units, the biases of the rebuilt pixels.",
        "The matrix has one row for each hidden unit and one column for each of 28·28 pixels.",
    ),
    expected=lambda: PIXELS * HIDDEN + HIDDEN + PIXELS,
    rtol=0,
    mistakes=(
        Mistake("free", 2 * PIXELS * HIDDEN + HIDDEN + PIXELS, "This is the count without tying."),
        Mistake("no biases", PIXELS * HIDDEN, "The matrix is right; the biases are learned as well."),
        Mistake("one bias", PIXELS * HIDDEN + HIDDEN, "The decoder has biases of its own, one for each pixel."),
        Mistake("half of all", (2 * PIXELS * HIDDEN + HIDDEN + PIXELS) / 2, "Tying halves the matrices, not all."),
    ),
)

EXERCISES = (WHICH_TRANSFORM, ATTACK, MIX, DROP, REPORTED, TIED)
