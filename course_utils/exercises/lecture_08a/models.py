"""Exercises 08a.4 to 08a.6: dropout, an honest report, tied weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise, ValueExercise

Arrays = tuple[NDArray, NDArray]

# 08a.6: pixels and hidden units of the task text.
PIXELS, HIDDEN = 28 * 28, 100


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
            "The output is right. The layer multiplies x by a number; the derivative by x is that number, without x.",
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
            "The output is right, the gradient lacks the scale of the forward pass.",
        ),
    ),
)


def _reported(val_errors: NDArray, test_errors: NDArray) -> float:
    return float(test_errors[:, val_errors.mean(axis=0).argmin()].mean())


def _errors(rng: np.random.Generator, seeds: int, models: int) -> Arrays:
    """Return errors for which each rule of choosing takes a model of its own.

    Model 0 has the lowest mean on validation, model 1 the luckiest seed, model 2 the most seeds in which it is best,
    and the last one is best on test.
    """
    val, test = rng.uniform(40, 60, (2, seeds, models))
    val[:, 0] = rng.uniform(25, 26, seeds)
    val[0, 1] = 5
    val[1:, 2] = rng.uniform(23, 24, seeds - 1)
    val[0, 2] = 90
    val[:, -1], test[:, -1] = rng.uniform(40, 41, seeds), rng.uniform(10, 20, seeds)
    order = rng.permutation(models)
    return val[:, order], test[:, order]


def _each_seed(val: NDArray, test: NDArray) -> float:
    return float(test[np.arange(len(test)), val.argmin(axis=1)].mean())


REPORTED = FunctionExercise(
    id="08a.5",
    title="What may be reported?",
    minutes=6,
    hints=(
        "Two steps: which model has the lowest mean in val_errors, and what is that model's mean in test_errors?",
        "val_errors.mean(axis=0) has one number for each model; argmin gives the place of the lowest.",
    ),
    cases=lambda rng: [
        *(_errors(rng, seeds, models) for seeds, models in ((5, 4), (3, 6), (4, 5))),
        Edge("for one seed", *rng.uniform(20, 40, (2, 1, 3))),
        Edge("for one model", *rng.uniform(20, 40, (2, 3, 1))),
    ],
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
            "a model for each seed",
            _each_seed,
            "You choose a model for each seed; one model is to be chosen for all of them.",
        ),
        Mistake(
            "model of the luckiest run",
            lambda val, test: float(test[:, val.argmin() % val.shape[1]].mean()),
            "You choose the model of the single best run; the mean over seeds is to decide.",
        ),
        Mistake(
            "vote of the seeds",
            lambda val, test: float(test[:, np.bincount(val.argmin(axis=1)).argmax()].mean()),
            "You let each seed vote for a model; the mean over seeds is to decide.",
        ),
        Mistake(
            "worst model",
            lambda val, test: float(test[:, val.mean(axis=0).argmax()].mean()),
            "You choose the model with the highest error.",
        ),
        Mistake(
            "best seed of the model",
            lambda val, test: float(test[:, val.mean(axis=0).argmin()].min()),
            "The model is right, but you report its best seed; its mean is asked for.",
        ),
        Mistake(
            "best seed in place of best model",
            lambda val, test: float(test[val.mean(axis=1).argmin()].mean()),
            "You average along the wrong axis and choose a seed; models stand in the columns.",
        ),
        Mistake(
            "number of the model",
            lambda val, test: int(val.mean(axis=0).argmin()),
            "This is the number of the chosen model; its test error is asked for.",
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
    mistakes=(
        Mistake("free", 2 * PIXELS * HIDDEN + HIDDEN + PIXELS, "This is the count without tying."),
        Mistake("no biases", PIXELS * HIDDEN, "The matrix is right; the biases are learned as well."),
        Mistake("one bias", PIXELS * HIDDEN + HIDDEN, "The decoder has biases of its own, one for each pixel."),
        Mistake(
            "biases tied too",
            PIXELS * HIDDEN + PIXELS,
            "The hidden units have biases as well.",
        ),
        Mistake("half of all", (2 * PIXELS * HIDDEN + HIDDEN + PIXELS) / 2, "Tying halves the matrices, not all."),
    ),
)
