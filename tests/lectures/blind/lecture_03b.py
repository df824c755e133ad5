"""Answers to the exercises of lecture 03b, written from the task texts alone."""

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import nn
from torch.nn import functional as F


def _pool(x, s):
    n, c, h, w = x.shape
    return x[:, :, : h // s * s, : w // s * s].reshape(n, c, h // s, s, w // s, s)


def _norm(x, g, b, e, axes=(0, 2, 3), root=True, inside=True):
    m, v = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    below = np.sqrt(v + e) if inside else np.sqrt(v) + e
    return g[:, None, None] * (x - m) / (below if root else v + e) + b[:, None, None]


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
        _norm,
        lambda x, g, b, e: _norm(x.astype(np.float32), g.astype(np.float32), b.astype(np.float32), np.float32(e)),
        lambda x, g, b, e: np.stack(
            [g[c] * (x[:, c] - x[:, c].mean()) / (x[:, c].var() + e) ** 0.5 + b[c] for c in range(x.shape[1])], 1
        ),
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
        lambda x, g, b, e: _norm(x, g, b, e, (2, 3)),
        lambda x, g, b, e: _norm(x, g, b, e, (0,)),
        lambda x, g, b, e: _norm(x, g, b, e, (1, 2, 3)),
        lambda x, g, b, e: _norm(x, g, b, e, (0, 1, 2, 3)),
        lambda x, g, b, e: _norm(x, g, b, e, root=False),
        lambda x, g, b, e: _norm(x, g, b, e, inside=False),
        lambda x, g, b, e: _norm(x, g, b, 0),
        lambda x, g, b, e: _norm(x, g * 0 + 1, b, e),
        lambda x, g, b, e: _norm(x, g, b * 0, e),
        lambda x, g, b, e: _norm(x, g * 0 + 1, b * 0, e),
        lambda x, g, b, e: _norm(x, g, b, e).squeeze(),
        lambda x, g, b, e: _norm(x, b, g, e),
        lambda x, g, b, e: g[:, None, None] * (_norm(x, g * 0 + 1, b * 0, e) + b[:, None, None]),
        lambda x, g, b, e: F.batch_norm(
            *map(torch.tensor, (x, x[0, :, 0, 0], x[0, :, 0, 0], g, b)), True, 0, e
        ).numpy(),
        lambda x, g, b, e: g[:, None, None] * (x - x.mean((0, 2, 3), keepdims=True)) + b[:, None, None],
        lambda x, g, b, e: g[:, None, None] * x / np.sqrt(x.var((0, 2, 3), keepdims=True) + e) + b[:, None, None],
    ],
    "03b.5": ["a", "b", "d", 2, "e", ["c"]],
}
