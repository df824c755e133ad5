"""Exercise 08a.2: an honest report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise

Arrays = tuple[NDArray, NDArray]


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
    id="08a.2",
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
            "You choose a model for each seed; choose one model for all of them.",
        ),
        Mistake(
            "model of the luckiest run",
            lambda val, test: float(test[:, val.argmin() % val.shape[1]].mean()),
            "You choose the model of the single best run; the mean over seeds should decide.",
        ),
        Mistake(
            "vote of the seeds",
            lambda val, test: float(test[:, np.bincount(val.argmin(axis=1)).argmax()].mean()),
            "You let each seed vote for a model; the mean over seeds should decide.",
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
            "You average along the wrong axis and choose a seed; the columns are the models.",
        ),
        Mistake(
            "number of the model",
            lambda val, test: int(val.mean(axis=0).argmin()),
            "This is the number of the chosen model; its test error is asked for.",
        ),
        Mistake(
            "luckiest seed",
            lambda val, test: float(test[np.unravel_index(val.argmin(), val.shape)]),
            "You choose a model with its luckiest seed; the mean over seeds should decide.",
        ),
    ),
)
