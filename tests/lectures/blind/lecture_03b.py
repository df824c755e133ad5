"""Answers to the exercises of lecture 03b, written from the task texts alone."""

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import nn
from torch.nn import functional as F


def _pool(x, s):
    n, c, h, w = x.shape
    return x[:, :, : h // s * s, : w // s * s].reshape(n, c, h // s, s, w // s, s)


def _fold(w, b, g, e, m, v, tiny, root=True, inside=True):
    below = np.sqrt(v + tiny) if inside else np.sqrt(v) + tiny
    below = below if root else v + tiny
    return np.einsum("o,ocij->ocij", g / below, w), g * b / below - g * m / below + e


def _one_by_one(w, b, g, e, m, v, tiny):
    scales = [g[o] / (v[o] + tiny) ** 0.5 for o in range(len(b))]
    return [s * f for s, f in zip(scales, w, strict=True)], [s * (b[o] - m[o]) + e[o] for o, s in enumerate(scales)]


def _part(which, other):
    """Return the weights or the biases of the right answer, with another array in place of the other."""
    return lambda *a: tuple(_fold(*a)[k] if k == which else other(*a) for k in (0, 1))


def _net(*layers):
    return nn.Sequential(*layers)


RIGHT = {
    "03b.1": [
        lambda x, s: _pool(x, s).mean((3, 5)),
        lambda x, s: _pool(x.astype(np.float32), s).mean((3, 5)),
        lambda x, s: sliding_window_view(x, (s, s), (2, 3))[:, :, ::s, ::s].mean((4, 5)),
    ],
    "03b.2": [(5, 9, 11), [5, 9, 11], np.array([5.0, 9.0, 11.0])],
    "03b.3": [
        _net(nn.Conv2d(1, 4, 7, padding=9, dilation=3), nn.ReLU(), nn.Conv2d(4, 8, 5, padding=4, dilation=2)),
        _net(nn.MaxPool2d(2), nn.Conv2d(1, 8, 11, padding=5), nn.Upsample(scale_factor=2)),
        _net(nn.MaxPool2d(21, 1, 10), nn.Conv2d(1, 8, 1)),
        _net(
            nn.Conv2d(1, 8, (1, 21), padding=(0, 10)),
            nn.Tanh(),
            nn.Conv2d(8, 8, (21, 1), padding=(10, 0)),
        ),
    ],
    "03b.4": [
        _fold,
        _one_by_one,
        lambda *a: _fold(*(np.asarray(one, np.float32) for one in a)),
        lambda *a: list(_fold(*a)),
    ],
    "03b.5": ["c", "C", "(c)"],
}
WRONG = {
    "03b.1": [
        lambda x, s: _pool(x, s).max((3, 5)),
        lambda x, s: _pool(x, s).sum((3, 5)),
        lambda x, s: x[:, :, : x.shape[2] // s * s : s, : x.shape[3] // s * s : s],
        lambda x, s: _pool(x, s).mean(3).mean(3) if s == 1 else _pool(x, s).mean(5)[:, :, :, 0],
        lambda x, s: sliding_window_view(x, (s, s), (2, 3)).mean((4, 5)),
        lambda x, s: _pool(x, s).mean((3, 5)).mean(1),
        lambda x, s: _pool(x, s).mean((3, 5)).squeeze(),
        lambda x, s: _pool(x, s).mean((3, 5)).swapaxes(2, 3),
        lambda x, s: _pool(x, s).sum((3, 5)) / s,
        lambda x, s: F.avg_pool2d(torch.tensor(x), s).numpy(),
        lambda x, s: F.avg_pool2d(torch.tensor(x), s, ceil_mode=True).numpy(),
        lambda x, s: x.reshape(*x.shape[:2], x.shape[2] // s, s, x.shape[3] // s, s).mean((3, 5)),
        lambda x, s: _pool(x[:, :, x.shape[2] % s :, x.shape[3] % s :], s).mean((3, 5)),
        lambda x, s: _pool(x, s).mean((3, 5)).astype(int),
    ],
    "03b.2": [
        (5, 7, 8),
        (9, 13, 17),
        (5, 9, 9),
        (5, 9, 18),
        (5, 9, 13),
        (5, 9, 10),
        (5, 9),
        11,
        (5, 11, 13),
        (3, 7, 9),
    ],
    "03b.3": [
        _net(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU()),
        _net(nn.Conv2d(1, 8, 15, padding=7), nn.ReLU()),
        _net(nn.Conv2d(1, 1, 21, padding=10), nn.Conv2d(1, 8, 1)),
        _net(nn.Conv2d(1, 8, 21, padding=10), nn.ReLU()),
        _net(nn.Conv2d(1, 8, (1, 21), padding=(0, 10)), nn.ReLU()),
        _net(nn.Conv2d(1, 8, 21), nn.ReLU()),
        _net(nn.MaxPool2d(19, 1, 9), nn.Conv2d(1, 8, 1)),
        nn.Conv2d,
        lambda x: x,
    ],
    "03b.4": [
        lambda *a: _fold(*a, root=False),
        lambda *a: _fold(*a, inside=False),
        lambda *a: _fold(*a[:-1], 0 if (a[5] > 0).all() else 1e-12),
        lambda *a: _fold(*a)[::-1],
        lambda *a: _fold(*a)[0],
        _part(1, lambda w, *_: w),
        _part(0, lambda w, b, *_: b),
        _part(0, lambda w, b, g, e, m, v, t: b + e),
        _part(0, lambda w, b, g, e, m, v, t: g * (b - m) / np.sqrt(v + t)),
        _part(0, lambda w, b, g, e, m, v, t: g * (b - m + e) / np.sqrt(v + t)),
        _part(0, lambda w, b, g, e, m, v, t: e - g * m / np.sqrt(v + t)),
        _part(0, lambda w, b, g, e, m, v, t: e + g * b / np.sqrt(v + t)),
        _part(0, lambda w, b, g, e, m, v, t: e + b - g * m / np.sqrt(v + t)),
        _part(1, lambda w, b, g, e, m, v, t: w / np.sqrt(v + t)[:, None, None, None]),
        _part(1, lambda w, b, g, e, m, v, t: w * g[:, None, None, None]),
        lambda w, b, g, e, m, v, t: _fold(w, b, e, g, m, v, t),
        lambda w, b, g, e, m, v, t: _fold(w, b, g, e, -m, v, t),
        lambda *a: tuple(one.squeeze() for one in _fold(*a)),
    ],
    "03b.5": ["a", "b", "d", 2, "e", ["c"]],
}
