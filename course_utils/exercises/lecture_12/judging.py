"""Exercises of lecture 12 on preparing pictures and on judging a gain: 12.5 to 12.7."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise

Array = NDArray[np.float64]


def _prepared(photos: NDArray[np.uint8], mean: Array, std: Array, *, scale: float = 255) -> Array:
    return ((photos / scale - mean) / std).transpose(0, 3, 1, 2)


PREPARED = FunctionExercise(
    id="12.5",
    rtol=1e-4,  # in float32 is right too
    atol=1e-5,
    title="As the network saw its pictures",
    minutes=8,
    hints=(
        "Three steps: to [0, 1], minus mean over std for each channel, channels to the second place.",
        "In (N, H, W, 3) the channels are last, where mean and std of shape (3,) broadcast by themselves.",
        "((photos / 255 - mean) / std).transpose(0, 3, 1, 2)",
    ),
    cases=lambda rng: [
        (rng.integers(0, 256, (2, 4, 6, 3), dtype=np.uint8), rng.uniform(0.4, 0.5, 3), rng.uniform(0.2, 0.3, 3)),
        (rng.integers(0, 256, (3, 5, 2, 3), dtype=np.uint8), rng.uniform(0.4, 0.5, 3), rng.uniform(0.2, 0.3, 3)),
        Edge(
            "for one dark photo of one row",
            rng.integers(0, 40, (1, 1, 2, 3), dtype=np.uint8),
            rng.uniform(0.4, 0.5, 3),
            rng.uniform(0.2, 0.3, 3),
        ),
    ],
    reference=_prepared,
    mistakes=(
        Mistake(
            "not to one",
            lambda photos, mean, std: _prepared(photos, mean, std, scale=1),
            "The pictures still run from 0 to 255; mean and std are meant for 0 to 1.",
        ),
        Mistake(
            "scaled only",
            lambda photos, mean, std: (photos / 255).transpose(0, 3, 1, 2),
            "The values run from 0 to 1; mean and std have not been used.",
        ),
        Mistake(
            "channels last",
            lambda photos, mean, std: (photos / 255 - mean) / std,
            "The numbers are right, but the channels stand last; PyTorch wants (N, 3, H, W).",
        ),
        Mistake(
            "reshaped",
            lambda photos, mean, std: ((photos / 255 - mean) / std).reshape(len(photos), 3, *photos.shape[1:3]),
            "reshape keeps the numbers in their order and tears the pixels apart; axes are moved with transpose.",
        ),
        Mistake(
            "height and width swapped",
            lambda photos, mean, std: _prepared(photos, mean, std).swapaxes(2, 3),
            "The channels are in their place, but height and width have changed places.",
        ),
        Mistake(
            "mean and std exchanged",
            lambda photos, mean, std: _prepared(photos, std, mean),
            "You took the mean for the spread.",
        ),
        Mistake(
            "mean alone",
            lambda photos, mean, std: _prepared(photos, mean, np.ones(3)),
            "The mean is subtracted; the values are not divided by std.",
        ),
        Mistake(
            "std alone",
            lambda photos, mean, std: _prepared(photos, np.zeros(3), std),
            "The values are divided by std; the mean is not subtracted.",
        ),
        Mistake(
            "divided by 256",
            lambda photos, mean, std: _prepared(photos, mean, std, scale=256),
            "White is not quite 1: the largest byte is 255.",
        ),
        Mistake(
            "divided by the largest value",
            lambda photos, mean, std: _prepared(photos, mean, std, scale=float(photos.max())),
            "You divide by the largest value of these photos; the network saw bytes divided by 255.",
        ),
        Mistake(
            "fractions cut off",
            lambda photos, mean, std: _prepared(photos // 255, mean, std, scale=1),
            "// cuts the fractions off: only white is left.",
        ),
        Mistake(
            "one number for all channels",
            lambda photos, mean, std: _prepared(photos, mean.mean(), std.mean()),
            "You average mean and std over the channels; each channel has its own.",
        ),
        Mistake(
            "channels turned round",
            lambda photos, mean, std: _prepared(photos, mean, std)[:, ::-1],
            "The numbers are right, but the channels come in the opposite order.",
        ),
        Mistake(
            "way back",
            lambda photos, mean, std: ((photos / 255 + mean) * std).transpose(0, 3, 1, 2),
            "This is nearly the way back: the mean is subtracted first, then std divides.",
        ),
        Mistake(
            "statistics of its own",
            lambda photos, mean, std: _prepared(
                photos, (photos / 255).mean((0, 1, 2)), np.maximum((photos / 255).std((0, 1, 2)), 1e-9)
            ),
            "You measure mean and std on these photos; the network knows those that are given.",
        ),
        Mistake(
            "blue first",
            lambda photos, mean, std: _prepared(photos[..., ::-1], mean, std),
            "Red and blue have changed places before the normalisation.",
        ),
    ),
)


def _gain(
    scratch: Array, transferred: Array, *, ddof: int = 1, root: bool = True, unit: float = 1
) -> tuple[float, float]:
    difference = unit * (transferred - scratch)
    spread = difference.std(ddof=ddof)
    return float(difference.mean()), float(spread / np.sqrt(len(difference)) if root else spread)


def _gain_cases(rng: np.random.Generator) -> list[tuple[Array, Array]]:
    """Accuracies whose luck is shared: a seed with poor pictures is poor for both."""
    cases = []
    for seeds in (6, 9):
        luck = rng.normal(0.8, 0.06, seeds)
        gains = rng.normal(0.05, 0.01, seeds)
        gains[1] = -0.02  # one seed loses
        cases.append((luck, luck + gains))
    losing = rng.normal(0.8, 0.05, 5)
    return [*cases, Edge("where every seed loses", losing, losing - rng.uniform(0.01, 0.03, 5))]


GAIN = FunctionExercise(
    id="12.6",
    title="Is the gain real?",
    minutes=8,
    hints=(
        "Both trainings of a seed saw the same pictures: take the difference seed by seed first.",
        "Standard error of a mean: standard deviation (ddof=1) over the root of the number of seeds.",
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
            "The mean is right. The error treats the two as strangers; they share their pictures, seed by seed.",
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
            "The mean is right; the error falls with the root of the number of seeds.",
        ),
        Mistake(
            "root of n - 1",
            lambda scratch, transferred: (
                _gain(scratch, transferred)[0],
                _gain(scratch, transferred, root=False)[1] / np.sqrt(len(scratch) - 1),
            ),
            "The mean is right; ddof=1 stands for n - 1 already, and the root is taken of n.",
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
            "The mean is right; the error is that of the transferred networks alone, not that of the gain.",
        ),
        Mistake(
            "median",
            lambda scratch, transferred: (np.median(transferred - scratch), _gain(scratch, transferred)[1]),
            "The error is right; the first number is the median of the gains.",
        ),
        Mistake(
            "best against best",
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
            "The size is right, the sign is not: a gain is positive where the transferred network is better.",
        ),
        Mistake(
            "in percent",
            lambda scratch, transferred: _gain(scratch, transferred, unit=100),
            "Right, but in percentage points; asked for are shares, as they came.",
        ),
    ),
)

STRATEGY = ChoiceExercise(
    id="12.7",
    title="Sixty X-ray pictures",
    minutes=4,
    hints=(
        "Is the new task small or large? Is it similar to holiday photographs or different?",
        "What did the last layer know in the lecture when the pictures were of another kind?",
    ),
    right="b",
    why="Small and different: few numbers to learn, from features before the end; cross-validation picks the layer.",
    mistakes=(
        Mistake("from scratch", "a", "Eleven million numbers and sixty pictures: it would learn them by heart."),
        Mistake("the last layer", "c", "Few numbers to learn is right; but the last layer speaks of holidays."),
        Mistake("the test set chooses", "d", "Trying several layers is right, but then the test set has chosen one."),
    ),
)
