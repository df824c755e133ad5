"""Answers to the exercises of lecture 07a, written from the task texts alone."""

import numpy as np


def _gd(eta, f, steps, start=5.0):
    x = [start]
    for _ in range(steps):
        x.append(x[-1] - eta * f(x[-1]))
    return np.array(x)


def _decay(a, b, t, y, factor=2.0, mean=True):
    e = a * np.exp(-b * t) - y
    take = np.mean if mean else np.sum
    return np.array([factor * take(e * np.exp(-b * t)), factor * take(e * -a * t * np.exp(-b * t))])


def _momentum(w, v, g, eta, m):
    v = m * v - eta * g
    return w + v, v


def _path(rate, beta=0.0, nesterov=False, steps=100, sign=1):
    def go_down(gradient, w):
        v = 0 * w
        for _ in range(steps):
            v = beta * v - sign * rate * gradient(w + beta * v if nesterov else w)
            w = w + v
        return w

    return go_down


def _adam(rate, steps=100, fall=False):
    def go_down(gradient, w):
        m, v = 0 * w, 0 * w
        for t in range(1, steps + 1):
            g = gradient(w)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            now = rate * (1 - (t - 1) / steps) if fall else rate
            w = w - now * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return w

    return go_down


def _newton(gradient, w):
    """Measure the second derivatives column by column; the loss is quadratic, so one step is enough."""
    g = gradient(w)
    H = np.stack([gradient(w + e) - g for e in np.eye(len(w))], axis=1)
    return w - np.linalg.solve(H, g)


def _raises(gradient, w):
    raise ValueError("not yet")


RIGHT = {
    "07a.1": [_gd, lambda e, f, n: list(_gd(e, f, n)), lambda e, f, n: _gd(e, f, n).astype(np.float32)],
    "07a.2": [
        _decay,
        lambda a, b, t, y: list(_decay(a, b, t, y)),
        lambda a, b, t, y: 2 / len(t) * np.array([np.exp(-b * t), -a * t * np.exp(-b * t)]) @ (a * np.exp(-b * t) - y),
    ],
    "07a.3": [(0.3, 0.5), [0.3, 0.5], np.array([0.3, 0.5])],
    "07a.4": [_momentum, lambda *a: list(_momentum(*a)), lambda w, v, g, e, m: (w + m * v - e * g, m * v - e * g)],
    "07a.5": [128, 128.0, np.int64(128)],
    "07a.6": [
        _path(0.01, 0.9),
        _path(0.02, 0.8),
        _path(0.01, 0.7, nesterov=True),
        _newton,
        lambda gradient, w: list(_newton(gradient, w)),
    ],
}
WRONG = {
    "07a.1": [
        lambda e, f, n: _gd(-e, f, n),
        lambda e, f, n: _gd(e, f, n)[1:],
        lambda e, f, n: _gd(e, f, n)[:-1],
        lambda e, f, n: _gd(e, f, n)[-1],
        lambda e, f, n: _gd(e, f, n, 0.0),
        lambda e, f, n: _gd(e, f, 5),
        lambda e, f, n: np.array([5.0, *[e * f(5.0)] * n]),
        lambda e, f, n: np.array([5.0 - k * e * f(5.0) for k in range(n + 1)]),
        lambda e, f, n: _gd(e / 2, f, n),
        lambda e, f, n: _gd(1.0, f, n),
        lambda e, f, n: _gd(e, f, n)[::-1],
        lambda e, f, n: np.abs(_gd(e, f, n)),
        lambda e, f, n: _gd(e, f, n)[:, None],
    ],
    "07a.2": [
        lambda *a: _decay(*a, 1.0),
        lambda *a: _decay(*a, 2.0, False),
        lambda *a: -_decay(*a),
        lambda *a: _decay(*a)[::-1],
        lambda a, b, t, y: _decay(a, b, t, y) * [1, -1],
        lambda a, b, t, y: _decay(a, b, t, y) / [1, a],
        lambda a, b, t, y: np.array(
            [_decay(a, b, t, y)[0], -2 * np.mean((a * np.exp(-b * t) - y) * a * np.exp(-b * t))]
        ),
        lambda a, b, t, y: 2 * np.array([np.mean(a * np.exp(-b * t) - y)] * 2),
        lambda a, b, t, y: _decay(a, -b, t, y),
        lambda a, b, t, y: _decay(a, b, t, y).sum(),
        lambda a, b, t, y: _decay(a, b, t, y).reshape(2, 1),
        lambda a, b, t, y: np.array([2 * np.exp(-b * t), -2 * a * t * np.exp(-b * t)]),
        lambda a, b, t, y: _decay(a, b, t, y) * [0, 1],
    ],
    "07a.3": [(0.5,), (0.28, 0.3, 0.5), (0.1, 0.2, 0.28), (0.5, 0.3), (0.2, 0.28, 0.3, 0.5), 0.3, (0.1, 0.2), ()],
    "07a.4": [
        lambda w, v, g, e, m: (w + m * v + e * g, m * v + e * g),
        lambda w, v, g, e, m: (w - (m * v + e * g), m * v + e * g),
        lambda w, v, g, e, m: (w - e * (m * v + g), m * v + g),
        lambda w, v, g, e, m: (w + v, m * v - e * g),
        lambda w, v, g, e, m: _momentum(w, v, g, e, m)[::-1],
        lambda w, v, g, e, m: (w + m * v - (1 - m) * e * g, m * v - (1 - m) * e * g),
        lambda w, v, g, e, m: (w - e * g, m * v - e * g),
        lambda w, v, g, e, m: _momentum(w, v, g, e, m)[0],
        lambda w, v, g, e, m: (w + v - e * g, v - e * g),
        lambda w, v, g, e, m: (w + e * m * v - e * g, e * m * v - e * g),
        lambda w, v, g, e, m: (w + m * v - g, m * v - g),
        lambda w, v, g, e, m: (w + m * (m * v - e * g) - e * g, m * v - e * g),
    ],
    "07a.5": [32, 2, 64, 16, 127, 129, 4, 8.0 / 16, 0.5],
    "07a.6": [
        lambda gradient, w: w,
        _path(0.01),
        _path(2 / 101),
        _path(0.001, 0.9),
        _path(0.1),
        _path(0.01, 0.99),
        _path(0.01, steps=1),
        _path(0.01, 0.9, steps=300),  # more gradients than allowed
        _path(0.01, steps=10, sign=-1),
        _adam(0.001),
        _adam(0.1),
        lambda gradient, w: gradient(w),
        lambda gradient, w: _path(0.02, 0.8)(gradient, w)[:5],
        lambda gradient, w: [_newton(gradient, w), w],
        lambda gradient, w: w * np.nan,
        lambda gradient, w: gradient.valley.goal,
        lambda gradient, w: np.zeros(10),
        _raises,
    ],
}
