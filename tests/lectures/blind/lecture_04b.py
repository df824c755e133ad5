"""Answers to the exercises of sitting 04b, written from the task texts alone."""

import numpy as np
import torch
from torch.nn import functional as F


def _max(delta, a, k, s, pick=np.argmax, add=True, start=True):
    g = np.zeros(a.shape)
    for n, c, x in np.ndindex(delta.shape):
        at = pick(a[n, c, x * s : x * s + k]) + (x * s if start else 0)
        g[n, c, at] = g[n, c, at] * add + delta[n, c, x]
    return g


def _from_zero(delta, a, k, s):
    def pick(window):
        best, where = 0, 0
        for i, value in enumerate(window):
            if value > best:
                best, where = value, i
        return where

    return _max(delta, a, k, s, pick)


def _all_ties(delta, a, k, s):
    g = np.zeros(a.shape)
    for n, c, x in np.ndindex(delta.shape):
        window = a[n, c, x * s : x * s + k]
        g[n, c, x * s : x * s + k] += delta[n, c, x] * (window == window.max())
    return g


def _average(delta, size, k, s, divide=True, add=True, step=None):
    n, c, h, w = delta.shape
    out = np.zeros((n, c, *size))
    step = step or s
    for y, x in np.ndindex(h, w):
        part = delta[:, :, y : y + 1, x : x + 1] / (k * k if divide else 1)
        target = np.s_[:, :, y * step : y * step + k, x * step : x * step + k]
        out[target] = out[target] * add + part
    return out


def _average_torch(delta, size, k, s):
    a = torch.zeros(*delta.shape[:2], *size, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad((F.avg_pool2d(a, k, s) * torch.tensor(delta)).sum(), a)[0].numpy()


RIGHT = {
    "04b.1": [
        _average,
        lambda *a: _average(*a).tolist(),
        lambda delta, size, k, s: _average(delta.astype(np.float32), size, k, s),
    ],
    "04b.2": [(2, -2, 0, 0), [2, -2, 0, 0], np.array([2.0, -2, 0, 0])],
    "04b.3": [
        lambda x: x,
        lambda x: (x - x.mean(0)) / x.std(0),
        lambda x: np.array([2.0, -1, 3])[: x.shape[1]] * x + 7,
    ],
    "04b.4": [
        _max,
        lambda delta, a, k, s: _max(delta, a, k, s, lambda window: list(window).index(max(window))),
        lambda delta, a, k, s: _max(delta, a, k, s).astype(np.float32),
    ],
}

WRONG = {
    "04b.1": [
        lambda delta, size, k, s: _average(delta, size, k, s, divide=False),
        lambda delta, size, k, s: _average(delta, size, k, s, add=False),
        lambda delta, size, k, s: _average(delta, size, k, s) * k,
        lambda delta, size, k, s: _average(delta, size[::-1], k, s),
        lambda delta, size, k, s: _average(delta, size, k, s, step=k),
        lambda delta, size, k, s: _average(delta, size, k, s, step=1),
        lambda delta, size, k, s: _average(delta, size, k, s).squeeze(),
        lambda delta, size, k, s: _average(delta, size, k, s).mean(0),
        lambda delta, size, k, s: _average(delta, size, k, s)[:, :, :-1],
        _average_torch,
    ],
    "04b.2": [(4, 0, 0, 0), (3, -1, -1, -1), (3, -1, 1, 1), (4, 0, -2, -2), (-2, 2, 0, 0), (2, -2, 0), 2],
    "04b.3": [
        lambda x: np.ones(x.shape),
        lambda x: x - x.mean(1, keepdims=True),
        lambda x: x.mean(0),
        lambda x: np.arange(x.size).reshape(x.shape) % 2,
        lambda x: x**2,
        lambda x: x.T,
        lambda x: 0.0,
    ],
    "04b.4": [
        _from_zero,
        _all_ties,
        lambda delta, a, k, s: _max(delta, a, k, s, lambda window: np.abs(window).argmax()),
        lambda delta, a, k, s: _max(delta, a, k, s, add=False),
        lambda delta, a, k, s: _max(delta, a, k, s, start=False),
        lambda delta, a, k, s: _max(delta, a, k, s, lambda window: len(window) - 1 - window[::-1].argmax()),
        lambda delta, a, k, s: _max(delta, a, k, s, np.argmin),
        lambda delta, a, k, s: _max(delta, a, k, 1),
        lambda delta, a, k, s: _max(delta, a, k, s).sum(0),
        lambda delta, a, k, s: _max(delta, a, k, s) / k,
    ],
}
