"""Right answers to the exercises of lecture 10b, written differently from the solutions in the lecture."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_utils.training import flip_and_shift


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


def own_network(X, y):
    torch.manual_seed(3)
    network = nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )
    adam = torch.optim.Adam(network.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, 0.01, total_steps=4 * 63)
    for _ in range(4):
        for rows in torch.randperm(len(X)).split(16):
            loss = F.cross_entropy(network(flip_and_shift(X[rows])), y[rows])
            adam.zero_grad()
            loss.backward()
            adam.step()
            schedule.step()
    return network


ALTERNATIVES = {
    "10b.1": "B",
    "10b.2": mirror_one_by_one,
    "10b.3": smooth_by_filling,
    "10b.4": probabilities_of_both,
    "10b.5": rate_by_interpolation,
    "10b.6": own_network,
}
