"""Answers to the exercises of lecture 07, written from the task texts alone."""

import math

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


def _adam(w, m, v, g, i, eta, correct=(1, 1), eps=1e-8, place="beside", power=None):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    i = i if power is None else i + power
    mh = m / (1 - 0.9**i) if correct[0] else m
    vh = v / (1 - 0.999**i) if correct[1] else v
    below = {"beside": np.sqrt(vh) + eps, "under": np.sqrt(vh + eps), "none": vh + eps}[place]
    return w - eta * mh / below, m, v


def _adam_hats(w, m, v, g, i, eta):
    new = _adam(w, m, v, g, i, eta)
    return new[0], new[1] / (1 - 0.9**i), new[2] / (1 - 0.999**i)


def _rate(s, peak, warm, total):
    if s < warm:
        return peak * s / warm
    return peak * (1 + math.cos(math.pi * (s - warm) / (total - warm))) / 2


def _after(change):
    return lambda s, p, w, n: p * s / w if s < w else change(s, p, w, n)


RIGHT = {
    "07.1": [_gd, lambda e, f, n: list(_gd(e, f, n)), lambda e, f, n: _gd(e, f, n).astype(np.float32)],
    "07.2": [
        _decay,
        lambda a, b, t, y: list(_decay(a, b, t, y)),
        lambda a, b, t, y: 2 / len(t) * np.array([np.exp(-b * t), -a * t * np.exp(-b * t)]) @ (a * np.exp(-b * t) - y),
    ],
    "07.3": [128, 128.0, np.int64(128)],
    "07.4": [(0.3, 0.5), [0.3, 0.5], np.array([0.3, 0.5])],
    "07.5": [_momentum, lambda *a: list(_momentum(*a)), lambda w, v, g, e, m: (w + m * v - e * g, m * v - e * g)],
    "07.6": [
        _adam,
        lambda *a: list(_adam(*a)),
        lambda w, m, v, g, i, eta: (
            w
            - eta
            * math.sqrt(1 - 0.999**i)
            / (1 - 0.9**i)
            * (m + 0.1 * (g - m))
            / (np.sqrt(v + 0.001 * (g * g - v)) + 1e-8 * math.sqrt(1 - 0.999**i)),
            m + 0.1 * (g - m),
            v + 0.001 * (g * g - v),
        ),
    ],
    "07.7": ["c", "C", "(c)"],
    "07.8": [
        _rate,
        lambda s, p, w, n: p * min(s / w if w else 1, 0.5 + 0.5 * math.cos(math.pi * max(s - w, 0) / (n - w))),
        lambda s, p, w, n: np.array(_rate(s, p, w, n)),
    ],
}
WRONG = {
    "07.1": [
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
        lambda e, f, n: _gd(e, f, n)[:, None],
    ],
    "07.2": [
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
    "07.3": [32, 2, 64, 16, 127, 129, 4, 8.0 / 16, 0.5],
    "07.4": [(0.5,), (0.28, 0.3, 0.5), (0.1, 0.2, 0.28), (0.5, 0.3), (0.2, 0.28, 0.3, 0.5), 0.3, (0.1, 0.2), ()],
    "07.5": [
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
    "07.6": [
        lambda *a: _adam(*a, correct=(0, 0)),
        lambda *a: _adam(*a, correct=(1, 0)),
        lambda *a: _adam(*a, correct=(0, 1)),
        lambda *a: _adam(*a, place="under"),
        lambda *a: _adam(*a, place="none"),
        lambda *a: _adam(*a, eps=0),
        lambda *a: _adam(*a, eps=1e-6),
        lambda *a: _adam(*a, power=1),
        lambda *a: _adam(*a, power=-1) if a[4] > 1 else _adam(*a, correct=(0, 0)),
        _adam_hats,
        lambda w, m, v, g, i, e: _adam(w, m, v, g, i, -e),
        lambda w, m, v, g, i, e: (_adam(w, m, v, g, i, e)[0], m, v),
        lambda *a: _adam(*a)[::-1],
        lambda *a: _adam(*a)[0],
        lambda w, m, v, g, i, e: (
            w - e * (0.9 * m + g) / (np.sqrt(0.999 * v + g**2) + 1e-8),
            0.9 * m + g,
            0.999 * v + g**2,
        ),
        lambda w, m, v, g, i, e: (_adam(w, m, v, g, i, e)[0], _adam(w, m, v, g, i, e)[1], 0.999 * v + 0.001 * g),
    ],
    "07.7": ["a", "b", "d", "e", 1],
    "07.8": [
        lambda s, p, w, n: p * (1 + math.cos(math.pi * s / n)) / 2,
        _after(lambda s, p, w, n: p * (1 + math.cos(math.pi * s / n)) / 2),
        _after(lambda s, p, w, n: p * (1 + math.cos(math.pi * (s - w) / n)) / 2),
        _after(lambda s, p, w, n: p * math.cos(math.pi / 2 * (s - w) / (n - w))),
        _after(lambda s, p, w, n: p * (1 + math.cos(math.pi * (s - w) / (n - w)))),
        _after(lambda s, p, w, n: p * (n - s) / (n - w)),
        _after(lambda s, p, w, n: p),
        lambda s, p, w, n: _rate(s, p, w, n) / p,
        lambda s, p, w, n: p * (s + 1) / w if s < w else _rate(s, p, w, n),
        lambda s, p, w, n: p if s < w else _rate(s, p, w, n),
        _after(lambda s, p, w, n: p * (1 - math.cos(math.pi * (s - w) / (n - w))) / 2),
        lambda s, p, w, n: _rate(s, 1.0, w, n),
        lambda s, p, w, n: [_rate(k, p, w, n) for k in range(n + 1)],
    ],
}
