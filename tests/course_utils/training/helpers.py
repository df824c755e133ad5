"""Small networks and short runs that the tests of the training loop share."""

import torch
from torch import nn

from course_utils import training


def small_net(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(256, 10)
    )


def adam(model, lr=0.01):
    return torch.optim.Adam(model.parameters(), lr=lr)


def fit(model, train, validation=None, *, optimizer=None, **options):
    options = {"epochs": 3, "batch_size": 64, "device": "cpu", "verbose": False, **options}
    return training.fit(model, train, validation, optimizer=optimizer or adam(model), **options)


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def overfit(digits, **options):
    """A run whose validation loss first falls, then rises: twenty pictures, a high rate."""
    (X, y), validation = digits
    model = small_net()
    history = fit(model, (X[:20], y[:20]), validation, optimizer=adam(model, lr=0.05), epochs=12, **options)
    return model, history
