"""Answers to the exercises of lecture 12b, written from the task texts alone."""

import numpy as np


def _gain(a, b):
    d = b - a
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


def _ridge(w, X, y, k, start=None):
    start = w if start is None else start
    return start + np.linalg.solve(X.T @ X + k * np.eye(len(w)), X.T @ (y - X @ start))


def _descent(w, X, y, rate, steps):
    w = np.array(w)
    for _ in range(steps):
        w = w + rate * X.T @ (y - X @ w)
    return w


RIGHT = {
    "12b.1": [
        lambda n, h, q: [h * q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: h * q ** np.arange(n)[::-1],
        lambda n, h, q: tuple(h * q**k for k in range(n - 1, -1, -1)),
    ],
    "12b.2": [
        _gain,
        lambda a, b: list(_gain(a, b)),
        lambda a, b: (
            b.mean() - a.mean(),
            np.sqrt(((b - a) - (b - a).mean()) @ ((b - a) - (b - a).mean()) / (len(a) - 1) / len(a)),
        ),
    ],
    "12b.3": ["b", "B", "(b)"],
    "12b.4": [
        lambda w, X, y: _ridge(w, X, y, 1),
        lambda w, X, y: _descent(w, X, y, 0.01, 60),
        lambda w, X, y: _ridge(w, X, y, 2).tolist(),
    ],
}
WRONG = {
    "12b.1": [
        lambda n, h, q: [h * q**k for k in range(n)],
        lambda n, h, q: [h * q ** (n - k) for k in range(n)],
        lambda n, h, q: [h * q ** (n - 2 - k) for k in range(n)],
        lambda n, h, q: [h / q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: [h * q * (n - 1 - k) for k in range(n)],
        lambda n, h, q: [h] * n,
        lambda n, h, q: [h * q] * (n - 1) + [h],
        lambda n, h, q: [h * q ** (n - 1 - k) for k in range(n - 1)],
        lambda n, h, q: [h * q ** (n - k) for k in range(n + 1)],
        lambda n, h, q: [q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: h * q ** (n - 1),
        lambda n, h, q: [h - q * (n - 1 - k) for k in range(n)],
    ],
    "12b.2": [
        lambda a, b: (-_gain(a, b)[0], _gain(a, b)[1]),
        lambda a, b: (np.abs(b - a).mean(), np.abs(b - a).std(ddof=1) / np.sqrt(len(a))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1)),
        lambda a, b: (_gain(a, b)[0], (b - a).std() / np.sqrt(len(a))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1) / len(a)),
        lambda a, b: (_gain(a, b)[0], np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))),
        lambda a, b: (_gain(a, b)[0], b.std(ddof=1) / np.sqrt(len(b))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1) / np.sqrt(len(a) - 1)),
        lambda a, b: (_gain(a, b)[0], (b - a).var(ddof=1) / len(a)),
        lambda a, b: (np.median(b - a), _gain(a, b)[1]),
        lambda a, b: _gain(a, b)[::-1],
        lambda a, b: _gain(a, b)[0],
        lambda a, b: (b - a, _gain(a, b)[1]),
        lambda a, b: (100 * _gain(a, b)[0], 100 * _gain(a, b)[1]),
        lambda a, b: (_gain(a, b)[0] / a.mean(), _gain(a, b)[1]),
        lambda a, b: (b.max() - a.max(), _gain(a, b)[1]),
    ],
    "12b.3": ["a", "c", "d", "e", 2],
    "12b.4": [
        lambda w, X, y: w,
        lambda w, X, y: np.linalg.pinv(X) @ y,
        lambda w, X, y: _ridge(w, X, y, 1, np.zeros(20)),
        lambda w, X, y: _ridge(w, X, y, 0.1, np.zeros(20)),
        lambda w, X, y: _descent(w, X, y, 0.001, 3),
        lambda w, X, y: w + X.T @ (y - X @ w) / 150,
        lambda w, X, y: _descent(0 * w, X, y, 0.01, 50),
        lambda w, X, y: X @ w,
        lambda w, X, y: np.zeros(20),
        lambda w, X, y: (w + np.linalg.pinv(X) @ y) / 2,
    ],
}
