"""Right answers to the exercises of lecture 03a, written differently from the solutions in the lecture."""

import math

import numpy as np
from torch import nn


def by_windows(x, weight, bias, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    sums = np.einsum("nchwij,ocij->nohw", windows[:, :, ::stride, ::stride], weight)
    return sums + bias.reshape(1, -1, 1, 1)


def counted(length, kernel_size, stride, padding, dilation):
    last_start = length + 2 * padding - dilation * (kernel_size - 1)
    return math.ceil(last_start / stride)


def pooled_network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.AvgPool2d(2)
    )


ALTERNATIVES = {
    "03a.1": [-1.0, 5.0, 2.0],
    "03a.2": counted,
    "03a.3": 6.0,
    "03a.4": by_windows,
    "03a.5": [4, 8, 6, 9],
    "03a.6": 3232.0,
    "03a.7": pooled_network,
}
