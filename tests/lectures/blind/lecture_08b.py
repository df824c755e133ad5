"""Answers to the exercises of lecture 08b, written from the task texts alone."""

import numpy as np
from scipy import special


def _p(w, b, X):
    return special.expit(X @ w + b)


def _attack(w, b, X, t, e):
    return X + e * np.sign((_p(w, b, X) - t)[:, None] * w)


def _mix(x, y, share, order, classes):
    T = np.eye(classes)[y]
    return share * x + (1 - share) * x[order], share * T + (1 - share) * T[order]


def _drop(x, g, kept, p):
    return x * kept / (1 - p), g * kept / (1 - p)


def _votes(X, y, X_new, count):
    near = special.softmax(-((X_new[:, None] - X) ** 2).sum(2) / count, axis=1)
    return (near @ np.eye(10)[y]).argmax(1)


def _neighbors(X, y, X_new, k):
    order = np.argsort(((X_new[:, None] - X) ** 2).sum(-1), axis=1)[:, :k]
    return np.array([np.bincount(row, minlength=10).argmax() for row in y[order]])


def _centroids(X, y, X_new):
    means = np.array([X[y == k].mean(0) for k in range(10)])
    return ((X_new[:, None] - means) ** 2).sum(-1).argmin(1)


RIGHT = {
    "08b.1": ["b", "B", "b)"],
    "08b.2": [
        _attack,
        lambda w, b, X, t, e: X + e * np.where(t == 1, -1, 1)[:, None] * np.sign(w),
        lambda w, b, X, t, e: _attack(*(np.float32(a) for a in (w, b, X)), t, np.float32(e)),
    ],
    "08b.3": [
        _mix,
        lambda x, y, s, o, c: list(_mix(x, y, s, o, c)),
        lambda x, y, s, o, c: (
            x[o] + s * (x - x[o]),
            s * (y[:, None] == np.arange(c)) + (1 - s) * (y[o][:, None] == np.arange(c)),
        ),
    ],
    "08b.4": [
        _drop,
        lambda x, g, k, p: [np.where(k, x, 0) / (1 - p), np.where(k, g, 0) / (1 - p)],
        lambda x, g, k, p: tuple(a.astype(np.float32) for a in _drop(x, g, k, p)),
    ],
    "08b.5": [_centroids, lambda X, y, Z: _neighbors(X, y, Z, 7), lambda X, y, Z: list(_votes(X, y, Z, 8.0))],
}
WRONG = {
    "08b.1": ["a", "c", "d", "e", 2],
    "08b.2": [
        lambda w, b, X, t, e: X - e * np.sign((_p(w, b, X) - t)[:, None] * w),
        lambda w, b, X, t, e: X + e * (_p(w, b, X) - t)[:, None] * w,
        lambda w, b, X, t, e: X + e * np.sign(w),
        lambda w, b, X, t, e: X + e * np.sign(_p(w, b, X) - t)[:, None],
        lambda w, b, X, t, e: e * np.sign((_p(w, b, X) - t)[:, None] * w),
        lambda w, b, X, t, e: X + e * np.sign((t - _p(w, b, X))[:, None] * w),
        lambda w, b, X, t, e: np.sign((_p(w, b, X) - t)[:, None] * w) + X,
        lambda w, b, X, t, e: X + e * np.sign((_p(w, b, X) - t)[:, None] * X),
        lambda w, b, X, t, e: _attack(w, b, X, 1 - t, e),
        lambda w, b, X, t, e: np.clip(_attack(w, b, X, t, e), 0, 1),
        lambda w, b, X, t, e: X + e * np.sign(X.T @ (_p(w, b, X) - t))[None] * np.ones_like(X),
        lambda w, b, X, t, e: np.sign((_p(w, b, X) - t)[:, None] * w),
    ],
    "08b.3": [
        lambda x, y, s, o, c: _mix(x, y, 1 - s, o, c),
        lambda x, y, s, o, c: (_mix(x, y, s, o, c)[0], np.eye(c)[y]),
        lambda x, y, s, o, c: (
            _mix(x, y, s, o, c)[0],
            np.eye(y.max() + 1)[y] * s + (1 - s) * np.eye(y.max() + 1)[y[o]],
        ),
        lambda x, y, s, o, c: (_mix(x, y, s, o, c)[0], s * y + (1 - s) * y[o]),
        lambda x, y, s, o, c: (_mix(x, y, s, o, c)[0], np.eye(c)[_mix(x, y, s, o, c)[1].argmax(1)]),
        lambda x, y, s, o, c: (s * x + (1 - s) * x[::-1], _mix(x, y, s, o, c)[1]),
        lambda x, y, s, o, c: (x, _mix(x, y, s, o, c)[1]),
        lambda x, y, s, o, c: _mix(x, y, s, np.argsort(o), c),
        lambda x, y, s, o, c: _mix(x, y, s, o, c)[0],
        lambda x, y, s, o, c: (s * x + x[o], _mix(x, y, s, o, c)[1]),
        lambda x, y, s, o, c: _mix(x, y, s, o, c)[::-1],
        lambda x, y, s, o, c: (_mix(x, y, s, o, c)[0], np.eye(c)[y[o]]),
        lambda x, y, s, o, c: _mix(x, y, 0.5, o, c),
    ],
    "08b.4": [
        lambda x, g, k, p: (x * k, g * k),
        lambda x, g, k, p: (x * k / p, g * k / p),
        lambda x, g, k, p: (x * k / (1 - p), g * k),
        lambda x, g, k, p: (x * k / (1 - p), g / (1 - p)),
        lambda x, g, k, p: (x * k / (1 - p), g),
        lambda x, g, k, p: _drop(x, g, ~k, p),
        lambda x, g, k, p: (x * k * (1 - p), g * k * (1 - p)),
        lambda x, g, k, p: (x * k / (1 - p), g * (x * k / (1 - p) != 0) / (1 - p)),
        lambda x, g, k, p: _drop(x, g, k, p)[0],
        lambda x, g, k, p: _drop(x, g, k, p)[::-1],
        lambda x, g, k, p: (x * k / (1 - p), g * x * k / (1 - p)),
        lambda x, g, k, p: (x / (1 - p), g / (1 - p)),
        lambda x, g, k, p: (x * k / (1 - p), g * k / (1 - p) ** 2),
        lambda x, g, k, p: (x * k / k.mean(), g * k / k.mean()),
    ],
    "08b.5": [
        lambda X, y, Z: _neighbors(X, y, Z, 1),
        lambda X, y, Z: np.zeros(len(Z), int),
        lambda X, y, Z: _neighbors(X, y, Z, 60),
        lambda X, y, Z: np.eye(10)[_centroids(X, y, Z)],
        lambda X, y, Z: y,
        lambda X, y, Z: _centroids(X, y, Z) + 0.5,
        lambda X, y, Z: _centroids(X, y, X),
        lambda X, y, Z: np.random.default_rng(0).integers(0, 10, len(Z)),
        lambda X, y, Z: _centroids(X, y, Z)[::-1],
        lambda X, y, Z: "0123456789",
    ],
}
