"""Answers to the exercises of lecture 03a, written from the task texts alone."""

from itertools import product

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import nn
from torch.nn import functional as F


def _conv(x, w, b, s, size=1, bias=0, windows=0, axis=None):
    """Return a convolution with the faults of the task: size off by one, bias inside the sum, windows not strided."""
    (n, _, h, v), (o, _, k, _) = x.shape, w.shape
    out = np.zeros((n, o, (h - k) // s + size, (v - k) // s + size))
    for i, f, y, z in np.ndindex(out.shape):
        top, left = (y, z) if windows else (y * s, z * s)
        if axis is not None:
            top, left = (y * s, z) if axis == 0 else (y, z * s)
        window = x[i, :, top : top + k, left : left + k]
        out[i, f, y, z] = np.sum(w[f] * window + b[f]) if bias else np.sum(w[f] * window) + b[f]
    return out


def _planted(size, bias, windows):
    return lambda x, w, b, s: _conv(x, w, b, s, size, bias, windows)


def _length(change):
    return lambda n, k, s, p, d: change(n, k, s, p, d)


def _net(*layers):
    return nn.Sequential(*layers)


RIGHT = {
    "03a.1": [(-1, 5, 2), [-1.0, 5.0, 2.0], np.array([-1, 5, 2]), torch.tensor([-1, 5, 2])],
    "03a.2": [
        lambda m, k, s, p, d: s * (m - 1) + d * (k - 1) + 1 - 2 * p,
        lambda m, k, s, p, d: next(n for n in range(1, 999) if (n + 2 * p - d * (k - 1) - 1) // s + 1 == m),
        lambda m, k, s, p, d: len(range(s * (m - 1) + d * (k - 1) + 1)) - p - p,
        lambda m, k, s, p, d: torch.tensor(s * (m - 1) + d * (k - 1) + 1 - 2 * p),
    ],
    "03a.3": [6, 6.0, np.int64(6), torch.tensor(6)],
    "03a.4": [
        lambda x, w, b, s: F.conv2d(torch.tensor(x), torch.tensor(w), torch.tensor(b), stride=s).numpy(),
        lambda x, w, b, s: F.conv2d(*(torch.tensor(a).float() for a in (x, w, b)), stride=s).numpy(),
        lambda x, w, b, s: (
            np.einsum("ncyxij,ocij->noyx", sliding_window_view(x, w.shape[2:], (2, 3))[:, :, ::s, ::s], w)
            + b[:, None, None]
        ),
    ],
    "03a.5": [(4, 8, 6, 9), [4, 8, 6, 9], np.array([4, 8, 6, 9]), torch.Size((4, 8, 6, 9))],
    "03a.6": [3232, 3232.0, np.array(3232)],
    "03a.7": [
        _net(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1)),
        _net(nn.Conv2d(3, 16, 5, 4, 2), nn.Tanh()),
        _net(nn.Conv2d(3, 16, 3, padding=1), nn.MaxPool2d(4)),
        _net(nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.LeakyReLU(), nn.Conv2d(4, 16, 3, 2, 1)),
    ],
}
WRONG = {
    "03a.1": [
        (-1, 5, 4),
        (-1, 5, 0),
        (-3, 3, 0),
        (-1, 5, 6),
        (-1, 5, -7),
        (5, -1, 2),
        (-1, 5),
        (0, 16, 14),
        2,
        (-1, 7, 4),
    ],
    "03a.2": [
        _length(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1),
        _length(lambda m, k, s, p, d: s * m + d * (k - 1) + 1 - 2 * p),
        _length(lambda m, k, s, p, d: s * m + d * (k - 1) - 2 * p),
        _length(lambda m, k, s, p, d: s * (m - 1) + d * (k - 1) + 1 - p),
        _length(lambda m, k, s, p, d: s * (m - 1) + d * (k - 1) + 1 + 2 * p),
        _length(lambda m, k, s, p, d: s * (m - 1) + d * (k - 1) + 1),
        _length(lambda m, k, s, p, d: s * (m - 1) + k - 2 * p),
        _length(lambda m, k, s, p, d: s * (m - 1) + d * k - 2 * p),
        _length(lambda m, k, s, p, d: s * (m - 1) + d * (k - 1) - 2 * p),
        _length(lambda m, k, s, p, d: m - 1 + d * (k - 1) + 1 - 2 * p),
        _length(lambda m, k, s, p, d: s * (m - 1) + 1 - 2 * p),
        _length(lambda m, k, s, p, d: (m - 1) / s + d * (k - 1) + 1 - 2 * p),
    ],
    "03a.3": [2, 7, 12, 3, 0, 5, 6.5, "six", 4, 13],
    "03a.4": [
        *(_planted(*faults) for faults in product((0, 1), (0, 1), (0, 1)) if faults != (1, 0, 0)),
        lambda x, w, b, s: _conv(x, w, b, s, axis=0),
        lambda x, w, b, s: _conv(x, w[:, :, ::-1, ::-1], b, s),
        lambda x, w, b, s: _conv(x, w, 0 * b, s),
        lambda x, w, b, s: _conv(x, w, b, s).sum(1),
        lambda x, w, b, s: _conv(x[:, :1], w[:, :1], b, s),
        lambda x, w, b, s: _conv(x, w, b, 1),
        lambda x, w, b, s: _conv(x, w, b, s).squeeze(),
        lambda x, w, b, s: _conv(x, w, b, s).transpose(0, 1, 3, 2),
        lambda x, w, b, s: _conv(x, w, -b, s),
        lambda x, w, b, s: _conv(x, w, b, s) / w[0].size,
    ],
    "03a.5": [
        (4, 8, 7, 10),
        (4, 8, 8, 11),
        (4, 16, 17, 23),
        (8, 4, 6, 9),
        (4, 8, 9, 6),
        (8, 6, 9),
        (4, 3, 6, 9),
        (4, 8, 7, 9),
        (4, 8, 5, 8),
    ],
    "03a.6": [3200, 12832, 12800, 3231, 3233, 3204, 800, 808, 3216],
    "03a.7": [
        _net(nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)),
        _net(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1)),
        _net(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 1, 1)),
        _net(nn.Conv2d(3, 16, 3, 4), nn.ReLU(), nn.Flatten()),
        _net(nn.Conv2d(3, 8, 3, 2, 1), nn.AvgPool2d(2), nn.Conv2d(8, 16, 1)),
        _net(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1)),
        [nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU()],
        nn.Conv2d,
        lambda x: x,
    ],
}
