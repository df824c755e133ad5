"""Right answers to the exercises of lecture 06, written differently from the solutions in the lecture."""

import numpy as np


def charbonnier_slope(prediction, target, epsilon):
    ratio = (prediction - target) / epsilon
    return ratio / np.sqrt(1 + ratio**2) / np.prod(prediction.shape)


def cross_entropy_by_rows(logits, target):
    return np.array([np.logaddexp.reduce(row) - row[y] for row, y in zip(logits, target, strict=True)])


def dice_by_masks(p, t, smooth):
    total = 0.0
    for n in range(p.shape[0]):
        for c in range(p.shape[1]):
            total += 1 - (2 * np.vdot(p[n, c], t[n, c]) + smooth) / (p[n, c].sum() + t[n, c].sum() + smooth)
    return total / (p.shape[0] * p.shape[1])


ALTERNATIVES = {
    "06.1": charbonnier_slope,
    "06.2": [8.0, 4.0, 32.0],
    "06.3": ["Poisson", " mse", "QUANTILE", "huber"],
    "06.4": 15.0,
    "06.5": cross_entropy_by_rows,
    "06.6": " C",
    "06.7": dice_by_masks,
}
