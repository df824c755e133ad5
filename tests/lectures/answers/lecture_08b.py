"""Right answers to the exercises of lecture 08b, written differently from the solutions in the lecture."""

import numpy as np


def by_copy(weight, bias, grad_weight, grad_bias, strength):
    gradients = [grad_weight.copy(), grad_bias.copy()]
    gradients[0] += weight * strength
    return tuple(gradients)


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
    "08b.1": by_copy,
    "08b.2": by_clipping,
    "08b.3": by_columns,
    "08b.4": "B",
    "08b.5": 1 / 1024**2,
    "08b.6": by_running_minimum,
}
