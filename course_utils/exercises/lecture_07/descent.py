"""Exercises 07.1 to 07.5: gradient descent, its batches and rates, and momentum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise, ValueExercise

Derivative = Callable[[float], float]
Step = Callable[[float, float, Derivative], float]
Arrays = tuple[NDArray, ...]

# 07.3: the batch that was measured, the spread that is wanted.
BATCH, SPREAD, WANTED_SPREAD = 8, 0.6, 0.15
# 07.4: second derivatives and learning rates of the task text.
HESSIAN = np.array([[6.0, 2.0], [2.0, 3.0]])
RATES = (0.1, 0.2, 0.28, 0.3, 0.5)


def _walk(step: Step) -> Callable[[float, Derivative, int], NDArray]:
    def walk(eta: float, f_grad: Derivative, steps: int) -> NDArray:
        path = [5.0]
        for _ in range(steps):
            path.append(step(path[-1], eta, f_grad))
        return np.array(path)

    return walk


_downhill = _walk(lambda x, eta, f_grad: x - eta * f_grad(x))


def _from_zero(eta: float, f_grad: Derivative, steps: int) -> NDArray:
    path = [0.0]
    for _ in range(steps):
        path.append(path[-1] - eta * f_grad(path[-1]))
    return np.array(path)


REPAIR = FunctionExercise(
    id="07.1",
    title="Repair the program",
    minutes=8,
    hints=(
        "Compare the line that sets x with the formula of the section: what stands there before the step?",
        "A step is subtracted from the place where you are: x = x - eta * f_grad(x).",
        "Loop steps times, append x after each step, and return np.array(results) after the loop.",
    ),
    cases=lambda rng: [
        (rng.uniform(0.05, 0.3), lambda x: 2 * x, 7),
        (rng.uniform(0.05, 0.3), lambda x: 2 * (x - 3) + np.sin(x), 12),
        Edge("for no step at all", 0.1, lambda x: 2 * x, 0),
    ],
    reference=_downhill,
    mistakes=(
        Mistake(
            "nothing mended",
            _walk(lambda x, eta, f_grad: eta * f_grad(x)),
            "Each step forgets where it was: x becomes the step itself.",
        ),
        Mistake("uphill", _walk(lambda x, eta, f_grad: x + eta * f_grad(x)), "Your walk climbs: look at the sign."),
        Mistake("start forgotten", lambda *given: _downhill(*given)[1:], "The start, 5.0, is missing in front."),
        Mistake(
            "one step too few", lambda *given: _downhill(*given)[:-1], "The last step is missing: start and steps."
        ),
        Mistake(
            "derivative at the start",
            lambda eta, f_grad, steps: 5.0 - eta * f_grad(5.0) * np.arange(steps + 1),
            "You take the derivative at the start again and again; each step needs it where you are.",
        ),
        Mistake(
            "another start",
            lambda eta, f_grad, steps: _from_zero(eta, f_grad, steps),
            "Your walk starts at 0; it should start at 5.0.",
        ),
        Mistake(
            "no learning rate",
            lambda eta, f_grad, steps: _downhill(1.0, f_grad, steps),
            "The learning rate is not used.",
        ),
        Mistake("only minus added", _walk(lambda x, eta, f_grad: -eta * f_grad(x)), "The old x is still missing."),
        Mistake("five steps", lambda eta, f_grad, steps: _downhill(eta, f_grad, 5), "You make five steps, always."),
        Mistake("last only", lambda *given: _downhill(*given)[-1], "The whole path is asked for, not its end alone."),
    ),
)


def _decay_gradient(
    a: float, b: float, t: NDArray, y: NDArray, inner: Callable[[NDArray], NDArray] = lambda t: -t
) -> NDArray:
    decay = np.exp(-b * t)
    residual = a * decay - y
    return 2 * np.array([np.mean(residual * decay), np.mean(residual * a * decay * inner(t))])


DERIVE = FunctionExercise(
    id="07.2",
    title="Derive a gradient",
    minutes=8,
    hints=(
        "Chain rule: the derivative of (prediction - y)² is 2 (prediction - y) times the derivative of the prediction.",
        "The prediction's derivative by a is exp(-b t). Its derivative by b brings down what stands beside b.",
        "By b: 2 * mean((a exp(-b t) - y) * a * exp(-b t) * (-t)). Compare yours with a small difference quotient.",
    ),
    cases=lambda rng: (
        [
            (rng.uniform(1.3, 3), rng.uniform(0.3, 1), rng.uniform(0.1, 4, size), rng.normal(size=size))
            for size in (6, 11)
        ]
        + [Edge("for one measurement", 2.0, 0.5, rng.uniform(1, 2, 1), rng.normal(size=1))]
    ),
    reference=_decay_gradient,
    why=(
        "On paper, with r = a exp(-b t) - y: dL/da = mean(2 r · exp(-b t)), because a stands alone before the decay; "
        "dL/db = mean(2 r · a exp(-b t) · (-t)), where -t is the derivative of the exponent."
    ),
    mistakes=(
        Mistake("summed", lambda *given: len(given[2]) * _decay_gradient(*given), "You add; this loss takes the mean."),
        Mistake("halved", lambda *given: _decay_gradient(*given) / 2, "Both are half: what did the square leave?"),
        Mistake(
            "sign of b",
            lambda a, b, t, y: _decay_gradient(a, b, t, y) * np.array([1, -1]),
            "By a is right. By b has the wrong sign: look at the exponent.",
        ),
        Mistake(
            "a missing by b",
            lambda a, b, t, y: _decay_gradient(a, b, t, y) / np.array([1, a]),
            "By a is right. By b has lost the factor a.",
        ),
        Mistake(
            "t missing by b",
            lambda *given: _decay_gradient(*given, lambda t: -np.ones_like(t)),
            "By a is right. By b lacks the t that the exponent brings down.",
        ),
        Mistake(
            "b brought down",
            lambda a, b, t, y: _decay_gradient(a, b, t, y, lambda t: -b * np.ones_like(t)),
            "By a is right. By b you bring down -b, as if t were the variable.",
        ),
        Mistake(
            "residual alone",
            lambda a, b, t, y: 2 * np.full(2, np.mean(a * np.exp(-b * t) - y)),
            "The derivative of the prediction is missing in both: the chain rule has a second factor.",
        ),
        Mistake(
            "sign of the exponent",
            lambda a, b, t, y: _decay_gradient(a, -b, t, y),
            "The exponent has lost its minus: nothing decays.",
        ),
        Mistake(
            "exchanged",
            lambda *given: _decay_gradient(*given)[::-1],
            "Both derivatives are right, but they have changed places.",
        ),
        Mistake("inner", lambda *given: _decay_gradient(*given, np.ones_like), "By b lacks the inner derivative."),
        Mistake("downhill", lambda *given: -_decay_gradient(*given), "Signs turned: the gradient points up."),
    ),
)

BATCH_SIZE = ValueExercise(
    id="07.3",
    title="How large must the batch be?",
    minutes=4,
    hints=(
        "By which factor must the spread fall?",
        "The spread falls as 1/√B. Which factor for B makes √B four times as large?",
    ),
    expected=lambda: BATCH * (SPREAD / WANTED_SPREAD) ** 2,
    mistakes=(
        Mistake("no square", 32, "Four times the batch halves the spread; you need a quarter."),
        Mistake("factor alone", 16, "16 is how many times larger the batch must be, or twice the batch you had."),
        Mistake("no root", 64, "Eight times the batch is not enough: the spread falls with the root of the batch."),
        Mistake("wrong direction", 2, "A smaller batch is noisier, not calmer."),
    ),
)


def _rates_above(limit: float) -> tuple[float, ...]:
    return tuple(rate for rate in RATES if rate > limit)


DIVERGING = ValueExercise(
    id="07.4",
    title="Which rates diverge?",
    minutes=6,
    hints=(
        "What counts is the largest curvature over all directions, the largest eigenvalue of the matrix.",
        "The two eigenvalues add up to 9 (the trace) and multiply to 14 (the determinant).",
        "The limit is 2 divided by the larger eigenvalue.",
    ),
    expected=lambda: _rates_above(2 / np.linalg.eigvalsh(HESSIAN).max()),
    mistakes=(
        Mistake("along the axes", _rates_above(2 / 6), "You took the curvature along an axis; look in all directions."),
        Mistake("one over", _rates_above(1 / 7), "Some of these converge, in zigzag: a factor of -0.9 shrinks too."),
        Mistake("trace", _rates_above(2 / 9), "You took the sum of both curvatures; each direction counts for itself."),
        Mistake("smallest curvature", (), "That is the limit of the gentle direction; the steep one gives way first."),
    ),
)


def _momentum(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    v = m * v - learning_rate * g
    return w + v, v


def _averaged(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    return _momentum(w, v, (1 - m) * g, learning_rate, m)


def _rate_outside(w: NDArray, v: NDArray, g: NDArray, learning_rate: float, m: float) -> Arrays:
    v = m * v + g
    return w - learning_rate * v, v


MOMENTUM = FunctionExercise(
    id="07.5",
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
        Mistake("average", _averaged, "This is the second form, the average: the gradient is weighted by 1 - m."),
        Mistake("rate outside", _rate_outside, "This is PyTorch's bookkeeping; here η belongs into the velocity."),
        Mistake(
            "old velocity",
            lambda w, v, g, learning_rate, m: (w + v, m * v - learning_rate * g),
            "The velocity is right; the weights have moved by the one before.",
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
            "velocity with plus",
            lambda w, v, g, learning_rate, m: (w - m * v - learning_rate * g, m * v - learning_rate * g),
            "The velocity is right; the weights move against it.",
        ),
        Mistake(
            "no friction",
            lambda w, v, g, learning_rate, m: _momentum(w, v, g, learning_rate, 1.0),
            "The old velocity is kept whole: m is missing.",
        ),
        Mistake(
            "rate on both terms",
            lambda w, v, g, learning_rate, m: _momentum(w, learning_rate * v, g, learning_rate, m),
            "The learning rate multiplies the old velocity too; it belongs to the gradient alone.",
        ),
        Mistake(
            "no learning rate",
            lambda w, v, g, learning_rate, m: _momentum(w, v, g, 1.0, m),
            "The learning rate is not used.",
        ),
        Mistake(
            "exchanged",
            lambda *given: _momentum(*given)[::-1],
            "Weights and velocity have changed places: the weights come first.",
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
