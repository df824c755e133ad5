"""Right answers to the exercises of lecture 03, written differently from the solutions in the lecture."""

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


def by_strided_sums(x, size):
    rows, columns = (length // size * size for length in x.shape[2:])
    taps = [x[:, :, i:rows:size, j:columns:size] for i in range(size) for j in range(size)]
    return sum(taps) / size**2


def channel_by_channel(x, gamma, beta, eps):
    out = np.empty_like(x)
    for c in range(x.shape[1]):
        values = x[:, c]
        out[:, c] = (values - values.mean()) * gamma[c] * (values.var() + eps) ** -0.5 + beta[c]
    return out


def pooled_network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.AvgPool2d(2)
    )


ALTERNATIVES = {
    "03.1": by_windows,
    "03.2": counted,
    "03.3": 6.0,
    "03.4": [4, 8, 6, 9],
    "03.5": 3232.0,
    "03.6": by_strided_sums,
    "03.7": channel_by_channel,
    "03.8": pooled_network,
    "03.9": "B ",
}
