"""Answers to the exercises of lecture 05b, written from the task texts alone."""

import numpy as np
import torch
from scipy import special
from torch import nn

from course_utils import activations


def _softmax(x, axis=1, shift=True):
    e = np.exp(x - x.max(axis, keepdims=True)) if shift else np.exp(x)
    return e / e.sum(axis, keepdims=True)


def _network(gain, *, centered=False, layers=8, activation=nn.Sigmoid, units=32):
    """Return a deep network whose weights have the standard deviation gain / √inputs."""
    torch.manual_seed(7)
    parts, inputs = [], 64
    for _ in range(layers):
        layer = nn.Linear(inputs, units)
        nn.init.normal_(layer.weight, std=gain / inputs**0.5)
        nn.init.zeros_(layer.bias)
        if centered and parts:
            layer.bias.data -= layer.weight.data.sum(1) / 2
        parts += [layer, activation()]
        inputs = units
    return nn.Sequential(*parts, nn.Linear(units, 10))


RIGHT = {
    "05b.1": [20, 20.0, np.int64(20)],
    "05b.2": [(2 / 125) ** 0.5, 0.13, 0.1265, torch.sqrt(torch.tensor(2 / 125)), np.array(0.126)],
    "05b.3": [
        ("linear", "softmax", "sigmoid", "softplus"),
        ["Linear", "Softmax ", "sigmoid", "softplus"],
        np.array(["linear", "softmax", "sigmoid", "softplus"]),
    ],
    "05b.4": [
        _softmax,
        lambda x: _softmax(x.astype(np.float32)),
        lambda x: np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True)),
    ],
    "05b.5": ["c", "C", "(c)"],
    "05b.6": [lambda: _network(8), lambda: _network(4, centered=True), lambda: _network(5, centered=True)],
}
WRONG = {
    "05b.1": [19, 21, 10, 9, 40, 6, 19.93, "twenty", 2**20],
    "05b.2": [1.0, 0.1, 0.1414, 0.02, 0.01, 0.0, -0.13, 1e9, "0.13", np.nan, (0.13, 0.13)],
    "05b.3": [
        ("linear", "sigmoid", "softmax", "softplus"),
        ("tanh", "softmax", "sigmoid", "softplus"),
        ("linear", "softmax", "sigmoid", "relu"),
        ("linear", "softmax", "sigmoid", "exp"),
        ("relu", "sigmoid", "sigmoid", "linear"),
        ("linear", "softmax", "softmax", "softplus"),
        ("linear", "softmax", "sigmoid"),
        "linear",
        ("linear", "tanh", "sigmoid", "softplus"),
    ],
    "05b.4": [
        lambda x: _softmax(x, shift=False),
        lambda x: _softmax(x, axis=0),
        lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(1, keepdims=True),
        lambda x: np.log(_softmax(x) + 1e-300),
        lambda x: np.exp(x - x.max(1, keepdims=True)) / np.exp(x - x.max(1, keepdims=True)).sum(),
        lambda x: _softmax(x).squeeze(),
        lambda x: np.exp(x - x.max(1, keepdims=True)),
        lambda x: activations.softmax(x),
        lambda x: special.softmax(x, axis=1),
        lambda x: _softmax(np.clip(x, -50, 50)),
        lambda x: activations.sigmoid(x),
        lambda x: x / x.sum(1, keepdims=True),
    ],
    "05b.5": ["a", "b", "d", 3, "e", "none", 2.0, "cd"],
    "05b.6": [
        lambda: _network(1),
        lambda: _network(2),
        lambda: _network(0.1),
        lambda: _network(100),
        lambda: _network(1, centered=True),
        lambda: _network(8, layers=4),
        lambda: _network(8, activation=nn.ReLU),
        lambda: _network(8, activation=nn.Tanh),
        lambda: _network(8, units=16),
        lambda: list(_network(8)),
        4.0,
        (8, 0.5),
    ],
}
