"""Answers to the exercises of sitting 04b, written from the task texts alone."""

import numpy as np
import torch
from torch.nn import functional as F


def _forward(a, k, s, best=max, begin=0):
    starts = range(begin, a.shape[2] - k + 1, s)
    return np.array([[[best(list(row[j : j + k])) for j in starts] for row in image] for image in a])


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
        (_forward, _max),
        [_forward, lambda delta, a, k, s: _max(delta, a, k, s, lambda window: list(window).index(max(window)))],
        (
            lambda x, kernel_size, stride: _forward(x, kernel_size, stride).tolist(),
            lambda delta, a, k, s: _max(delta, a, k, s).astype(np.float32),
        ),
        (lambda a, k, s: np.lib.stride_tricks.sliding_window_view(a, k, 2)[:, :, ::s].max(-1), _max),
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
        lambda delta, size, k, s: _average(delta, size, k, s) / np.maximum(_average(0 * delta + k * k, size, k, s), 1),
    ],
    "04b.2": [(4, 0, 0, 0), (3, -1, -1, -1), (3, -1, 1, 1), (4, 0, -2, -2), (-2, 2, 0, 0), (2, -2, 0), 2],
    "04b.3": [
        lambda x: np.ones(x.shape),
        lambda x: x - x.mean(1, keepdims=True),
        lambda x: x.mean(0),
        lambda x: np.arange(x.size).reshape(x.shape) % 2,
        lambda x: x**2,
        lambda x: np.where(np.arange(x.shape[1]) > 0, 1.0, x),
        lambda x: x.T,
        lambda x: 0.0,
    ],
    "04b.4": [
        (_forward, _from_zero),
        (_forward, _all_ties),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s, lambda window: np.abs(window).argmax())),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s, add=False)),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s, start=False)),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s, lambda window: len(window) - 1 - window[::-1].argmax())),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s, np.argmin)),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, 1)),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s).sum(0)),
        (_forward, lambda delta, a, k, s: _max(delta, a, k, s) / k),
        (lambda a, k, s: _forward(a, k, 1), _max),
        (lambda a, k, s: _forward(a, k, s, min), _max),
        (lambda a, k, s: _forward(a, k, s, lambda window: max([0, *window])), _max),
        (lambda a, k, s: _forward(abs(a), k, s), _max),
        (lambda a, k, s: _forward(a, k, s, np.mean), _max),
        (lambda a, k, s: _forward(a, k, s, begin=1), _max),
        (lambda a, k, s: _forward(a[:, :, :-1], k, s), _max),
        (lambda a, k, s: _forward(a, k, s)[0], _max),
        (lambda a, k, s: a, _max),
        (_max, _forward),
        (_forward, _forward),
        (_forward,),
        _max,
    ],
}
