"""Exercises 07b.2 and 07b.4: Adam, and a rate that changes with the steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise

Arrays = tuple[NDArray, ...]
Betas = tuple[float, float]

# 07b.2: constants of the task text.
BETAS, EPSILON = (0.9, 0.999), 1e-8


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


def _adam_step(
    w: NDArray,
    m: NDArray,
    v: NDArray,
    g: NDArray,
    i: int,
    lr: float,
    *,
    first: bool = True,
    second: bool = True,
    below: Callable[[NDArray], NDArray] = lambda v: np.sqrt(v) + EPSILON,
) -> Arrays:
    """Take a step with only some of the corrections, or with another denominator."""
    _, m, v = _adam(w, m, v, g, i, lr)
    m_hat, v_hat = _hats(m, v, i)
    return w - lr * (m_hat if first else m) / below(v_hat if second else v), m, v


def _adam_sums(w: NDArray, m: NDArray, v: NDArray, g: NDArray, i: int, lr: float) -> Arrays:
    m, v = BETAS[0] * m + g, BETAS[1] * v + g**2
    m_hat, v_hat = _hats(m, v, i)
    return w - lr * m_hat / (np.sqrt(v_hat) + EPSILON), m, v


ADAM = FunctionExercise(
    id="07b.2",
    title="One step of Adam",
    minutes=8,
    hints=(
        "First the two averages, m of g and v of g², then the two hats, then the step.",
        "The hats are used for the step only; m and v are returned without them.",
        "m_hat = m / (1 - 0.9**t), v_hat = v / (1 - 0.999**t); take the root of v_hat, then add ε.",
    ),
    cases=lambda rng: (
        [
            (rng.normal(size=shape), rng.normal(size=shape), rng.uniform(size=shape), rng.normal(size=shape), i, 0.05)
            for shape, i in [((3, 5), 4), ((2, 3), 1), ((6,), 30)]
        ]
        + [
            Edge("for a tiny gradient", *np.zeros((3, 2)), np.array([1e-8, -3e-8]), 1, 0.05),
            Edge("for a gradient of zero", *np.zeros((3, 2)), np.array([0.0, 1.0]), 1, 0.05),
        ]
    ),
    reference=_adam,
    mistakes=(
        Mistake("no correction", _adam_uncorrected, "The averages are right; the step uses them without their hats."),
        Mistake(
            "first average uncorrected",
            lambda *given: _adam_step(*given, first=False),
            "The averages are right, but in the step m has no hat.",
        ),
        Mistake(
            "second average uncorrected",
            lambda *given: _adam_step(*given, second=False),
            "The averages are right, but in the step v has no hat.",
        ),
        Mistake(
            "epsilon under the root",
            lambda *given: _adam_step(*given, below=lambda v: np.sqrt(v + EPSILON)),
            "ε is under the root; it belongs after it, and for tiny gradients that decides the step.",
        ),
        Mistake(
            "epsilon missing",
            lambda *given: _adam_step(*given, below=np.sqrt),
            "ε is missing: a gradient of zero divides 0 by 0.",
        ),
        Mistake(
            "another epsilon",
            lambda *given: _adam_step(*given, below=lambda v: np.sqrt(v) + 1e-6),
            "Your ε is not the one in the task.",
        ),
        Mistake(
            "no root",
            lambda *given: _adam_step(*given, below=lambda v: v + EPSILON),
            "The step divides by v itself; the root is missing.",
        ),
        Mistake(
            "exchanged",
            lambda *given: _adam(*given)[::-1],
            "The values are right, but in the wrong order: the weights come first, then m, then v.",
        ),
        Mistake(
            "averages not returned",
            lambda w, m, v, g, i, lr: (_adam(w, m, v, g, i, lr)[0], m, v),
            "The step is right, but you return m and v as they came; the next step needs the new ones.",
        ),
        Mistake(
            "sums in place of averages",
            _adam_sums,
            "m and v are averages: what is new has the weight 1 - β.",
        ),
        Mistake(
            "gradient not squared",
            lambda w, m, v, g, i, lr: (*_adam(w, m, v, g, i, lr)[:2], BETAS[1] * v + (1 - BETAS[1]) * g),
            "v is the average of the squares of the gradients.",
        ),
        Mistake(
            "uphill",
            lambda w, m, v, g, i, lr: _adam(w, m, v, g, i, -lr),
            "Both averages are right; the step climbs.",
        ),
        Mistake("hats kept", _adam_hats_kept, "The step is right, but you return the corrected averages."),
        Mistake(
            "counted from zero",
            lambda w, m, v, g, i, lr: _adam(w, m, v, g, i + 1, lr),
            "You correct for one step too many: t is already 1 at the first step.",
        ),
        Mistake(
            "betas swapped",
            lambda w, m, v, g, i, lr: _adam(w, m, v, g, i, lr, BETAS[::-1]),
            "The two decay rates are swapped: the square has the longer memory.",
        ),
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


def _cooled(
    step: int,
    peak: float,
    warmup_steps: int,
    total_steps: int,
    shape: Callable[[float], float],
    *,
    whole: bool = False,
) -> float:
    """Rise as asked for, then follow another shape of the share of the way down."""
    if step < warmup_steps:
        return peak * step / warmup_steps
    rest = total_steps if whole else total_steps - warmup_steps
    return peak * float(shape((step - warmup_steps) / rest))


WARM_UP = FunctionExercise(
    id="07b.4",
    title="Warm up, then cool down",
    minutes=8,
    hints=(
        "Two cases: before warmup_steps, a share step / warmup_steps of the peak; after it, half a cosine.",
        "For the cosine you need the share of the way from warmup_steps to total_steps, which runs from 0 to 1.",
        "peak * (1 + np.cos(np.pi * share)) / 2 with share = (step - warmup_steps) / (total_steps - warmup_steps).",
    ),
    cases=lambda rng: [(step, rng.uniform(0.1, 0.5), 20, 90) for step in (37, 5, 71, 20, 0, 90)],
    reference=_warm_then_cool,
    mistakes=(
        Mistake("straight down", _straight_down, "The way down is a straight line; the task asks for half a cosine."),
        Mistake("cosine over all steps", _share_of_all_steps, "Your cosine begins at step 0, not where the rise ends."),
        Mistake(
            "only cosine",
            lambda step, peak, warmup_steps, total_steps: peak * float(1 + np.cos(np.pi * step / total_steps)) / 2,
            "There is no rise, and the cosine begins at step 0.",
        ),
        Mistake(
            "share of all steps",
            lambda *given: _cooled(*given, lambda x: (1 + np.cos(np.pi * x)) / 2, whole=True),
            "Your cosine starts where the rise ends, but it is stretched over total_steps and does not reach 0.",
        ),
        Mistake(
            "quarter of a cosine",
            lambda *given: _cooled(*given, lambda x: np.cos(np.pi / 2 * x)),
            "The way down is a quarter of a wave; half a cosine ends flat.",
        ),
        Mistake(
            "half missing",
            lambda *given: _cooled(*given, lambda x: 1 + np.cos(np.pi * x)),
            "After the rise the rate is twice as large: a factor 1/2 is missing.",
        ),
        Mistake(
            "constant after the rise",
            lambda *given: _cooled(*given, lambda x: 1.0),
            "The rise is right; afterward your rate stays at its peak.",
        ),
        Mistake(
            "rising cosine",
            lambda *given: _cooled(*given, lambda x: (1 - np.cos(np.pi * x)) / 2),
            "After the rise your cosine starts from 0 and climbs: look at its sign.",
        ),
        Mistake(
            "counted from one",
            lambda step, peak, warmup_steps, total_steps: (
                peak * (step + 1) / warmup_steps
                if step < warmup_steps
                else _warm_then_cool(step, peak, warmup_steps, total_steps)
            ),
            "Your rise counts its steps from 1: at step 0 the rate should be 0.",
        ),
        Mistake("no warm-up", _without_warm_up, "The way down is right; the rise at the start is missing."),
    ),
)
