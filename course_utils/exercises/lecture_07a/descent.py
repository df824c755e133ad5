"""Exercises 07a.1, 07a.2, 07a.3 and 07a.5: gradient descent, its rates and batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise, ValueExercise

Derivative = Callable[[float], float]
Step = Callable[[float, float, Derivative], float]

# 07a.5: the batch that was measured, the spread that is wanted.
BATCH, SPREAD, WANTED_SPREAD = 8, 0.6, 0.15
# 07a.3: second derivatives and learning rates of the task text.
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
    id="07a.1",
    title="Repair the program",
    minutes=8,
    hints=(
        "Compare the line that sets x with the formula of the section: what comes before the step in the formula?",
        "A step is subtracted from where you are: x = x - eta * f_grad(x).",
        "Loop steps times, append x after each step, and return np.array(results) after the loop.",
    ),
    cases=lambda rng: [
        (rng.uniform(0.6, 0.9), lambda x: 2 * x, 7),  # jumps across the minimum, where x is negative
        (rng.uniform(0.05, 0.3), lambda x: 2 * (x - 3) + np.sin(x), 12),
        Edge("for no step at all", 0.1, lambda x: 2 * x, 0),
    ],
    reference=_downhill,
    mistakes=(
        Mistake(
            "nothing repaired",
            _walk(lambda x, eta, f_grad: eta * f_grad(x)),
            "Each step forgets where it was: x becomes the step itself.",
        ),
        Mistake("uphill", _walk(lambda x, eta, f_grad: x + eta * f_grad(x)), "Your path climbs: look at the sign."),
        Mistake("start forgotten", lambda *given: _downhill(*given)[1:], "The start, 5.0, is missing at the front."),
        Mistake(
            "one step too few",
            lambda *given: _downhill(*given)[:-1],
            "The last step is missing: the start and all steps make steps + 1 numbers.",
        ),
        Mistake(
            "derivative at the start",
            lambda eta, f_grad, steps: 5.0 - eta * f_grad(5.0) * np.arange(steps + 1),
            "You take the derivative at the start again and again; each step needs it where you are.",
        ),
        Mistake(
            "another start",
            lambda eta, f_grad, steps: _from_zero(eta, f_grad, steps),
            "Your path starts at 0; it should start at 5.0.",
        ),
        Mistake(
            "no learning rate",
            lambda eta, f_grad, steps: _downhill(1.0, f_grad, steps),
            "The learning rate is not used.",
        ),
        Mistake("only minus added", _walk(lambda x, eta, f_grad: -eta * f_grad(x)), "The old x is still missing."),
        Mistake("five steps", lambda eta, f_grad, steps: _downhill(eta, f_grad, 5), "You always take five steps."),
        Mistake("last only", lambda *given: _downhill(*given)[-1], "The whole path is asked for, not just its end."),
    ),
)


def _decay_gradient(
    a: float, b: float, t: NDArray, y: NDArray, inner: Callable[[NDArray], NDArray] = lambda t: -t
) -> NDArray:
    decay = np.exp(-b * t)
    residual = a * decay - y
    return 2 * np.array([np.mean(residual * decay), np.mean(residual * a * decay * inner(t))])


DERIVE = FunctionExercise(
    id="07a.2",
    title="Derive a gradient",
    minutes=8,
    hints=(
        "Chain rule: the derivative of (prediction - y)² is 2 (prediction - y) times the derivative of the prediction.",
        "With respect to a, the prediction's derivative is exp(-b t). With respect to b, what multiplies b comes down.",
        "For b: 2 * mean((a exp(-b t) - y) * a * exp(-b t) * (-t)). Compare yours with a slope that you measure.",
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
        "On paper, with r = a exp(-b t) - y: dL/da = mean(2 r · exp(-b t)), because a is only a factor; "
        "dL/db = mean(2 r · a exp(-b t) · (-t)), where -t is the derivative of the exponent."
    ),
    mistakes=(
        Mistake("summed", lambda *given: len(given[2]) * _decay_gradient(*given), "You add; this loss takes the mean."),
        Mistake(
            "halved",
            lambda *given: _decay_gradient(*given) / 2,
            "Both are half as large as they should be: which factor comes with the derivative of a square?",
        ),
        Mistake(
            "sign of b",
            lambda a, b, t, y: _decay_gradient(a, b, t, y) * np.array([1, -1]),
            "The derivative for a is right. The one for b has the wrong sign: look at the exponent.",
        ),
        Mistake(
            "a missing by b",
            lambda a, b, t, y: _decay_gradient(a, b, t, y) / np.array([1, a]),
            "The derivative for a is right. The one for b has lost the factor a.",
        ),
        Mistake(
            "t missing by b",
            lambda *given: _decay_gradient(*given, lambda t: -np.ones_like(t)),
            "The derivative for a is right. The one for b lacks the t that the exponent brings down.",
        ),
        Mistake(
            "b brought down",
            lambda a, b, t, y: _decay_gradient(a, b, t, y, lambda t: -b * np.ones_like(t)),
            "The derivative for a is right. For b, you bring down -b, as if t were the variable.",
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
            "Both derivatives are right, but in the wrong order.",
        ),
        Mistake(
            "inner",
            lambda *given: _decay_gradient(*given, np.ones_like),
            "The derivative for b lacks the inner derivative.",
        ),
        Mistake(
            "downhill", lambda *given: -_decay_gradient(*given), "Both signs are wrong: the gradient points uphill."
        ),
    ),
)

BATCH_SIZE = ValueExercise(
    id="07a.5",
    title="How large must the batch be?",
    minutes=4,
    hints=(
        "By what factor must the standard deviation fall?",
        "It falls as 1/√B. By what factor must B grow so that √B becomes four times as large?",
    ),
    expected=lambda: BATCH * (SPREAD / WANTED_SPREAD) ** 2,
    mistakes=(
        Mistake("no square", 32, "Four times the batch halves the noise; you need a quarter."),
        Mistake(
            "factor alone",
            16,
            "16 is the factor, or twice the batch that you had; what is the new batch size?",
        ),
        Mistake(
            "no root", 64, "Eight times the batch is not enough: the noise falls with the square root of the batch."
        ),
        Mistake("wrong direction", 2, "A smaller batch is noisier."),
    ),
)


def _rates_above(limit: float) -> tuple[float, ...]:
    return tuple(rate for rate in RATES if rate > limit)


DIVERGING = ValueExercise(
    id="07a.3",
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
        Mistake("one over", _rates_above(1 / 7), "Some of these converge, in zigzag: a factor of -0.96 shrinks too."),
        Mistake(
            "trace", _rates_above(2 / 9), "You took the sum of both curvatures; each direction has a limit of its own."
        ),
        Mistake("all of them", RATES, "Some of these converge: compute the limit from the larger eigenvalue."),
        Mistake(
            "those that converge",
            tuple(rate for rate in RATES if rate < 2 / 7),
            "These converge; the question asks for those that diverge.",
        ),
        Mistake("one of them", (0.3,), "If 0.3 diverges, what about a larger rate?"),
        Mistake("largest first", (0.5, 0.3), "These are the right rates; put the smallest first."),
        Mistake("smallest curvature", (), "That is the limit of the gentle direction; the steep one diverges first."),
    ),
)
