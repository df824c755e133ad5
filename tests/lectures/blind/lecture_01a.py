"""Answers to the exercises of sitting 01a, written from the task texts."""

import numpy as np
import torch
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


RIGHT = {
    "01a.1": [(1.5, 0, 4), [1.5, 0.0, 4.0], np.array([1.5, 0, 4])],
    "01a.2": [
        ([1, 1, 1, 1], [-1, -2, -3, -4], [2, -2, -2, 2]),
        (np.array([2, 2, 2, 2]), np.array([-2, -4, -6, -8]), np.array([1, -1, -1, 1])),
        [[-1, -1, -1, -1], [4, 3, 2, 1], [2, -2, -2, 2]],
    ],
    "01a.3": [267, 267.0, np.int64(267), torch.tensor(267)],
    "01a.4": [_forward, _single, lambda *a: list(_forward(*a))],
    "01a.5": [(15, 26, 5), [15, 26, 5], np.array([15, 26, 5])],
    "01a.6": [81, 81.0, np.int64(81)],
    "01a.7": ["c", "C", "(c)"],
}
WRONG = {
    "01a.1": [(1.5, -1, 4), (0.5, 0, 3), (4.5, 11, 0), (1.5, 1, 4), (1.5, 0, -2), 1.5],
    "01a.2": [
        ([1, 1, 1], [-1, -2, -3], [2, -2, -2]),
        ([1, 1, 1, 1], [1, 2, 3, 4], [2, -2, -2, 2]),
        ([1, 1, 1, 1], [-1, -2, -3, -4], [1, -1, -1, 1]),
        ([1, 1, 1, 1, 1], [0, -1, -2, -3, -4], [0, 2, -2, -2, 2]),
        ([1, 1, 1, 1], [-1, -2, -3, -4]),
        "roof",
    ],
    "01a.3": [246, 244, 249, 275, 25, 266, 268, 252, 242],
    "01a.4": [
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
    "01a.5": [(1, 26, 5), (3, 26, 5), (15, 1, 5), (15, 26, 32), (15, 26, 1), (5, 26, 5), (8, 26, 5), 15, (15, 26)],
    "01a.6": [80, 82, 16, 12, 4, 27, 244, 32, 40, 3],
    "01a.7": ["a", "b", "d", "e", 3],
}
