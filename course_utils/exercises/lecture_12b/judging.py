"""Exercises of lecture 12b on judging a gain: 12b.2 and 12b.3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise

Array = NDArray[np.float64]


def _gain(
    scratch: Array, transferred: Array, *, ddof: int = 1, root: bool = True, unit: float = 1
) -> tuple[float, float]:
    difference = unit * (transferred - scratch)
    spread = difference.std(ddof=ddof)
    return float(difference.mean()), float(spread / np.sqrt(len(difference)) if root else spread)


def _gain_cases(rng: np.random.Generator) -> list[tuple[Array, Array]]:
    """Accuracies whose luck is shared: a seed with poor images is poor for both."""
    cases = []
    for seeds in (6, 9):
        luck = rng.normal(0.8, 0.06, seeds)
        gains = rng.normal(0.05, 0.01, seeds)
        gains[1] = -0.02  # one seed loses
        cases.append((luck, luck + gains))
    losing = rng.normal(0.8, 0.05, 5)
    return [*cases, Edge("where every seed loses", losing, losing - rng.uniform(0.01, 0.03, 5))]


GAIN = FunctionExercise(
    id="12b.2",
    title="Is the gain real?",
    minutes=8,
    hints=(
        "Both trainings of a seed saw the same images: take the difference seed by seed first.",
        "Standard error of a mean: standard deviation (ddof=1) divided by the square root of the number of seeds.",
        "d = transferred - scratch; the answer is d.mean(), d.std(ddof=1) / np.sqrt(len(d))",
    ),
    cases=_gain_cases,
    reference=_gain,
    mistakes=(
        Mistake(
            "unpaired",
            lambda scratch, transferred: (
                transferred.mean() - scratch.mean(),
                np.sqrt((scratch.var(ddof=1) + transferred.var(ddof=1)) / len(scratch)),
            ),
            "The mean is right. The error treats the two as independent, but they share their images, seed by seed.",
        ),
        Mistake(
            "spread",
            lambda scratch, transferred: _gain(scratch, transferred, root=False),
            "The mean is right; the second number is the spread of one seed, not the error of their mean.",
        ),
        Mistake(
            "ddof 0",
            lambda scratch, transferred: _gain(scratch, transferred, ddof=0),
            "Nearly: with few seeds the spread is divided by n - 1, ddof=1.",
        ),
        Mistake(
            "sizes of the differences",
            lambda scratch, transferred: _gain(np.zeros_like(scratch), np.abs(transferred - scratch)),
            "You take the size of each difference: a seed that loses must count against the gain.",
        ),
        Mistake(
            "divided by n",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0],
                _gain(scratch, transferred, root=False)[1] / len(scratch),
            ),
            "The mean is right; the error falls with the square root of the number of seeds.",
        ),
        Mistake(
            "root of n - 1",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0],
                _gain(scratch, transferred, root=False)[1] / np.sqrt(len(scratch) - 1),
            ),
            "The mean is right; ddof=1 stands for n - 1 already, and the square root is that of n.",
        ),
        Mistake(
            "variance",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0],
                _gain(scratch, transferred, root=False)[1] ** 2 / len(scratch),
            ),
            "The mean is right; the second number is a variance, the square of what is asked for.",
        ),
        Mistake(
            "error of one alone",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0],
                _gain(np.zeros_like(scratch), transferred)[1],
            ),
            "The mean is right; the error is that of only the transferred networks, not that of the gain.",
        ),
        Mistake(
            "median",
            lambda scratch, transferred: (np.median(transferred - scratch), _gain(scratch, transferred)[1]),
            "The error is right; the first number is the median of the gains.",
        ),
        Mistake(
            "best versus best",
            lambda scratch, transferred: (transferred.max() - scratch.max(), _gain(scratch, transferred)[1]),
            "The error is right; you compare the best seeds, and the mean is asked for.",
        ),
        Mistake(
            "relative",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0] / scratch.mean(),
                _gain(scratch, transferred)[1],
            ),
            "The error is right; you divide the gain by the accuracy.",
        ),
        Mistake(
            "the other way round",
            lambda scratch, transferred: _gain(transferred, scratch),
            "The size is right, but the sign is not: a gain is positive where the transferred network is better.",
        ),
        Mistake(
            "in percent",
            lambda scratch, transferred: _gain(scratch, transferred, unit=100),
            "Correct, but in percentage points; return fractions, as they came.",
        ),
    ),
)

STRATEGY = ChoiceExercise(
    id="12b.3",
    title="Sixty X-ray images",
    minutes=4,
    hints=(
        "Is the new task small or large? Is it similar to holiday photographs or different?",
        "How good were the features of the last layer in lecture 12a when the images were of a different kind?",
    ),
    right="b",
    why="Small and different: few parameters to train, and cross-validation picks the layer that feeds them.",
    mistakes=(
        Mistake("from scratch", "a", "Eleven million parameters and sixty images: it would memorize them."),
        Mistake(
            "the last layer",
            "c",
            "Training few parameters is right; but the last layer was made for holiday photographs.",
        ),
        Mistake("the test set chooses", "d", "Trying several layers is right, but then the test set has chosen one."),
    ),
)
