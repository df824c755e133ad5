"""Right answers to the exercises of lecture 08b, written differently from the solutions in the lecture."""

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


def by_ridge(X, y, X_new):
    columns = np.hstack([X, np.ones((len(X), 1))])
    gram = columns.T @ columns / len(X) + 0.3 * np.eye(columns.shape[1])
    W = np.linalg.solve(gram, columns.T @ (y[:, None] == np.arange(10)) / len(X))
    return np.argmax(np.hstack([X_new, np.ones((len(X_new), 1))]) @ W, axis=1)


ALTERNATIVES = {
    "08b.1": "B",
    "08b.2": by_cases,
    "08b.3": sample_by_sample,
    "08b.4": by_where,
    "08b.5": by_ridge,
}
