"""Right answers to the exercises of lecture 05b, written differently from the solutions in the lecture."""

import numpy as np
import torch
from torch import nn


def softmax_row_by_row(logits):
    rows = []
    for row in logits:
        differences = np.subtract.outer(row, row)  # [i, j] is x_i - x_j
        with np.errstate(over="ignore"):
            rows.append(1 / np.exp(-differences).sum(axis=1))
    return np.array(rows)


def centered_by_its_biases():
    torch.manual_seed(3)
    network = nn.Sequential()
    for inputs in (64, *[32] * 7):
        layer = nn.Linear(inputs, 32)
        layer.weight.data = 4 * torch.randn(32, inputs) / inputs**0.5
        layer.bias.data = -layer.weight.data.sum(dim=1) / 2 if inputs == 32 else torch.zeros(32)
        network.extend([layer, nn.Sigmoid()])
    network.append(nn.Linear(32, 10))
    return network


ALTERNATIVES = {
    "05b.1": 20.0,
    "05b.2": 0.13,
    "05b.3": ["linear", "softmax", "sigmoid", "softplus"],
    "05b.4": softmax_row_by_row,
    "05b.5": " C",
    "05b.6": centered_by_its_biases,
}
