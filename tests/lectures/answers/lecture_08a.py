"""Right answers to the exercises of lecture 08a, written differently from the solutions in the lecture."""

import numpy as np


def by_sorting(val_errors, test_errors):
    models = sorted(range(val_errors.shape[1]), key=lambda model: val_errors[:, model].sum())
    return np.average(test_errors, axis=0)[models[0]]


def by_the_hat(x, y):
    errors = []
    for degree in range(16):
        A = np.polynomial.legendre.legvander(2 * x - 1, degree)
        hat = A @ np.linalg.pinv(A)  # leaving one out has a closed form
        errors.append(np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2))
    return int(np.argmin(errors))


ALTERNATIVES = {
    "08a.1": [1, 26 / 3, 29 / 3],
    "08a.2": by_sorting,
    "08a.3": "D",
    "08a.4": by_the_hat,
}
