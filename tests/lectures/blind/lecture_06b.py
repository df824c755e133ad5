"""Answers to the exercises of lecture 06b, written from the task texts alone."""

import numpy as np
import torch
from scipy import special
from sklearn.linear_model import LogisticRegression
from torch.nn import functional as F

from course_utils import losses


def _entropy(x, y):
    z = x - x.max(1, keepdims=True)
    return np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]


def _overflowing(function):
    """Return an answer that overflows on purpose, without NumPy's remarks about it."""

    def answer(x, y):
        with np.errstate(all="ignore"):
            return function(x, y)

    return answer


def _dice(p, t, s, above=1, below=1, axes=(2, 3)):
    both, total = (p * t).sum(axes), p.sum(axes) + t.sum(axes)
    return (1 - (2 * both + above * s) / (total + below * s)).mean()


def _chance(X, y, X_new, weight=None):
    return LogisticRegression(C=1e6, class_weight=weight).fit(X, y).predict_proba(X_new)[:, 1]


def _above(threshold, weight=None):
    return lambda X, y, X_new: (_chance(X, y, X_new, weight) > threshold).astype(int)


RIGHT = {
    "06b.1": [(1.75, 2, 0.25), [1.75, 2.0, 0.25], np.array([1.75, 2, 0.25])],
    "06b.2": [
        _entropy,
        lambda x, y: np.logaddexp.reduce(x, axis=1) - np.take_along_axis(x, y[:, None], 1)[:, 0],
        lambda x, y: _entropy(x.astype(np.float32), y),
    ],
    "06b.3": ["c", "C", "(c)"],
    "06b.4": [(15, 1 / 16, 0.6 / 6.6), [15.0, 0.0625, 0.0909], np.array([15, 0.0625, 1 / 11])],
    "06b.5": [
        _dice,
        lambda p, t, s: float(
            np.mean([_dice(p[i, j, None, None], t[i, j, None, None], s) for i, j in np.ndindex(p.shape[:2])])
        ),
        lambda p, t, s: _dice(p.astype(np.float32), t.astype(np.float32), np.float32(s)),
    ],
    "06b.6": [
        _above(1 / 51),
        _above(0.5, {0: 1, 1: 50}),
        lambda X, y, X_new: (50 * _chance(X, y, X_new) > 1 - _chance(X, y, X_new)).tolist(),
    ],
}
WRONG = {
    "06b.1": [
        (1.213, 1.386, 0.173),
        (2, 1.75, 0.25),
        (1.75, 2, -0.25),
        (2.25, 2, -0.25),
        (1.75, 2.25, 0.5),
        (1.75, 0.25, 2),
        1.75,
        (1.75, 2),
        (0.527, 0.602, 0.075),
    ],
    "06b.2": [
        _overflowing(lambda x, y: -np.log((np.exp(x) / np.exp(x).sum(1, keepdims=True))[np.arange(len(y)), y])),
        _overflowing(lambda x, y: -np.log(special.softmax(x, axis=1)[np.arange(len(y)), y])),
        lambda x, y: _entropy(x, y).mean(),
        lambda x, y: -_entropy(x, y),
        lambda x, y: _entropy(x, y) / np.log(2),
        _overflowing(lambda x, y: np.log(np.exp(x - x.max()).sum(1)) - (x - x.max())[np.arange(len(y)), y]),
        lambda x, y: -x[np.arange(len(y)), y],
        _overflowing(lambda x, y: np.log(np.exp(x).sum(1)) - x[np.arange(len(y)), y]),
        lambda x, y: losses.cross_entropy(x, y),
        lambda x, y: special.logsumexp(x, axis=1) - np.take_along_axis(x, y[:, None], 1)[:, 0],
        lambda x, y: _entropy(np.clip(x, -100, 100), y),
        lambda x, y: F.cross_entropy(torch.tensor(x), torch.tensor(y), reduction="none"),
        lambda x, y: _entropy(x, y)[:, None],
        lambda x, y: np.log(np.exp(x - x.max(1, keepdims=True)).sum(1)) - x[np.arange(len(y)), y],
        lambda x, y: -np.log(special.softmax(x, axis=1) + 1e-12)[np.arange(len(y)), y],
        lambda x, y: _entropy(x, y).squeeze(),
        lambda x, y: _entropy(x.T, y)[: len(y)] if x.shape[0] == x.shape[1] else _entropy(x, y * 0),
    ],
    "06b.3": ["a", "b", "d", "x", 3],
    "06b.4": [
        (16, 1 / 16, 1 / 11),
        (1 / 15, 1 / 16, 1 / 11),
        (15, 0.5, 1 / 11),
        (15, 1 / 15, 1 / 11),
        (15, 15 / 16, 1 / 11),
        (15, 1 / 16, 0.6),
        (15, 1 / 16, 0.04),
        (15, 1 / 16),
        15,
        (1125, 1 / 16, 1 / 11),
    ],
    "06b.5": [
        lambda p, t, s: 1 - _dice(p, t, s),
        lambda p, t, s: _dice(p, t, s, axes=(0, 1, 2, 3)),
        lambda p, t, s: _dice(p, t, s, axes=(1, 2, 3)),
        lambda p, t, s: _dice(p, t, s, axes=(0, 2, 3)),
        lambda p, t, s: _dice(p, t, s, 0, 1),
        lambda p, t, s: _dice(p, t, s, 1, 0),
        lambda p, t, s: _dice(p, t, 0) if (t.sum((2, 3)) > 0).all() else _dice(p, t, 1e-12),
        lambda p, t, s: (1 - ((p * t).sum((2, 3)) + s) / (p.sum((2, 3)) + t.sum((2, 3)) + s)).mean(),
        lambda p, t, s: (1 - ((p * t).sum((2, 3)) + s) / ((p + t - p * t).sum((2, 3)) + s)).mean(),
        lambda p, t, s: (1 - (2 * (p * t).sum((2, 3)) + s) / (p.sum((2, 3)) + t.sum((2, 3)) + s)).sum(),
        lambda p, t, s: 1 - (2 * (p * t).sum((2, 3)) + s) / (p.sum((2, 3)) + t.sum((2, 3)) + s),
        lambda p, t, s: _dice((p > 0.5).astype(float), t, s),
        lambda p, t, s: (1 - (2 * (p * t).sum((2, 3)) + s) / ((p**2).sum((2, 3)) + (t**2).sum((2, 3)) + s)).mean(),
        lambda p, t, s: -_dice(p, t, s),
        lambda p, t, s: losses.dice(p, t, smooth=s),
    ],
    "06b.6": [
        _above(0.5),
        _above(1 / 20),
        _above(0.5, "balanced"),
        _above(1 / 51, {0: 1, 1: 50}),
        _above(50 / 51),
        lambda X, y, X_new: (X_new[:, 1] + X_new[:, 2] > 1.1).astype(int),
        lambda X, y, X_new: np.ones(len(X_new)),
        lambda X, y, X_new: np.zeros(len(X_new)),
        _chance,
        lambda X, y, X_new: 1 - _above(1 / 51)(X, y, X_new),
        lambda X, y, X_new: _above(1 / 51)(X, y, X),
        lambda X, y, X_new: _above(1 / 51)(X, y, X_new)[:, None],
    ],
}
