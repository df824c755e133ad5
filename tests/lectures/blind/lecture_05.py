"""Answers to the exercises of lecture 05, written from the task texts alone."""

import numpy as np
import torch
from scipy import special
from torch.nn import functional as F

from course_utils import activations

SCALE, ALPHA = activations.SELU_SCALE, activations.SELU_ALPHA


def _fold(weights, biases):
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:], strict=True):
        W, b = V @ W, V @ b + c
    return W, b


def _bias(change):
    def answer(weights, biases):
        W, b = weights[0], biases[0]
        for V, c in zip(weights[1:], biases[1:], strict=True):
            W, b = V @ W, change(V, W, b, c)
        return W, b

    return answer


def _silu(g, x):
    s = activations.sigmoid(x)
    return g * s * (1 + x * (1 - s))


def _own_silu(g, x):
    s = np.exp(x) / (1 + np.exp(x))
    return g * (s + x * s * (1 - s))


def _selu(x, scale=SCALE, alpha=ALPHA):
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _softmax(x, axis=1, shift=True):
    e = np.exp(x - x.max(axis, keepdims=True)) if shift else np.exp(x)
    return e / e.sum(axis, keepdims=True)


RIGHT = {
    "05.1": [_fold, lambda w, b: list(_fold(w, b)), lambda w, b: _fold([m.astype(np.float32) for m in w], b)],
    "05.2": [
        _silu,
        lambda g, x: g * (special.expit(x) + x * special.expit(x) * special.expit(-x)),
        lambda g, x: (
            torch.tensor(g).float()
            * torch.sigmoid(torch.tensor(x).float())
            * (1 + torch.tensor(x).float() * torch.sigmoid(-torch.tensor(x).float()))
        ).numpy(),
    ],
    "05.3": [
        _selu,
        lambda x: _selu(x.astype(np.float32)),
        lambda x: np.where(x > 0, SCALE * x, SCALE * ALPHA * (np.exp(np.minimum(x, 0)) - 1)),
    ],
    "05.4": [10, 10.0, np.int64(10)],
    "05.5": [(2 / 100) ** 0.5, 0.14, np.sqrt(1 / 50), torch.sqrt(torch.tensor(2 / 100)), np.array(0.1414)],
    "05.6": [
        _softmax,
        lambda x: _softmax(x.astype(np.float32)),
        lambda x: np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True)),
    ],
    "05.7": ["c", "C", "(c)"],
    "05.8": [
        ("linear", "softmax", "sigmoid", "softplus"),
        ["Linear", "Softmax ", "sigmoid", "softplus"],
        np.array(["linear", "softmax", "sigmoid", "softplus"]),
    ],
}
WRONG = {
    "05.1": [
        _bias(lambda V, W, b, c: V @ b),
        _bias(lambda V, W, b, c: b + c if b.shape == c.shape else c),
        _bias(lambda V, W, b, c: c),
        _bias(lambda V, W, b, c: V @ W @ np.ones(W.shape[1]) + c),
        lambda w, b: (_fold(w, b)[0].T, _fold(w, b)[1]),
        lambda w, b: _fold(w[:2], b[:2]),
        lambda w, b: _fold(w, b)[0],
        lambda w, b: (_fold(w, b)[0], -_fold(w, b)[1]),
        lambda w, b: (_fold(w, b)[0], _fold(w, b)[1][:, None]),
        lambda w, b: _fold(w[::-1], b[::-1]),
        lambda w, b: (w[-1], b[-1]),
    ],
    "05.2": [
        _own_silu,
        lambda g, x: g * activations.sigmoid(x),
        lambda g, x: g * x * activations.sigmoid(x) * (1 - activations.sigmoid(x)),
        lambda g, x: g * activations.sigmoid(x) + x * activations.sigmoid(x) * (1 - activations.sigmoid(x)),
        lambda g, x: g * (activations.sigmoid(x) + x * activations.sigmoid(x)),
        lambda g, x: g * (activations.sigmoid(x) + activations.sigmoid(x) * (1 - activations.sigmoid(x))),
        lambda g, x: _silu(np.ones_like(g), x),
        lambda g, x: g * x * activations.sigmoid(x),
        lambda g, x: g * (activations.sigmoid(x) - x * activations.sigmoid(x) * (1 - activations.sigmoid(x))),
        lambda g, x: _silu(g, x).sum(0),
        lambda g, x: -_silu(g, x),
        lambda g, x: _silu(g, x).squeeze(),
    ],
    "05.3": [
        lambda x: np.where(x > 0, x, SCALE * ALPHA * np.exp(x) - 1),
        lambda x: np.where(x > 0, SCALE * x, SCALE * ALPHA * np.exp(x) - 1),
        lambda x: np.where(x > 0, x, SCALE * ALPHA * (np.exp(x) - 1)),
        lambda x: SCALE * np.where(x > 0, x, ALPHA * np.exp(x) - 1),
        lambda x: np.where(x > 0, SCALE * x, ALPHA * (np.exp(x) - 1)),
        lambda x: np.where(x > 0, x, ALPHA * (np.exp(x) - 1)),
        lambda x: _selu(x, 1.0507, 1.6733),
        lambda x: _selu(x, ALPHA, SCALE),
        lambda x: SCALE * np.where(x > 0, x, np.exp(x) - 1),
        lambda x: F.selu(torch.tensor(x)).numpy() * 0 + activations.selu(x),
        lambda x: SCALE * (np.maximum(x, 0)),
        lambda x: np.exp(x) * (x <= 0) * SCALE * ALPHA - SCALE * ALPHA * (x <= 0) + SCALE * np.maximum(x, 0),
    ],
    "05.4": [9, 11, 20, 6, 4, 5, 9.97, "ten"],
    "05.5": [1.0, 0.02, 0.1, 0.01, 0.0, -0.14, 1e9, "0.14", np.nan],
    "05.6": [
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
    "05.7": ["a", "b", "d", 3, "e"],
    "05.8": [
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
}
