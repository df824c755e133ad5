"""Right answers to the exercises of lecture 08c, written differently from the solutions in the lecture."""

import numpy as np


def by_leaving_one_out(X, y, strengths):
    errors = []
    for strength in strengths:
        hat = X @ np.linalg.solve(X.T @ X / len(X) + strength * np.eye(X.shape[1]), X.T / len(X))
        errors.append(np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2))
    return strengths[int(np.argmin(errors))]


def by_clipping(w, gradient, learning_rate, strength):
    moved = w - gradient * learning_rate
    reach = learning_rate * strength
    return moved - np.clip(moved, -reach, reach)


def by_columns(W1, W2, x):
    step = np.eye(len(x), dtype=complex) * 1e-30j + x  # one complex step for each input
    outputs = np.tanh(step @ W1.T) @ W2.T
    return np.sum((outputs.imag / 1e-30) ** 2)


def by_running_minimum(losses, patience):
    lowest = np.minimum.accumulate(losses)
    last_fall = np.array([int(np.flatnonzero(lowest == value)[0]) for value in lowest])
    waited = np.arange(len(losses)) - last_fall
    over = np.flatnonzero(waited >= patience)
    stop = int(over[0]) if len(over) else len(losses) - 1
    return stop + 1, int(last_fall[stop]) + 1


ALTERNATIVES = {
    "08c.1": by_leaving_one_out,
    "08c.2": by_clipping,
    "08c.3": by_columns,
    "08c.4": 1 / 1024**2,
    "08c.5": by_running_minimum,
    "08c.6": "B",
}
