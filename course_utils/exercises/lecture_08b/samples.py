"""Exercises 08b.1 to 08b.3: transforms, adversarial examples, mixed batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise

Arrays = tuple[NDArray, NDArray]

WHICH_TRANSFORM = ChoiceExercise(
    id="08b.1",
    title="Which transform keeps the target?",
    minutes=4,
    hints=(
        "Two questions: is the label of the new image still correct, and can such an image occur in the test?",
        "Write a 6 and a 2 on paper. Turn the paper, hold it up to a mirror, move it.",
    ),
    right="b",
    why="A digit can be anywhere near the middle, and its label stays the same.",
    mistakes=(
        Mistake("turned", "a", "Turn a 6 by 180 degrees and read it again."),
        Mistake("mirrored", "c", "Nobody writes a mirrored 2."),
        Mistake(
            "inverted", "d", "The labels stay correct, but no test image looks like that: half of the effort is wasted."
        ),
    ),
)


def _attack(w: NDArray, b: float, X: NDArray, t: NDArray, epsilon: float) -> NDArray:
    return X + epsilon * np.sign(_slope(w, b, X, t))


def _slope(w: NDArray, b: float, X: NDArray, t: NDArray) -> NDArray:
    return (1 / (1 + np.exp(-(X @ w + b))) - t)[:, None] * w


ATTACK = FunctionExercise(
    id="08b.2",
    title="Attack a logistic regression",
    minutes=8,
    hints=(
        "The derivative of the cross-entropy with respect to the logit z = w·x + b is p - t (chapter 06).",
        "z grows by w for each unit of x, so the gradient with respect to x is (p - t) w: one row for each sample.",
        "Add epsilon times its sign: X + epsilon * np.sign((p - t)[:, None] * w).",
    ),
    cases=lambda rng: (
        [
            (rng.normal(size=f), rng.normal(), rng.normal(size=(n, f)), rng.integers(0, 2, n).astype(float), 0.1)
            for n, f in ((5, 3), (4, 7))
        ]
        + [
            Edge("for one sample", np.array([1.0, -2]), 0.3, rng.normal(size=(1, 2)), np.array([1.0]), 0.2),
            Edge(
                "where a weight is zero", np.array([0.0, 2]), 0.3, rng.normal(size=(3, 2)), np.array([1.0, 0, 1]), 0.2
            ),
        ]
    ),
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
            "Every sample moves in the same direction. Which way raises the loss depends on the target.",
        ),
        Mistake(
            "no weights",
            lambda w, b, X, t, epsilon: X + epsilon * np.sign(_slope(np.ones_like(w), b, X, t)),
            "The sign of p - t is right, but the derivative of z with respect to x is missing.",
        ),
        Mistake(
            "gradient by the weights",
            lambda w, b, X, t, epsilon: X + epsilon * np.sign(_slope(np.ones_like(w), b, X, t) * X),
            "You multiply by x: that is the gradient with respect to the weights. Here the samples move.",
        ),
        Mistake(
            "summed over the batch",
            lambda w, b, X, t, epsilon: X + epsilon * np.sign(_slope(w, b, X, t).sum(axis=0)),
            "All samples move the same way; each has a gradient of its own.",
        ),
        Mistake(
            "step of one",
            lambda w, b, X, t, epsilon: _attack(w, b, X, t, 1.0),
            "The direction is right; epsilon is not used.",
        ),
        Mistake(
            "cut to 0 to 1",
            lambda w, b, X, t, epsilon: np.clip(_attack(w, b, X, t, epsilon), 0, 1),
            "The attack is right, but you clip the result to the range from 0 to 1; these samples are not images.",
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


def _inverse(order: NDArray) -> NDArray:
    inverse = np.arange(len(order))
    inverse[order] = np.arange(len(order))
    return inverse


def _labels(rng: np.random.Generator, count: int, classes: int) -> NDArray:
    """Return labels without the last class; the first two differ by two, so that a class lies between them."""
    return np.concatenate([[0, 2], rng.integers(0, classes - 1, count - 2)])


MIX = FunctionExercise(
    id="08b.3",
    title="Mix two batches",
    minutes=6,
    hints=(
        "np.eye(classes)[y] gives the one-hot targets, one row per sample.",
        "x[order] is the shuffled batch. Mix targets and targets[order] exactly as the samples are mixed.",
    ),
    cases=lambda rng: (
        [
            # The last class is missing in the batch, and the order is not its own inverse.
            (rng.normal(size=(n, f)), _labels(rng, n, k), rng.uniform(0.1, 0.4), np.roll(np.arange(n), 1 + f % 2), k)
            for n, f, k in ((6, 4, 4), (5, 3, 7))
        ]
        + [
            Edge(
                "where an index occurs twice", rng.normal(size=(3, 2)), np.array([0, 1, 0]), 0.7, np.array([1, 1, 0]), 3
            ),
            Edge("for one sample", rng.normal(size=(1, 2)), np.array([1]), 0.3, np.array([0]), 3),
        ]
    ),
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
            "You mix the numbers of the classes: half class 0 and half class 2 is not class 1.",
        ),
        Mistake(
            "largest share taken",
            lambda x, y, share, order, classes: (
                _mix(x, y, share, order, classes)[0],
                np.eye(classes)[_mix(x, y, share, order, classes)[1].argmax(axis=1)],
            ),
            "You give each sample the class of its larger part; the target should be mixed, too.",
        ),
        Mistake(
            "partner's target",
            lambda x, y, share, order, classes: (_mix(x, y, share, order, classes)[0], np.eye(classes)[y[order]]),
            "Your targets are those of the partners alone.",
        ),
        Mistake(
            "order turned round",
            lambda x, y, share, order, classes: _mix(x, y, share, _inverse(order), classes),
            "Sample i belongs with x[order[i]]; you use the inverse of order.",
        ),
        Mistake(
            "halves",
            lambda x, y, share, order, classes: _mix(x, y, 0.5, order, classes),
            "You mix half and half; share says how much of the first.",
        ),
        Mistake(
            "as many classes as labels show",
            lambda x, y, share, order, classes: _mix(x, y, share, order, int(y.max()) + 1),
            "The number of your columns depends on the labels of the batch; classes says how many there are.",
        ),
    ),
)
