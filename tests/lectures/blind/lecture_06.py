"""Answers to the exercises of lecture 06, written from the task texts alone."""

import numpy as np
import torch
from scipy import special
from torch.nn import functional as F

from course_utils import losses


def _charbonnier(p, t, e):
    return (p - t) / np.sqrt((p - t) ** 2 + e**2) / p.size


def _charbonnier_torch(p, t, e):
    p = torch.tensor(p).float().requires_grad_()
    (torch.sqrt((p - torch.tensor(t).float()) ** 2 + e**2) - e).mean().backward()
    return p.grad.numpy()


def _entropy(x, y):
    z = x - x.max(1, keepdims=True)
    return np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]


def _dice(p, t, s, above=1, below=1, axes=(2, 3)):
    both, total = (p * t).sum(axes), p.sum(axes) + t.sum(axes)
    return (1 - (2 * both + above * s) / (total + below * s)).mean()


RIGHT = {
    "06.1": [
        _charbonnier,
        _charbonnier_torch,
        lambda p, t, e: (p - t) / (p.size * np.hypot(p - t, e)),
        lambda p, t, e: _charbonnier(p, t, e).tolist(),
    ],
    "06.2": [(8, 4, 32), [8.0, 4.0, 32.0], np.array([8, 4, 32])],
    "06.3": [
        ("poisson", "mse", "quantile", "huber"),
        ["Poisson", "MSE", "quantile", "huber"],
        np.array(["poisson", "mse", "quantile", "huber"]),
    ],
    "06.4": [15, 15.0, np.float32(15), torch.tensor(15.0)],
    "06.5": [
        _entropy,
        lambda x, y: special.logsumexp(x, axis=1) - np.take_along_axis(x, y[:, None], 1)[:, 0],
        lambda x, y: _entropy(x.astype(np.float32), y),
    ],
    "06.6": ["c", "C", "(c)"],
    "06.7": [
        _dice,
        lambda p, t, s: float(
            np.mean([_dice(p[i, j, None, None], t[i, j, None, None], s) for i, j in np.ndindex(p.shape[:2])])
        ),
        lambda p, t, s: _dice(p.astype(np.float32), t.astype(np.float32), np.float32(s)),
    ],
}
WRONG = {
    "06.1": [
        lambda p, t, e: _charbonnier(p, t, e) * p.size,
        lambda p, t, e: -_charbonnier(p, t, e),
        lambda p, t, e: 1 / np.sqrt((p - t) ** 2 + e**2) / p.size,
        lambda p, t, e: (p - t) / np.sqrt((p - t) ** 2 + e) / p.size,
        lambda p, t, e: 2 * _charbonnier(p, t, e),
        lambda p, t, e: _charbonnier(p, t, e) / 2,
        lambda p, t, e: (p - t) / np.sqrt((p - t) ** 2 + e**2) / len(p),
        lambda p, t, e: np.sign(p - t) / p.size,
        lambda p, t, e: (p - t) / np.sqrt((p - t) ** 2 + e**2) / p.size - e,
        lambda p, t, e: _charbonnier(p, t, e).mean(),
        lambda p, t, e: np.sqrt((p - t) ** 2 + e**2) - e,
        lambda p, t, e: (p - t) / p.size,
        lambda p, t, e: _charbonnier(p, t, e).squeeze(),
        lambda p, t, e: (p - t) / ((p - t) ** 2 + e**2) / p.size,
    ],
    "06.2": [(4, 8, 32), (8, 3, 32), (8, 4, 7), (8, 4, 3), (4, 4, 32), (8, 32), 8, (8, 4, 28.8), (7, 4, 32)],
    "06.3": [
        ("mse", "poisson", "quantile", "huber"),
        ("poisson", "huber", "quantile", "mse"),
        ("poisson", "mse", "huber", "quantile"),
        ("quantile", "mse", "poisson", "huber"),
        ("poisson", "mse", "quantile", "mae"),
        ("poisson", "mse", "quantile", "mse"),
        ("poisson", "mse"),
        "poisson",
        ("huber", "mse", "quantile", "poisson"),
    ],
    "06.4": [16, 0.0625, 1 / 15, 0.9375, 75, 1125, 14, -15, "15"],
    "06.5": [
        lambda x, y: -np.log((np.exp(x) / np.exp(x).sum(1, keepdims=True))[np.arange(len(y)), y]),
        lambda x, y: -np.log(special.softmax(x, axis=1)[np.arange(len(y)), y]),
        lambda x, y: _entropy(x, y).mean(),
        lambda x, y: -_entropy(x, y),
        lambda x, y: _entropy(x, y) / np.log(2),
        lambda x, y: np.log(np.exp(x - x.max()).sum(1)) - (x - x.max())[np.arange(len(y)), y],
        lambda x, y: -x[np.arange(len(y)), y],
        lambda x, y: np.log(np.exp(x).sum(1)) - x[np.arange(len(y)), y],
        lambda x, y: losses.cross_entropy(x, y),
        lambda x, y: F.cross_entropy(torch.tensor(x), torch.tensor(y), reduction="none"),
        lambda x, y: _entropy(x, y)[:, None],
        lambda x, y: np.log(np.exp(x - x.max(1, keepdims=True)).sum(1)) - x[np.arange(len(y)), y],
        lambda x, y: -np.log(special.softmax(x, axis=1) + 1e-12)[np.arange(len(y)), y],
        lambda x, y: _entropy(x, y).squeeze(),
        lambda x, y: _entropy(x.T, y)[: len(y)] if x.shape[0] == x.shape[1] else _entropy(x, y * 0),
    ],
    "06.6": ["a", "b", "d", "x", 3],
    "06.7": [
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
    ],
}
