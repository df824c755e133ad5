"""Right answers to the exercises of lecture 08a, written differently from the solutions in the lecture."""

import numpy as np


def by_cases(w, b, X, t, epsilon):
    up = np.where(t == 1, -1, 1)  # target 1: the score must fall; target 0: it must rise
    return X + epsilon * np.outer(up, np.sign(w))


def sample_by_sample(x, y, share, order, classes):
    mixed, targets = np.empty_like(x), np.zeros((len(x), classes))
    for i, j in enumerate(order):
        mixed[i] = x[j] + share * (x[i] - x[j])
        targets[i, y[i]] += share
        targets[i, y[j]] += 1 - share
    return mixed, targets


def by_where(x, grad_output, kept, p):
    return tuple(np.where(kept, values / (1 - p), 0.0) for values in (x, grad_output))


def by_sorting(val_errors, test_errors):
    models = sorted(range(val_errors.shape[1]), key=lambda model: val_errors[:, model].sum())
    return np.average(test_errors, axis=0)[models[0]]


ALTERNATIVES = {
    "08a.1": "B",
    "08a.2": by_cases,
    "08a.3": sample_by_sample,
    "08a.4": by_where,
    "08a.5": by_sorting,
    "08a.6": (784 + 1) * 101 - 1,
}
