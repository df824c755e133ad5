"""Answers to the exercises of lecture 01, written from the task texts."""

from itertools import product

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def _forward(X, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = np.maximum(X @ W.T + b, 0)
    return X @ weights[-1].T + biases[-1]


def _by_shape(X, weights, biases):
    for W, b in zip(weights, biases, strict=True):
        X = X @ W.T + b
        if W.shape != weights[-1].shape:
            X = np.maximum(0, X)
    return X


def _single(X, weights, biases):
    X = torch.tensor(X).float()
    for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
        X = F.linear(X, torch.tensor(W).float(), torch.tensor(b).float())
        X = X.relu() if i < len(weights) - 1 else X
    return X.numpy()


def _all(f, ending=lambda x: x, bias=1):
    def answer(X, weights, biases):
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            X = f(X @ W.T + bias * b)
        return ending(X @ weights[-1].T + bias * biases[-1])

    return answer


def _classes(X, W1, b1, W2, b2, hidden=1, out=0, axis=1):
    H = X @ W1.T + b1
    H = np.maximum(0, H) if hidden else H
    z = H @ W2.T + b2
    return (np.maximum(0, z) if out else z).argmax(axis)


def _faults(hidden, out, axis):
    return lambda *a: _classes(*a, hidden, out, axis)


def _net(*ending, first=(), pool=nn.AdaptiveAvgPool1d, channels=8):
    return nn.Sequential(
        *first, nn.Conv1d(1, channels, 5, padding=2), nn.ReLU(), pool(1), nn.Flatten(), nn.Linear(channels, 4), *ending
    )


def _nan():
    net = _net()
    net[0].weight.data[:] = np.nan
    return net


def _scaled(factor):
    net = _net()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter *= factor
    return net


RIGHT = {
    "01.1": [267, 267.0, np.int64(267), torch.tensor(267)],
    "01.2": [_forward, _single, lambda *a: list(_forward(*a))],
    "01.3": [(15, 26, 5), [15, 26, 5], np.array([15, 26, 5])],
    "01.4": [_classes, lambda *a: list(_classes(*a)), lambda *a: torch.tensor(_classes(*a)).numpy()],
    "01.5": [32, 32.0, np.int64(32)],
    "01.6": [
        _net(),
        _net(pool=nn.AdaptiveMaxPool1d),
        _net(first=[nn.ReLU(inplace=True)]),
        _scaled(0.01),
        nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 4)),
        nn.Sequential(nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 4)),
        nn.Sequential(nn.Conv1d(1, 1, 5), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(1, 4)),
        nn.Sequential(
            nn.Conv1d(1, 4, 9), nn.BatchNorm1d(4), nn.Tanh(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 4)
        ),
    ],
    "01.7": ["c", "C", "(c)"],
}
WRONG = {
    "01.1": [246, 244, 249, 275, 25, 266, 268, 252, 242],
    "01.2": [
        _by_shape,
        _all(lambda x: x),
        _all(lambda x: np.maximum(x, 0), lambda x: np.maximum(x, 0)),
        _all(lambda x: np.maximum(x, 0), bias=0),
        _all(np.tanh),
        _all(np.abs),
        _all(lambda x: 1 / (1 + np.exp(-x))),
        _all(lambda x: np.maximum(x, 0), lambda x: x.T),
        _all(lambda x: np.maximum(x, 0), lambda x: x.squeeze()),
        _all(lambda x: np.maximum(x, 0), lambda x: x.argmax(1)),
        _all(lambda x: np.minimum(x, 0)),
        lambda X, w, b: np.maximum(0, X @ w[0].T + b[0]),
        lambda X, w, b: X @ w[-1].T + b[-1] if len(w) == 1 else _forward(X, w[:-1], b[:-1]),
        lambda X, w, b: _forward(X, w[::-1], b[::-1]),
        lambda X, w, b: _forward(X, w, [-v for v in b]),
        _all(lambda x: np.maximum(x, 0), lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
    ],
    "01.3": [(1, 26, 5), (3, 26, 5), (15, 1, 5), (15, 26, 32), (15, 26, 1), (5, 26, 5), (8, 26, 5), 15, (15, 26)],
    "01.4": [
        *(_faults(*faults) for faults in product((0, 1), (0, 1), (0, 1)) if faults != (1, 0, 1)),
        lambda *a: _classes(*a) + 1,
        lambda X, W1, b1, W2, b2: _classes(X, W1, 0 * b1, W2, b2),
        lambda X, W1, b1, W2, b2: _classes(X, W1, b1, W2, 0 * b2),
        lambda X, W1, b1, W2, b2: np.maximum(0, X @ W1.T + b1) @ W2.T + b2,
        lambda X, W1, b1, W2, b2: (np.maximum(0, X @ W1.T + b1) @ W2.T + b2).max(1),
        lambda X, W1, b1, W2, b2: (np.maximum(0, X @ W1.T + b1) @ W2.T + b2).argmin(1),
        lambda *a: _classes(*a)[:, None],
        lambda X, W1, b1, W2, b2: (np.maximum(0, X @ W1.T + b1) @ W2.T + b2).argmax(),
    ],
    "01.5": [31, 33, 10, 16, 5, 97, 64, 30, 11],
    "01.6": [
        _net(nn.Softmax(1)),
        _net(nn.LogSoftmax(1)),
        _net(nn.Sigmoid()),
        _net(nn.Tanh()),
        _net(nn.ReLU()),
        _nan(),
        nn.Sequential(nn.Conv1d(1, 8, 5), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 4)),
        nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.ReLU(), nn.Linear(4, 4)),
        nn.Sequential(nn.Conv1d(1, 8, 3, stride=4), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 4)),
        _net(channels=40),
        nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU()),
        nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3)),
        lambda x: x,
        [nn.Linear(64, 4)],
        nn.Sequential,
    ],
    "01.7": ["a", "b", "d", "e", 3],
}
