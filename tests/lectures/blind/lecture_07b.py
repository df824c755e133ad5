"""Answers to the exercises of lecture 07b, written from the task texts alone."""

import math

import numpy as np
import torch


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


def _cosine(peak, last=0.0):
    return lambda steps: last + (peak - last) * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2


def _line(peak):
    return lambda steps: np.linspace(peak, 0, steps)


RIGHT = {
    "07b.1": [(0.9, 0.873), [0.9, 0.8734], np.array([0.9, 0.87337]), torch.tensor([0.9, 0.8734])],
    "07b.2": [
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
    "07b.3": ["c", "C", "(c)"],
    "07b.4": [
        _rate,
        lambda s, p, w, n: p * min(s / w if w else 1, 0.5 + 0.5 * math.cos(math.pi * max(s - w, 0) / (n - w))),
        lambda s, p, w, n: np.array(_rate(s, p, w, n)),
    ],
    "07b.5": ["c", "C", "(c)", "c."],
    "07b.6": [
        _cosine(0.5),
        _cosine(0.7),
        _line(0.5),
        lambda steps: [0.5 * (1 - t / steps) for t in range(steps)],
        lambda steps: torch.tensor(_cosine(0.6)(steps)),
        lambda steps: 0.8 * 0.03 ** (np.arange(steps) / steps),
        lambda steps: np.minimum(1, np.arange(steps) / 20) * _cosine(0.6)(steps),
    ],
}
WRONG = {
    "07b.1": [
        (0.6, 0.8),  # gradient descent
        (0.9, 1.0),  # the sign of the newest gradient
        (0.9, 0.85),
        (1.1, 1.127),  # uphill
        (0.6838, 0.5706),  # no hats
        (0.9, 0.9632),  # no momentum
        (0.873, 0.9),
        0.873,
        (0.9, 0.9),
        (0.9, 0.8734, 0.8),
        (1, 0.9),
    ],
    "07b.2": [
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
    "07b.3": ["a", "b", "d", "e", 1],
    "07b.4": [
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
    "07b.5": ["a", "b", "d", "e", 3, ("c", "d")],
    "07b.6": [
        lambda steps: np.full(steps, 0.001),
        lambda steps: np.full(steps, 0.1),
        lambda steps: np.full(steps, 0.2),
        lambda steps: np.full(steps, 0.3),
        lambda steps: np.full(steps, 1.0),
        lambda steps: 0.3,
        _cosine(0.05),
        _cosine(0.1),
        _line(0.1),
        _cosine(5.0),
        lambda steps: _cosine(0.5)(steps)[::-1],
        lambda steps: -_cosine(0.5)(steps),
        lambda steps: _cosine(0.5)(steps + 1),
        lambda steps: _cosine(0.5)(300),
        lambda steps: np.full(steps, np.nan),
        lambda steps: "0.1",
    ],
}
