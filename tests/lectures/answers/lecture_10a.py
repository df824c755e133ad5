"""Right answers to the exercises of lecture 10a, written differently from the solutions in the lecture."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def statistics_from_moments(X):
    columns = X.transpose(0, 1).reshape(X.shape[1], -1)
    mean = columns.sum(dim=1) / columns.shape[1]
    return [mean, ((columns - mean[:, None]) ** 2).mean(dim=1).sqrt()]


def add_channel_by_channel(x, weight):
    same = torch.zeros_like(weight)
    for channel in range(len(weight)):
        same[channel, channel, 1, 1] = 1
    return F.relu(F.conv2d(x, weight + same, padding="same"))


class Small(nn.Module):
    """A convolution that adds a tenth of what it finds."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(6, 6, 3, padding=1)

    def forward(self, x):
        return F.relu(x + 0.1 * self.layer(x))


def scaled_branches():
    pooled = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2))
    return nn.Sequential(pooled, *(Small() for _ in range(25)), nn.Flatten(), nn.Linear(96, 10))


ALTERNATIVES = {
    "10a.1": statistics_from_moments,
    "10a.2": np.int64(156 + 2_416 + 30_840 + 10_164 + 850),
    "10a.3": add_channel_by_channel,
    "10a.4": "B",
    "10a.5": scaled_branches,
}
