"""Answers to the exercises of sitting 04a, written from the task texts alone."""

from itertools import product

import numpy as np
import torch
from torch.nn import functional as F


def _image(delta, w, dtype=float, flip=False, last=False, overwrite=False):
    (n, _, h, v), (_, c, kh, kw) = delta.shape, w.shape
    out = np.zeros((n, c, h + kh - 1, v + kw - 1), dtype)
    w = w[:, :, ::-1, ::-1] if flip else w
    for i, j in np.ndindex(kh, kw):
        part = np.einsum("noyx,oc->ncyx", delta[:, -1:] if last else delta, (w[-1:] if last else w)[:, :, i, j])
        if overwrite:
            out[:, :, i : i + h, j : j + v] = part
        else:
            out[:, :, i : i + h, j : j + v] += part
    return out


def _backward(delta, a, w, mean=False, overwrite=False, bias=False):
    h, v = delta.shape[1:]
    ga, gw = np.zeros(a.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape):
        met = np.s_[:, i : i + h, j : j + v]
        gw[i, j] = np.mean(delta * a[met]) if mean else np.sum(delta * a[met])
        if overwrite:
            ga[met] = delta * w[i, j]
        else:
            ga[met] += delta * w[i, j]
    return ga, gw, delta.sum(0) if bias else delta.sum()


def _planted(faults):
    return lambda delta, a, w: _backward(delta, a, w, *faults)


RIGHT = {
    "04a.1": [(18, 1, 6), [18, 1, 6], np.array([18, 1, 6])],
    "04a.2": [
        _image,
        lambda delta, w: _image(delta, w, np.float32),
        lambda delta, w: sum(
            np.pad(
                np.einsum("noyx,oc->ncyx", delta, w[:, :, i, j]),
                ((0, 0), (0, 0), (i, w.shape[2] - 1 - i), (j, w.shape[3] - 1 - j)),
            )
            for i, j in np.ndindex(w.shape[2:])
        ),
    ],
    "04a.3": ["b", "B ", "b."],
    "04a.4": [
        _backward,
        lambda delta, a, w: list(_backward(delta, a, w)),
        lambda delta, a, w: tuple(np.float32(part) for part in _backward(delta, a, w)),
    ],
    "04a.5": [
        [[1, 2, 3], [4, 5, 4], [3, 2, 1]],
        np.array([[-1.0, 2, 9], [0.5, 7, 0.5], [9, 2, -1]]),
        torch.tensor([[1, 2, 3], [4, 5, 4], [3, 2, 1]]),
    ],
}

WRONG = {
    "04a.1": [
        (18, 1, 6, 0),
        (35, 1, 6),
        (18, 1, 4),
        (1, 1, 1),
        (18, 6, 6),
        (12, 1, 6),
        (15, 1, 6),
        (20, 1, 6),
        18,
        "18",
    ],
    "04a.2": [
        lambda delta, w: _image(delta, w, flip=True),
        lambda delta, w: _image(delta, w, last=True),
        lambda delta, w: _image(delta, w, overwrite=True),
        lambda delta, w: _image(delta, w).squeeze(),
        lambda delta, w: _image(delta, w).sum(0),
        lambda delta, w: _image(delta, w).swapaxes(2, 3),
        lambda delta, w: _image(delta, w) / len(delta),
        lambda delta, w: _image(delta, w)[:, :, : delta.shape[2], : delta.shape[3]],
        lambda delta, w: _image(delta, w).sum(1, keepdims=True),
        lambda delta, w: F.conv_transpose2d(torch.tensor(delta), torch.tensor(w)).numpy(),
    ],
    "04a.3": ["a", "c", "d", 0, "x"],
    "04a.4": [
        *(_planted(faults) for faults in product((0, 1), repeat=3) if any(faults)),
        lambda delta, a, w: _backward(delta, a, w)[::-1],
        lambda delta, a, w: _backward(delta, a, w)[:2],
        lambda delta, a, w: (_backward(delta, a, w)[0], _backward(delta, a, w)[1], delta.mean()),
        lambda delta, a, w: (_backward(delta, a, w[::-1, ::-1])[0], *_backward(delta, a, w)[1:]),
        lambda delta, a, w: (_backward(delta, a, w)[0], _backward(delta, a, w)[1].T, delta.sum()),
    ],
    "04a.5": [
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        np.ones((3, 3)),
        [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
        [[1, 2, 3], [4, 5, 4], [3, 2, np.nan]],
        [[1, 2, 3], [4, 5, 4]],
        "symmetric",
    ],
}
