"""Exercise 07a.4: one step with momentum."""

from __future__ import annotations

from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise

Arrays = tuple[NDArray, ...]


def _momentum(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    v = m * v - learning_rate * g
    return w + v, v


def _averaged(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    return _momentum(w, v, (1 - m) * g, learning_rate, m)


def _rate_outside(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    v = m * v + g
    return w - learning_rate * v, v


MOMENTUM = FunctionExercise(
    id="07a.4",
    title="One step with momentum",
    minutes=6,
    hints=(
        "Two lines: first the new velocity, then the new weights.",
        "The weights move by the new velocity, not by the old one.",
    ),
    cases=lambda rng: [
        (*(rng.normal(size=shape) for _ in range(3)), rng.uniform(0.05, 0.3), rng.uniform(0.5, 0.95))
        for shape in [(3, 5), (4,)]
    ],
    reference=_momentum,
    mistakes=(
        Mistake(
            "weights only",
            lambda *given: _momentum(*given)[0],
            "The weights are right, but you return only them; the next step needs the new velocity, too.",
        ),
        Mistake("average", _averaged, "This is the second form, the average: the gradient is weighted by 1 - β."),
        Mistake("rate outside", _rate_outside, "This is PyTorch's bookkeeping; here η is part of the velocity."),
        Mistake(
            "old velocity",
            lambda w, v, g, learning_rate, m: (w + v, m * v - learning_rate * g),
            "The velocity is right; the weights have moved by the previous one.",
        ),
        Mistake(
            "plain step",
            lambda w, v, g, learning_rate, m: (w - learning_rate * g, m * v - learning_rate * g),
            "The velocity is right; the weights take a plain gradient step, without it.",
        ),
        Mistake(
            "velocity with plus, subtracted",
            lambda w, v, g, learning_rate, m: (w - m * v - learning_rate * g, m * v + learning_rate * g),
            "This form keeps the velocity with the opposite sign; here η g is subtracted in v, and v is added to w.",
        ),
        Mistake(
            "against the velocity",
            lambda w, v, g, learning_rate, m: (w - (m * v - learning_rate * g), m * v - learning_rate * g),
            "The velocity is right; the weights move against it.",
        ),
        Mistake(
            "no friction",
            lambda w, v, g, learning_rate, m: _momentum(w, v, g, learning_rate, 1.0),
            "All of the old velocity is kept: β is missing.",
        ),
        Mistake(
            "rate on both terms",
            lambda w, v, g, learning_rate, m: _momentum(w, learning_rate * v, g, learning_rate, m),
            "The learning rate multiplies the old velocity, too; it belongs only to the gradient.",
        ),
        Mistake(
            "no learning rate",
            lambda w, v, g, learning_rate, m: _momentum(w, v, g, 1.0, m),
            "The learning rate is not used.",
        ),
        Mistake(
            "exchanged",
            lambda *given: _momentum(*given)[::-1],
            "Weights and velocity are in the wrong order: the weights come first.",
        ),
        Mistake(
            "Nesterov",
            lambda w, v, g, learning_rate, m: (
                w + m * (m * v - learning_rate * g) - learning_rate * g,
                m * v - learning_rate * g,
            ),
            "The velocity is right; the weights take Nesterov's step, which looks ahead once more.",
        ),
        Mistake(
            "uphill",
            lambda w, v, g, learning_rate, m: _momentum(w, v, -g, learning_rate, m),
            "The gradient pushes your ball uphill.",
        ),
    ),
)
