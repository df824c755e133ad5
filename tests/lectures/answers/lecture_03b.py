"""Right answers to the exercises of lecture 03b, written differently from the solutions in the lecture."""

import numpy as np
from torch import nn


def by_strided_sums(x, size):
    rows, columns = (length // size * size for length in x.shape[2:])
    taps = [x[:, :, i:rows:size, j:columns:size] for i in range(size) for j in range(size)]
    return sum(taps) / size**2


def filter_by_filter(weight, bias, gamma, beta, mean, variance, eps):
    filters, shifts = np.empty_like(weight), np.empty_like(bias)
    for o in range(len(bias)):
        factor = gamma[o] * (variance[o] + eps) ** -0.5
        filters[o] = weight[o] * factor
        shifts[o] = beta[o] + factor * bias[o] - factor * mean[o]
    return filters, shifts


def one_wide_kernel():
    return nn.Sequential(nn.Conv2d(1, 1, 21, padding=10), nn.Tanh(), nn.Conv2d(1, 8, 1))


ALTERNATIVES = {
    "03b.1": by_strided_sums,
    "03b.2": [5.0, 9.0, 11.0],
    "03b.3": one_wide_kernel,
    "03b.4": filter_by_filter,
    "03b.5": "C ",
}
