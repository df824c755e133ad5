"""Right answers to the exercises of sitting 01b, written differently from the solutions in the lecture."""

import numpy as np


def by_removing(parents):
    """Take a name that nothing left over is computed from, again and again."""
    left, order = dict(parents), []
    while left:
        used = {parent for before in left.values() for parent in before}
        name = next(one for one in left if one not in used)
        order.append(name)
        del left[name]
    return tuple(order)


def example_by_example(grad_A, X, W, b):
    grad_W, grad_b, grad_X = np.zeros_like(W), np.zeros_like(b), np.zeros_like(X)
    for n, x in enumerate(X):
        for i, w in enumerate(W):
            if w @ x + b[i] > 0:
                grad_W[i] += grad_A[n, i] * x
                grad_b[i] += grad_A[n, i]
                grad_X[n] += grad_A[n, i] * w
    return grad_W, grad_b, grad_X


def in_mini_batches(X, y):
    """Write the bias as a weight of a constant input, and take thirty points at a time."""
    rng = np.random.default_rng(3)
    first, second = rng.normal(0, 2, (3, 40)), rng.normal(0, 0.3, (41, 3))
    for _ in range(400):
        for few in np.array_split(rng.permutation(len(X)), 10):
            inputs = np.column_stack([X[few], np.ones(len(few))])
            hidden = np.column_stack([np.maximum(inputs @ first, 0), np.ones(len(few))])
            scores = np.exp(hidden @ second)
            error = scores / scores.sum(axis=1, keepdims=True)
            error[np.arange(len(few)), y[few]] -= 1
            back = (error @ second[:-1].T) * (hidden[:, :-1] > 0)
            second -= 0.3 / len(few) * hidden.T @ error
            first -= 0.3 / len(few) * inputs.T @ back
    return [first[:2].T.tolist(), first[2], second[:-1].T, second[-1]]


ALTERNATIVES = {
    "01b.1": np.array([1.9, 1.99]),
    "01b.2": [-8.0, 4.0, -4.0, -4.0],
    "01b.3": by_removing,
    "01b.4": example_by_example,
    "01b.5": " (B)",
    "01b.6": in_mini_batches,
}
