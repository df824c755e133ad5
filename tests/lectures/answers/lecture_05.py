"""Right answers to the exercises of lecture 05, written differently from the solutions in the lecture."""

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


def softmax_row_by_row(logits):
    rows = []
    for row in logits:
        differences = np.subtract.outer(row, row)  # [i, j] is x_i - x_j
        with np.errstate(over="ignore"):
            rows.append(1 / np.exp(-differences).sum(axis=1))
    return np.array(rows)


ALTERNATIVES = {
    "05.1": fold_by_trying,
    "05.2": silu_backward_in_one_fraction,
    "05.3": selu_by_mask,
    "05.4": 10.0,
    "05.5": 0.14,
    "05.6": softmax_row_by_row,
    "05.7": " C",
    "05.8": ["linear", "softmax", "sigmoid", "softplus"],
}
