"""Answers to the exercises of lecture 04, written from the task texts alone."""

from itertools import product

import numpy as np
import torch
from torch.nn import functional as F


def _dilated(delta, a, d, size=None, conjugate=False):
    _, h, w = delta.shape
    kh, kw = size or ((a.shape[1] - h) // d + 1, (a.shape[2] - w) // d + 1)
    out = np.zeros((kh, kw))
    for i, j in np.ndindex(kh, kw):
        out[i, j] = np.sum(delta * a[:, i * d : i * d + h, j * d : j * d + w])
    return out[::-1, ::-1] if conjugate else out


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


def _measured(f, x, e, back=2.0, forward=True):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float).copy(), x.astype(float).copy()
        up[i] += e
        down[i] -= e
        g[i] = (f(up) - (f(down) if forward else f(x))) / (back * e)
    return g


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
    "04.1": [(18, 1, 6), [18, 1, 6], np.array([18, 1, 6])],
    "04.2": [
        _dilated,
        lambda delta, a, d: _dilated(delta.astype(np.float32), a.astype(np.float32), d),
        lambda delta, a, d: np.array(_dilated(delta, a, d)).tolist(),
    ],
    "04.3": [
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
    "04.4": ["b", "B ", "b."],
    "04.5": [
        _measured,
        lambda f, x, e: _measured(f, x, e).astype(np.float64),
        lambda f, x, e: np.array(
            [
                (f((x.ravel() + e * u).reshape(x.shape)) - f((x.ravel() - e * u).reshape(x.shape))) / (2 * e)
                for u in np.eye(x.size)
            ]
        ).reshape(x.shape),
    ],
    "04.6": [
        _backward,
        lambda delta, a, w: list(_backward(delta, a, w)),
        lambda delta, a, w: tuple(np.float32(part) for part in _backward(delta, a, w)),
    ],
    "04.7": [
        _max,
        lambda delta, a, k, s: _max(delta, a, k, s, lambda window: list(window).index(max(window))),
        lambda delta, a, k, s: _max(delta, a, k, s).astype(np.float32),
    ],
    "04.8": [
        _average,
        lambda *a: _average(*a).tolist(),
        lambda delta, size, k, s: _average(delta.astype(np.float32), size, k, s),
    ],
}
WRONG = {
    "04.1": [(18, 1, 6, 0), (35, 1, 6), (18, 1, 4), (1, 1, 1), (18, 6, 6), 18, "18"],
    "04.2": [
        lambda delta, a, d: _dilated(delta, a, d, conjugate=True),
        lambda delta, a, d: _dilated(delta, a, d) / len(delta),
        lambda delta, a, d: _dilated(delta, a, d).T,
        lambda delta, a, d: _dilated(delta, a, 1, ((a.shape[1] - delta.shape[1]) // d + 1,) * 2),
        lambda delta, a, d: _dilated(delta, a, 1),
        lambda delta, a, d: _dilated(delta[:1], a[:1], d),
        lambda delta, a, d: -_dilated(delta, a, d),
        lambda delta, a, d: _dilated(delta, a, d).squeeze(),
        lambda delta, a, d: np.array([_dilated(delta[i : i + 1], a[i : i + 1], d) for i in range(len(a))]),
        lambda delta, a, d: _dilated(delta[-1:], a[-1:], d),
    ],
    "04.3": [
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
    "04.4": ["a", "c", "d", 0, "x"],
    "04.5": [
        lambda f, x, e: _measured(f, x, e, 1.0),
        lambda f, x, e: _measured(f, x, e, 1.0, False),
        lambda f, x, e: _measured(f, x, e, 2.0, False),
        lambda f, x, e: -_measured(f, x, e),
        lambda f, x, e: _measured(f, x, e).ravel(),
        lambda f, x, e: (f(x + e) - f(x - e)) / (2 * e),
        lambda f, x, e: np.full(x.shape, (f(x + e) - f(x - e)) / (2 * e)),
        lambda f, x, e: _measured(f, x, e) * e,
        lambda f, x, e: _measured(f, x, 0.1),
        lambda f, x, e: _measured(f, x, e).T,
    ],
    "04.6": [
        *(_planted(faults) for faults in product((0, 1), repeat=3) if any(faults)),
        lambda delta, a, w: _backward(delta, a, w)[::-1],
        lambda delta, a, w: _backward(delta, a, w)[:2],
        lambda delta, a, w: (_backward(delta, a, w)[0], _backward(delta, a, w)[1], delta.mean()),
        lambda delta, a, w: (_backward(delta, a, w[::-1, ::-1])[0], *_backward(delta, a, w)[1:]),
        lambda delta, a, w: (_backward(delta, a, w)[0], _backward(delta, a, w)[1].T, delta.sum()),
    ],
    "04.7": [
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
        lambda delta, a, k, s: _average(delta[:, :, None], (1, a.shape[2]), k, s)[:, :, 0],
    ],
    "04.8": [
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
}
