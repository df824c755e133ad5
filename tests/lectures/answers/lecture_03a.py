"""Right answers to the exercises of lecture 03a, written differently from the solutions in the lecture."""

import numpy as np
from torch import nn


def by_windows(x, weight, bias, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    sums = np.einsum("nchwij,ocij->nohw", windows[:, :, ::stride, ::stride], weight)
    return sums + bias.reshape(1, -1, 1, 1)


def searched(output_length, kernel_size, stride, padding, dilation):
    for length in range(1, 1000):
        starts = range(0, length + 2 * padding - dilation * (kernel_size - 1), stride)
        if len(starts) == output_length:
            return length
    return None


def pooled_network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.AvgPool2d(2)
    )


ALTERNATIVES = {
    "03a.1": [-1.0, 5.0, 2.0],
    "03a.2": searched,
    "03a.3": 6.0,
    "03a.4": by_windows,
    "03a.5": [4, 8, 6, 9],
    "03a.6": 3232.0,
    "03a.7": pooled_network,
}
