"""Exercise 12a.4: images as the network saw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise

Array = NDArray[np.float64]


def _prepared(photos: NDArray[np.uint8], mean: Array, std: Array, *, scale: float = 255) -> Array:
    return ((photos / scale - mean) / std).transpose(0, 3, 1, 2)


PREPARED = FunctionExercise(
    id="12a.4",
    rtol=1e-4,  # float32 is right, too
    atol=1e-5,
    title="As the network saw its images",
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
            "The images still run from 0 to 255; mean and std are meant for 0 to 1.",
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
            "Red and blue have changed places before the normalization.",
        ),
    ),
)
