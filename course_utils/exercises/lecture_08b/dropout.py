"""Exercise 08b.4: dropout, forward and backward."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise

Arrays = tuple[NDArray, NDArray]


def _drop(x: NDArray, grad_output: NDArray, kept: NDArray, p: float) -> Arrays:
    return x * kept / (1 - p), grad_output * kept / (1 - p)


def _with_scale(scale: Callable[[float], float]) -> Callable[..., Arrays]:
    return lambda x, grad_output, kept, p: (x * kept * scale(p), grad_output * kept * scale(p))


DROP = FunctionExercise(
    id="08b.4",
    title="Dropout, forward and backward",
    minutes=6,
    hints=(
        "A unit that stays is multiplied by one number, a unit that is off by 0. Which number keeps the mean?",
        "A share of 1 - p stays, so divide by 1 - p. The derivative of a multiplication is the same multiplication.",
        "scale = kept / (1 - p); return x * scale, grad_output * scale.",
    ),
    cases=lambda rng: (
        [
            (rng.normal(size=shape), rng.normal(size=shape), rng.random(shape) >= p, p)
            for shape, p in (((4, 6), 0.3), ((5, 3), 0.6))
        ]
        + [
            Edge(
                "where inputs are zero, as after a ReLU",
                np.array([[0.0, 1, 0], [2, 0, 3]]),
                rng.uniform(1, 2, (2, 3)),
                np.array([[True, True, False], [True, False, True]]),
                0.4,
            ),
            Edge("where no unit is off", rng.normal(size=(1, 2)), rng.normal(size=(1, 2)), np.ones((1, 2), bool), 0.5),
        ]
    ),
    reference=_drop,
    mistakes=(
        Mistake("not scaled", _with_scale(lambda p: 1.0), "The mean falls: the units that stay must make up for it."),
        Mistake(
            "the others kept",
            lambda x, grad_output, kept, p: _drop(x, grad_output, ~kept, p),
            "You keep the units that should be off: kept is True for those that stay.",
        ),
        Mistake(
            "nothing dropped",
            lambda x, grad_output, kept, p: (x / (1 - p), grad_output / (1 - p)),
            "The scale is right, but no unit is off: kept is not used.",
        ),
        Mistake(
            "gradient where the output is zero",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], grad_output * (x * kept != 0) / (1 - p)),
            "A unit that stays passes its gradient on even where its input is 0: ask kept, not the output.",
        ),
        Mistake(
            "gradient untouched",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], grad_output),
            "The output is right; the gradient comes out as it came in.",
        ),
        Mistake(
            "input in the gradient",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], grad_output * _drop(x, x, kept, p)[0]),
            "The output is right. The layer multiplies x by a number; the derivative is that number, without x.",
        ),
        Mistake(
            "gradient scaled twice",
            lambda x, grad_output, kept, p: (_drop(x, x, kept, p)[0], _drop(x, grad_output, kept, p)[1] / (1 - p)),
            "The output is right; the gradient is scaled twice.",
        ),
        Mistake(
            "exchanged",
            lambda x, grad_output, kept, p: _drop(x, grad_output, kept, p)[::-1],
            "The output comes first, then the gradient.",
        ),
        Mistake(
            "share that was drawn",
            lambda x, grad_output, kept, p: _drop(x, grad_output, kept, 1 - kept.mean()),
            "You divide by the share that happened to stay; the probability p decides.",
        ),
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
            "The output is right; the gradient lacks the scale of the forward pass.",
        ),
    ),
)
