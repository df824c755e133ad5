"""Exercises 01b.1, 01b.2 and 01b.5: gradient descent and backpropagation on paper, and a loss that rises."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, ValueExercise

# 01b.1: the ride, the start and the learning rate of the task text.
KM, FARE, START, RATE = 3.0, 6.0, 1.0, 0.05
# 01b.2: inputs, weights, bias and target of the task text.
X, W, B, TARGET = np.array([2.0, -1.0]), np.array([1.0, 3.0]), 2.0, 3.0


def _two_steps(rate: float = RATE, inner: float = KM, factor: float = 2.0) -> tuple[float, float]:
    """Return the weight after one step and after two; ``inner`` and ``factor`` are the pieces of the slope."""
    visited = [START]
    for _ in range(2):
        visited.append(visited[-1] - rate * factor * (KM * visited[-1] - FARE) * inner)
    return visited[1], visited[2]


TWO_STEPS = ValueExercise(
    id="01b.1",
    title="Two steps on paper",
    minutes=5,
    hints=(
        "The chain rule: the derivative of a square is twice its inside, times the derivative of the inside.",
        "The slope is 2 · (3w - 6) · 3. What is it at w = 1? Move against it, by 0.05 times the slope.",
        "For the second step, compute the slope again at the new weight.",
    ),
    expected=_two_steps,
    mistakes=(
        Mistake("uphill", _two_steps(-RATE), "You move along the slope, and that leads uphill: subtract the step."),
        Mistake(
            "no inner derivative", _two_steps(inner=1.0), "The inside of the square, 3w - 6, has a slope of its own."
        ),
        Mistake("no two", _two_steps(factor=1.0), "The derivative of a square is twice its inside."),
        Mistake(
            "no learning rate", _two_steps(rate=1.0), "You moved by the whole slope; the learning rate is missing."
        ),
        Mistake(
            "old slope",
            (_two_steps()[0], 2 * _two_steps()[0] - START),
            "The first weight is correct. For the second step, you used the slope at the start once more.",
        ),
        Mistake(
            "slopes",
            tuple(2 * (KM * w - FARE) * KM for w in (START, _two_steps()[0])),
            "These are the slopes. A step takes the slope times the learning rate off the weight.",
        ),
    ),
    why="Each step multiplies the distance to the minimum, w = 2, by 1 - 0.05 · 18 = 0.1.",
)


def _slopes(at_z: float) -> tuple[float, float, float, float]:
    first, second = at_z * X
    return float(first), float(second), at_z, float(at_z * W[0])


OUTPUT = max(0.0, float(W @ X + B))
AT_Z = 2 * (OUTPUT - TARGET)
RIGHT = _slopes(AT_Z)

BACKWARD = ValueExercise(
    id="01b.2",
    title="Backward on paper",
    minutes=8,
    hints=(
        "Go forward first: what are z, a, and L? Is z positive, so that ReLU lets the derivative pass?",
        "The derivative of L with respect to a is 2(a - y). ReLU and the sum pass it on unchanged.",
        "A product multiplies it by the other factor: for the first weight, that is the first input.",
    ),
    expected=lambda: RIGHT,
    mistakes=(
        Mistake("no two", _slopes(AT_Z / 2), "The derivative of a square is twice its inside."),
        Mistake(
            "wrong sign", _slopes(-AT_Z), "All signs are wrong: the inside of the square is a - y, and a is below y."
        ),
        Mistake(
            "own factor",
            (float(AT_Z * W[0]), float(AT_Z * W[1]), AT_Z, float(AT_Z * X[0])),
            "At a product, the derivative is multiplied by the other factor: for a weight, by its input.",
        ),
        Mistake(
            "second input's sign",
            (RIGHT[0], -RIGHT[1], *RIGHT[2:]),
            "The second weight is multiplied by an input that is negative.",
        ),
        Mistake("bias forgotten", (*RIGHT[:2], 1.0, RIGHT[3]), "1 is the local derivative of z with respect to b."),
        Mistake("no bias", (*RIGHT[:2], 0.0, RIGHT[3]), "The bias is part of z, so L changes when b does."),
        Mistake(
            "input like a weight",
            (*RIGHT[:3], RIGHT[0]),
            "For the input, the other factor is the weight.",
        ),
        Mistake("blocked", (0.0, 0.0, 0.0, 0.0), "z is positive here, so ReLU lets the derivative pass."),
    ),
)

RISING_LOSS = ChoiceExercise(
    id="01b.5",
    title="A loss that will not fall",
    minutes=3,
    hints=(
        "Which of the four can make the loss larger, not just keep it from falling?",
        "Take one step on the parabola with each of the four faults.",
    ),
    right="b",
    why="A step along the gradient climbs. A learning rate that is too large looks much the same.",
    mistakes=(
        Mistake("small rate", "a", "Then the loss would fall, but only slowly."),
        Mistake("silent units", "c", "Then the first layer would not change. Nothing would make the loss rise."),
        Mistake(
            "few epochs",
            "d",
            "Then training would stop early. The loss that it had reached would still be lower than at the start.",
        ),
    ),
)
