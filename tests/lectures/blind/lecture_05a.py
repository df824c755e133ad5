"""Answers to the exercises of lecture 05a, written from the task texts alone."""

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


def _standardized(f):
    """Return f, shifted and scaled to mean 0 and variance 1 for normal z."""
    grid = np.linspace(-10, 10, 20_001)
    weight = np.exp(-(grid**2) / 2) / np.exp(-(grid**2) / 2).sum()
    mean = f(grid) @ weight
    std = np.sqrt((f(grid) - mean) ** 2 @ weight)
    return lambda z: (f(z) - mean) / std


RIGHT = {
    "05a.1": [_fold, lambda w, b: list(_fold(w, b)), lambda w, b: _fold([m.astype(np.float32) for m in w], b)],
    "05a.2": ["b", "B", "(b)"],
    "05a.3": [
        _selu,
        lambda x: _selu(x.astype(np.float32)),
        lambda x: np.where(x > 0, SCALE * x, SCALE * ALPHA * (np.exp(np.minimum(x, 0)) - 1)),
    ],
    "05a.4": [
        _silu,
        lambda g, x: g * (special.expit(x) + x * special.expit(x) * special.expit(-x)),
        lambda g, x: (
            torch.tensor(g).float()
            * torch.sigmoid(torch.tensor(x).float())
            * (1 + torch.tensor(x).float() * torch.sigmoid(-torch.tensor(x).float()))
        ).numpy(),
    ],
    "05a.5": [
        _standardized(lambda z: np.where(z > 0, z, 0.2 * z)),
        _standardized(lambda z: np.where(z > 0, z, 0.1 * np.expm1(np.minimum(z, 0)) + 0.1 * z)),
        lambda z: torch.tensor(_standardized(lambda z: np.abs(z) + 1.5 * z)(z)).float().numpy(),
        _standardized(lambda z: activations.softplus(3 * z) / 3 + 0.1 * z),
    ],
}
WRONG = {
    "05a.1": [
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
    "05a.2": ["a", "c", "d", 2, "e", "both", "ab", "", "bias"],
    "05a.3": [
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
    "05a.4": [
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
    "05a.5": [
        lambda z: np.maximum(z, 0),
        np.tanh,
        lambda z: z,
        activations.selu,
        activations.gelu,
        lambda z: activations.sigmoid(z) - 0.5,
        lambda z: activations.leaky_relu(z, 0.2) - 0.32,
        _standardized(lambda z: np.maximum(z, 0)),
        _standardized(lambda z: np.where(z > 0, z, 0.6 * z)),
        lambda z: (z - z.mean()) / z.std(),
        lambda z: _standardized(lambda z: np.where(z > 0, z, 0.2 * z))(z).sum(),
        lambda z: np.sqrt(np.maximum(z, 0)) * np.nan,
        0.3,
    ],
}
