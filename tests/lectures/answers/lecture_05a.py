"""Right answers to the exercises of lecture 05a, written differently from the solutions in the lecture."""

import numpy as np


def fold_by_trying(weights, biases):
    def stack(x):
        for W, b in zip(weights, biases, strict=True):
            x = W @ x + b[:, None]
        return x

    inputs = weights[0].shape[1]
    bias = stack(np.zeros((inputs, 1)))
    return stack(np.eye(inputs)) - bias, bias[:, 0]


def silu_backward_in_one_fraction(grad_output, x):
    e = np.exp(-np.abs(x))  # never above 1, so that nothing overflows
    right = (1 + e + x * e) / (1 + e) ** 2
    return grad_output * np.where(x > 0, right, e * (1 + e + x) / (1 + e) ** 2)


def selu_by_mask(x):
    y = 1.0507009873554805 * x
    left = x <= 0
    y[left] = 1.0507009873554805 * 1.6732632423543772 * np.expm1(x[left])
    return y


def softened_leaky_relu(z):
    y = np.logaddexp(0, 4 * z) / 4 + 0.15 * z
    grid = np.linspace(-10, 10, 20_001)
    like = np.exp(-(grid**2) / 2) / np.exp(-(grid**2) / 2).sum()
    outputs = np.logaddexp(0, 4 * grid) / 4 + 0.15 * grid
    mean = outputs @ like
    return (y - mean) / np.sqrt((outputs - mean) ** 2 @ like)


ALTERNATIVES = {
    "05a.1": fold_by_trying,
    "05a.2": " B",
    "05a.3": selu_by_mask,
    "05a.4": silu_backward_in_one_fraction,
    "05a.5": softened_leaky_relu,
}
