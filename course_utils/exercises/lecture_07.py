"""Exercises of lecture 07, optimizers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, FunctionExercise, ValueExercise

Derivative = Callable[[float], float]
Step = Callable[[float, float, Derivative], float]
Arrays = tuple[NDArray, ...]
Betas = tuple[float, float]

# 07.3: the batch that was measured, the spread that is wanted.
BATCH, SPREAD, WANTED_SPREAD = 8, 0.6, 0.15
# 07.4: second derivatives and learning rates of the task text.
HESSIAN = np.array([[6.0, 2.0], [2.0, 3.0]])
RATES = (0.1, 0.2, 0.28, 0.3, 0.5)
# 07.6: constants of the task text.
BETAS, EPSILON = (0.9, 0.999), 1e-8


def _walk(step: Step) -> Callable[[float, Derivative, int], NDArray]:
    def walk(eta: float, f_grad: Derivative, steps: int) -> NDArray:
        path = [5.0]
        for _ in range(steps):
            path.append(step(path[-1], eta, f_grad))
        return np.array(path)

    return walk


_downhill = _walk(lambda x, eta, f_grad: x - eta * f_grad(x))

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
    ],
    reference=_downhill,
    mistakes=(
        Mistake(
            "nothing mended",
            _walk(lambda x, eta, f_grad: eta * f_grad(x)),
            "Each step forgets where it was: x becomes the step itself.",
        ),
        Mistake("uphill", _walk(lambda x, eta, f_grad: x + eta * f_grad(x)), "Your walk climbs: look at the sign."),
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
    cases=lambda rng: [
        (rng.uniform(1, 3), rng.uniform(0.3, 1), rng.uniform(0.1, 4, size), rng.normal(size=size)) for size in (6, 11)
    ],
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
            "uphill",
            lambda w, v, g, learning_rate, m: _momentum(w, v, -g, learning_rate, m),
            "The gradient pushes your ball uphill.",
        ),
    ),
)


def _adam(w: NDArray, m: NDArray, v: NDArray, g: NDArray, i: int, lr: float, betas: Betas = BETAS) -> Arrays:
    m, v = betas[0] * m + (1 - betas[0]) * g, betas[1] * v + (1 - betas[1]) * g**2
    m_hat, v_hat = _hats(m, v, i, betas)
    return w - lr * m_hat / (np.sqrt(v_hat) + EPSILON), m, v


def _hats(m: NDArray, v: NDArray, i: int, betas: Betas = BETAS) -> Arrays:
    return m / (1 - betas[0] ** i), v / (1 - betas[1] ** i)


def _adam_uncorrected(w: NDArray, m: NDArray, v: NDArray, g: NDArray, i: int, lr: float) -> Arrays:
    _, m, v = _adam(w, m, v, g, i, lr)
    return w - lr * m / (np.sqrt(v) + EPSILON), m, v


def _adam_hats_kept(w: NDArray, m: NDArray, v: NDArray, g: NDArray, i: int, lr: float) -> Arrays:
    w, m, v = _adam(w, m, v, g, i, lr)
    return w, *_hats(m, v, i)


ADAM = FunctionExercise(
    id="07.6",
    title="One step of Adam",
    minutes=8,
    hints=(
        "First the two averages, m of g and v of g², then the two hats, then the step.",
        "The hats are used for the step only; m and v are returned without them.",
        "m_hat = m / (1 - 0.9**i), v_hat = v / (1 - 0.999**i); the root is taken of v_hat alone, ε is added after it.",
    ),
    cases=lambda rng: [
        (rng.normal(size=shape), rng.normal(size=shape), rng.uniform(size=shape), rng.normal(size=shape), i, 0.05)
        for shape, i in [((3, 5), 4), ((2, 3), 1), ((6,), 30)]
    ],
    reference=_adam,
    mistakes=(
        Mistake("no correction", _adam_uncorrected, "The averages are right; the step uses them without their hats."),
        Mistake("hats kept", _adam_hats_kept, "The step is right, but you return the corrected averages."),
        Mistake(
            "counted from zero",
            lambda w, m, v, g, i, lr: _adam(w, m, v, g, i + 1, lr),
            "You correct for one step too many: i is 1 at the first step already.",
        ),
        Mistake(
            "betas swapped",
            lambda w, m, v, g, i, lr: _adam(w, m, v, g, i, lr, BETAS[::-1]),
            "The two decay rates are swapped: the square has the longer memory.",
        ),
    ),
)

WHICH_OPTION = ChoiceExercise(
    id="07.7",
    title="Which option?",
    minutes=4,
    hints=(
        "torch.optim.Adam adds λ w to the gradient before anything else. What is done with a gradient after that?",
        "Divide λ w by √v for a layer with large gradients and for one with small ones.",
    ),
    right="c",
    why="The decay is divided by √v like the rest of the gradient; torch.optim.AdamW keeps it outside.",
    mistakes=(
        Mistake("decoupled", "a", "That is what AdamW does; the option of Adam goes through the division."),
        Mistake("larger decays more", "b", "Large gradients make √v large. Is it multiplied or divided by?"),
        Mistake("no decay", "d", "Adam removes the scale of the whole gradient, not of each of its two terms."),
    ),
)


def _warm_then_cool(step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak * float(1 + np.cos(np.pi * share)) / 2


def _straight_down(step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    return peak * min(step / warmup_steps, (total_steps - step) / (total_steps - warmup_steps))


def _without_warm_up(step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    return _warm_then_cool(max(step, warmup_steps), peak, warmup_steps, total_steps)


def _share_of_all_steps(step: int, peak: float, warmup_steps: int, total_steps: int) -> float:
    if step < warmup_steps:
        return _warm_then_cool(step, peak, warmup_steps, total_steps)
    return peak * float(1 + np.cos(np.pi * step / total_steps)) / 2


WARM_UP = FunctionExercise(
    id="07.8",
    title="Warm up, then cool down",
    minutes=8,
    hints=(
        "Two cases: before warmup_steps a share step / warmup_steps of the peak, after it half a cosine.",
        "For the cosine you need the share of the way from warmup_steps to total_steps, which runs from 0 to 1.",
        "peak * (1 + np.cos(np.pi * share)) / 2 with share = (step - warmup_steps) / (total_steps - warmup_steps).",
    ),
    cases=lambda rng: [(step, rng.uniform(0.1, 0.5), 20, 90) for step in (37, 5, 71, 20, 0, 90)],
    reference=_warm_then_cool,
    mistakes=(
        Mistake("straight down", _straight_down, "The way down is a straight line; half a cosine is asked for."),
        Mistake("cosine over all steps", _share_of_all_steps, "Your cosine begins at step 0, not where the rise ends."),
        Mistake("no warm-up", _without_warm_up, "The way down is right; the rise at the start is missing."),
    ),
)

EXERCISES = (REPAIR, DERIVE, BATCH_SIZE, DIVERGING, MOMENTUM, ADAM, WHICH_OPTION, WARM_UP)
