"""Answers to the exercises of lecture 08a, written from the task texts alone."""

import numpy as np


def _report(val, test):
    return test[:, val.mean(0).argmin()].mean()


def _held_out(x, y, parts):
    total = np.zeros(16)
    order = np.random.default_rng(1).permutation(len(x))
    for out in np.array_split(order, parts):
        rest = np.setdiff1d(order, out)
        for d in range(16):
            p = np.polynomial.Polynomial.fit(x[rest], y[rest], d, domain=[0, 1])
            total[d] += ((p(x[out]) - y[out]) ** 2).sum()
    return total.argmin()


def _generalized(x, y):
    scores = []
    for d in range(16):
        p = np.polynomial.Polynomial.fit(x, y, d)
        scores.append(((p(x) - y) ** 2).mean() / (1 - (d + 1) / len(x)) ** 2)
    return np.argmin(scores)


def _train(x, y, d):
    return ((np.polynomial.Polynomial.fit(x, y, d)(x) - y) ** 2).mean()


RIGHT = {
    "08a.1": [(1, 26 / 3, 29 / 3), [1.0, 8.6667, 9.6667], np.array([1, 8.66667, 9.66667])],
    "08a.2": [_report, lambda v, t: float(_report(v, t)), lambda v, t: t.mean(0)[np.argmin(v.sum(0))]],
    "08a.3": ["d", "D", "(d)"],
    "08a.4": [lambda x, y: _held_out(x, y, 8), lambda x, y: int(_held_out(x, y, 5)), lambda x, y: _generalized(x, y)],
}
WRONG = {
    "08a.1": [
        (1, 13, 14),
        (-1, 26 / 3, 29 / 3),
        (1, 26 / 3, 1 + 13),
        (29 / 3, 26 / 3, 1),
        (1, 26, 29),
        (1, (26 / 3) ** 0.5, 29 / 3),
        (4, 29 / 3, 41 / 3),
        (1, 29 / 3, 32 / 3),
        (1, 26 / 3),
        29 / 3,
    ],
    "08a.2": [
        lambda v, t: t.mean(0).min(),
        lambda v, t: v.mean(0).min(),
        lambda v, t: t.min(),
        lambda v, t: t[np.arange(len(t)), v.argmin(1)].mean(),
        lambda v, t: t[:, v.argmin() % v.shape[1]].mean(),
        lambda v, t: t[:, v.min(0).argmin()].mean(),
        lambda v, t: t[:, np.bincount(v.argmin(1)).argmax()].mean(),
        lambda v, t: t[:, v.mean(0).argmax()].mean(),
        lambda v, t: t[:, v.mean(0).argmin()],
        lambda v, t: t[:, v.mean(0).argmin()].min(),
        lambda v, t: t.mean(),
        lambda v, t: t[v.mean(1).argmin()].mean(),
        lambda v, t: t.ravel()[v.argmin()],
        lambda v, t: v.mean(0).argmin(),
    ],
    "08a.3": ["a", "b", "c", "e", 4, "A", "b)", "ab"],
    "08a.4": [
        lambda x, y: 15,
        lambda x, y: 0,
        lambda x, y: 1,
        lambda x, y: 2,
        lambda x, y: 8,
        lambda x, y: 9,
        lambda x, y: 10,
        lambda x, y: int(np.argmin([_train(x, y, d) for d in range(16)])),
        lambda x, y: min(_train(x, y, d) for d in range(16)),
        lambda x, y: np.arange(16),
        lambda x, y: 16,
        lambda x, y: 2.5,
        lambda x, y: int(np.argmax([_train(x, y, d) for d in range(16)])),
    ],
}
