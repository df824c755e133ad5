"""Exercise 08a.1: bias and variance on paper."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ValueExercise

# 08a.1: what the training sets of the task text predict, and the truth.
PREDICTIONS, TRUTH = np.array([2.0, 4.0, 9.0]), 6.0


def _decomposed(around: float, count: int = len(PREDICTIONS)) -> tuple[float, float, float]:
    bias, variance = (around - TRUTH) ** 2, ((PREDICTIONS - around) ** 2).sum() / count
    return float(bias), float(variance), float(bias + variance)


BIAS = ValueExercise(
    id="08a.1",
    title="Bias and variance on paper",
    minutes=5,
    hints=(
        "First the mean of the three predictions. How far is it from the truth, and how far are they from it?",
        "The bias is the mean minus the truth. The variance is the mean of the three squared distances to the mean.",
        "The error is the mean of the three squared distances to the truth; it must be the sum of the other two.",
    ),
    expected=lambda: _decomposed(PREDICTIONS.mean()),
    why="The mean is 5: bias² 1, variance (9 + 1 + 16)/3 = 26/3, error (16 + 4 + 9)/3 = 29/3, their sum.",
    mistakes=(
        Mistake(
            "divided by n - 1",
            _decomposed(PREDICTIONS.mean(), len(PREDICTIONS) - 1),
            "You divide the variance by 2. Here it is the mean over the three training sets.",
        ),
        Mistake(
            "bias not squared",
            (-1.0, *_decomposed(PREDICTIONS.mean())[1:]),
            "This is the bias; its square is asked for.",
        ),
        Mistake(
            "standard deviation",
            (1.0, float(PREDICTIONS.std()), float((PREDICTIONS - TRUTH).std())),
            "These are spreads; a variance is the mean of *squared* distances.",
        ),
        Mistake(
            "square root of the variance",
            (1.0, float(PREDICTIONS.std()), _decomposed(PREDICTIONS.mean())[2]),
            "The variance is the mean of the squared distances; you took the square root.",
        ),
        Mistake(
            "variance around the truth",
            (1.0, _decomposed(PREDICTIONS.mean())[2], 1.0 + _decomposed(PREDICTIONS.mean())[2]),
            "The variance counts distances to the *mean* of the predictions; you took distances to the truth.",
        ),
        Mistake(
            "around the median", _decomposed(4.0), "The bias belongs to the mean of the predictions, not the median."
        ),
        Mistake(
            "error first",
            _decomposed(PREDICTIONS.mean())[::-1],
            "The numbers are right; the order is bias², variance, error.",
        ),
        Mistake(
            "sums",
            (1.0, *(3 * value for value in _decomposed(PREDICTIONS.mean())[1:])),
            "You add up the squared distances; take their mean.",
        ),
    ),
)
