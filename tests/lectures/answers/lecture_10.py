"""Right answers to the exercises of lecture 10, written differently from the solutions in the lecture."""

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


def mirror_one_by_one(X, chosen):
    columns = torch.arange(X.shape[3])
    return torch.stack([x[:, :, columns.flip(0)] if flag else x for x, flag in zip(X, chosen, strict=True)])


def smooth_by_filling(y, classes, epsilon):
    targets = torch.full((len(y), classes), epsilon / classes, dtype=torch.float64)
    for row, label in enumerate(y):
        targets[row, label] += 1 - epsilon
    return targets


def rate_by_interpolation(step, total, peak, warm_up):
    return np.interp(step, [0, warm_up * total, total], [0, peak, 0])


@torch.inference_mode()
def probabilities_of_both(model, X):
    model.train(False)
    both = nn.Softmax(dim=1)(model(torch.cat([X, torch.flip(X, dims=(-1,))])))
    return 0.5 * (both[: len(X)] + both[len(X) :])


ALTERNATIVES = {
    "10.1": statistics_from_moments,
    "10.2": np.int64(156 + 2_416 + 30_840 + 10_164 + 850),
    "10.3": mirror_one_by_one,
    "10.4": add_channel_by_channel,
    "10.5": smooth_by_filling,
    "10.6": "B",
    "10.7": probabilities_of_both,
    "10.8": rate_by_interpolation,
}
