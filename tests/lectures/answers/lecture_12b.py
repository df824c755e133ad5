"""Right answers to the exercises of lecture 12b, written differently from the solutions in the lecture."""

import statistics

import numpy as np


def rates_from_the_head_down(count, head_rate, factor):
    rates = [head_rate]
    while len(rates) < count:
        rates.insert(0, rates[0] * factor)
    return rates


def gain_by_the_standard_library(scratch, transferred):
    differences = [new - old for old, new in zip(scratch.tolist(), transferred.tolist(), strict=True)]
    return statistics.fmean(differences), statistics.stdev(differences) / len(differences) ** 0.5


def fine_tune_by_ridge(w_old, X, y):
    return w_old + np.linalg.solve(X.T @ X + np.eye(len(w_old)), X.T @ (y - X @ w_old))


ALTERNATIVES = {
    "12b.1": rates_from_the_head_down,
    "12b.2": gain_by_the_standard_library,
    "12b.3": "B",
    "12b.4": fine_tune_by_ridge,
}
