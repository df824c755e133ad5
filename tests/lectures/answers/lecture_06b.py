"""Right answers to the exercises of lecture 06b, written differently from the solutions in the lecture."""

import numpy as np
from sklearn.linear_model import LogisticRegression


def cross_entropy_by_rows(logits, target):
    return np.array([np.logaddexp.reduce(row) - row[y] for row, y in zip(logits, target, strict=True)])


def dice_by_masks(p, y, smooth):
    total = 0.0
    for n in range(p.shape[0]):
        for c in range(p.shape[1]):
            total += 1 - (2 * np.vdot(p[n, c], y[n, c]) + smooth) / (p[n, c].sum() + y[n, c].sum() + smooth)
    return total / (p.shape[0] * p.shape[1])


def decide_by_weights(X, y, X_new):
    return LogisticRegression(C=1e6, class_weight={0: 1, 1: 50}).fit(X[:, 1:], y).predict(X_new[:, 1:]) == 1


ALTERNATIVES = {
    "06b.1": [1.75, 2.0, 0.25],
    "06b.2": cross_entropy_by_rows,
    "06b.3": " C",
    "06b.4": [15.0, 0.0625, 1 / 11],
    "06b.5": dice_by_masks,
    "06b.6": decide_by_weights,
}
