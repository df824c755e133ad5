"""Right answers to the exercises of sitting 04b, written differently from the solutions in the lecture."""

import numpy as np


def max_pool_by_indices(delta, a, kernel_size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(a, kernel_size, axis=2)[:, :, ::stride][:, :, : delta.shape[2]]
    n, c, x = np.indices(delta.shape)
    gradient = np.zeros(a.shape)
    np.add.at(gradient, (n, c, x * stride + windows.argmax(axis=3)), delta)
    return gradient


def max_pool_by_shifts(a, kernel_size, stride):
    outputs = (a.shape[2] - kernel_size) // stride + 1
    shifted = [a[:, :, i::stride][:, :, :outputs] for i in range(kernel_size)]
    return np.max(shifted, axis=0)


def average_pool_by_shifts(delta, size, kernel_size, stride):
    gradient = np.zeros((*delta.shape[:2], *size))
    (rows, columns), share = delta.shape[2:], delta / kernel_size**2
    for i, j in np.ndindex(kernel_size, kernel_size):
        gradient[:, :, i : i + rows * stride : stride, j : j + columns * stride : stride] += share
    return gradient


def shifted_and_stretched(x):
    return 5 - 0.3 * x


ALTERNATIVES = {
    "04b.1": average_pool_by_shifts,
    "04b.2": np.array([2.0, -2.0, 0.0, 0.0]),
    "04b.3": shifted_and_stretched,
    "04b.4": (max_pool_by_shifts, max_pool_by_indices),
}
