"""Answers to the exercises of lecture 10, written from the task texts alone."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def _stats(X, dims=(0, 2, 3), correction=0):
    return X.mean(dims), X.std(dims, correction=correction)


def _mirror(X, chosen, dim=3):
    return torch.where(chosen[:, None, None, None], X.flip(dim), X)


def _residual(x, w, padding=1, add=True, relu=True):
    y = F.conv2d(x, w, padding=padding)
    y = y + x if add else y
    return torch.relu(y) if relu else y


def _module(x, weight):
    C = x.shape[1]
    layer = nn.Conv2d(C, C, 3, padding=1)
    layer.weight = nn.Parameter(weight)
    with torch.no_grad():
        layer.bias.zero_()
        return torch.relu(x + layer(x))


def _smooth(y, K, e):
    return F.one_hot(y, K) * (1 - e) + e / K


def _looks(model, X, f=lambda z: z.softmax(1), train=False, both=True):
    model.train(train)
    with torch.no_grad():
        return (f(model(X)) + f(model(X.flip(3)))) / 2 if both else f(model(X))


def _unstable(z):
    return z.exp() / z.exp().sum(1, keepdim=True)


def _half_eval(model, X):
    for layer in model.children():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()
    with torch.no_grad():
        return (model(X).softmax(1) + model(X.flip(3)).softmax(1)) / 2


def _triangle(s, total, peak, w):
    top = w * total
    return peak * s / top if s < top else peak * (total - s) / (total - top)


LENET = 6 * 26 + 16 * 151 + 120 * (16 * 16 + 1) + 84 * 121 + 10 * 85

RIGHT = {
    "10.1": [
        _stats,
        lambda X: (X.mean((0, 2, 3)), X.transpose(0, 1).flatten(1).var(1, unbiased=False).sqrt()),
        lambda X: tuple(
            torch.stack(v) for v in zip(*((c.mean(), c.std(correction=0)) for c in X.unbind(1)), strict=True)
        ),
    ],
    "10.2": [LENET, float(LENET), np.int64(LENET)],
    "10.3": [
        _mirror,
        lambda X, c: torch.stack([x.flip(2) if k else x for x, k in zip(X, c, strict=True)]),
        lambda X, c: X.flip(3) * c[:, None, None, None] + X * ~c[:, None, None, None],
    ],
    "10.4": [
        _residual,
        _module,
        lambda x, w: F.relu(F.conv2d(x.float(), w.float(), padding="same") + x.float()),
    ],
    "10.5": [
        _smooth,
        lambda y, K, e: torch.full((len(y), K), e / K).scatter_(1, y[:, None], 1 - e + e / K),
        lambda y, K, e: torch.eye(K)[y] * (1 - e) + e * torch.ones(K) / K,
    ],
    "10.6": ["b", "B", "b)"],
    "10.7": [
        _looks,
        lambda model, X: torch.stack([_looks(model, X, both=False), _looks(model, X.flip(3), both=False)]).mean(0),
        lambda model, X: _looks(model, torch.cat([X, X.flip(-1)]), both=False).view(2, len(X), -1).mean(0),
    ],
    "10.8": [
        _triangle,
        lambda s, n, p, w: p * min(s / (w * n), (n - s) / (n - w * n)),
        lambda s, n, p, w: np.interp(s, [0, w * n, n], [0, p, 0]),
    ],
}
WRONG = {
    "10.1": [
        lambda X: _stats(X, correction=1),
        lambda X: _stats(X, (2, 3)),
        lambda X: _stats(X, (0, 1, 2, 3)),
        lambda X: _stats(X, (0,)),
        lambda X: (X.mean((0, 2, 3)), X.var((0, 2, 3), correction=0)),
        lambda X: _stats(X)[::-1],
        lambda X: (X.mean((0, 2, 3)), (X - X.mean()).pow(2).mean((0, 2, 3)).sqrt()),
        lambda X: (X.mean((0, 2, 3)), X.std((2, 3), correction=0).mean(0)),
        lambda X: (X.mean((0, 2, 3), keepdim=True), X.std((0, 2, 3), keepdim=True, correction=0)),
        lambda X: _stats(X)[0],
        lambda X: (X.mean((0, 2, 3)), X.pow(2).mean((0, 2, 3)).sqrt()),
        lambda X: tuple(v.numpy() for v in _stats(X)),
        lambda X: _stats(X, (1, 2, 3)),
    ],
    "10.2": [61706, 44416, 44404, LENET - 1, LENET + 1, 61000, 44190, 44420, 44426 - 226, 100000],
    "10.3": [
        lambda X, c: X.flip(3),
        lambda X, c: X,
        lambda X, c: _mirror(X, ~c),
        lambda X, c: _mirror(X, c, 2),
        lambda X, c: _mirror(X, c, 1),
        lambda X, c: _mirror(X, c, (2, 3)),
        lambda X, c: X[c].flip(3),
        lambda X, c: torch.cat([X[c].flip(3), X[~c]]),
        lambda X, c: X.flip(0) * c[:, None, None, None] + X * ~c[:, None, None, None],
        lambda X, c: X.flip(3) * c[:, None, None, None],
        lambda X, c: _mirror(X, c).numpy(),
        lambda X, c: _mirror(X, c).squeeze(),
        lambda X, c: X.flip(3) * c[:, None, None, None] + X,
    ],
    "10.4": [
        lambda x, w: _residual(x, w, add=False),
        lambda x, w: _residual(x, w, relu=False),
        lambda x, w: x + torch.relu(F.conv2d(x, w, padding=1)),
        lambda x, w: torch.relu(F.conv2d(torch.relu(x), w, padding=1) + x),
        lambda x, w: _residual(x, w.flip(2, 3)),
        lambda x, w: _residual(x, w.transpose(0, 1)),
        lambda x, w: torch.relu(F.conv2d(x, w) + x[:, :, 1:-1, 1:-1]),
        lambda x, w: torch.relu(x - F.conv2d(x, w, padding=1)),
        lambda x, w: torch.relu(x) + torch.relu(F.conv2d(x, w, padding=1)),
        lambda x, w: torch.relu(F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), w) + x),
        lambda x, w: _residual(x, w) / 2,
        lambda x, w: torch.relu(torch.cat([x, F.conv2d(x, w, padding=1)], 1)),
        lambda x, w: torch.relu(x * F.conv2d(x, w, padding=1)),
        lambda x, w: _residual(x, w).numpy(),
    ],
    "10.5": [
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e / (K - 1) * (1 - F.one_hot(y, K)),
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e / K * (1 - F.one_hot(y, K)),
        lambda y, K, e: F.one_hot(y, K).float(),
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e,
        lambda y, K, e: F.one_hot(y, K) + e / K,
        lambda y, K, e: F.one_hot(y, K) * e + (1 - e) / K,
        lambda y, K, e: F.one_hot(y, K) * (1 - e),
        lambda y, K, e: _smooth(y, K, e).T,
        lambda y, K, e: _smooth(y, int(y.max()) + 1, e),
        lambda y, K, e: _smooth(y, K, 0.1),
        lambda y, K, e: y[:, None] * (1 - e) + e / K * torch.ones(K),
        lambda y, K, e: _smooth(y, K, e).numpy(),
        lambda y, K, e: F.one_hot((y + 1) % K, K) * (1 - e) + e / K,
    ],
    "10.6": ["a", "c", "d", "e", 2],
    "10.7": [
        lambda m, X: _looks(m, X, train=True),
        lambda m, X: _looks(m, X, lambda z: z),
        lambda m, X: (_looks(m, X, lambda z: z)).softmax(1),
        lambda m, X: _looks(m, X, both=False),
        lambda m, X: 2 * _looks(m, X),
        lambda m, X: _looks(m, X, _unstable),
        _half_eval,
        lambda m, X: _looks(m, X, lambda z: z.log_softmax(1)),
        lambda m, X: _looks(m, (X + X.flip(3)) / 2, both=False),
        lambda m, X: _looks(m, X, lambda z: z.softmax(0)),
        lambda m, X: (_looks(m, X, both=False) + _looks(m, X.flip(2), both=False)) / 2,
        lambda m, X: torch.maximum(_looks(m, X, both=False), _looks(m, X.flip(3), both=False)),
        lambda m, X: (_looks(m, X, both=False) * _looks(m, X.flip(3), both=False)).sqrt(),
        lambda m, X: _looks(m, X).argmax(1),
        lambda m, X: _looks(m, X, torch.sigmoid),
        lambda m, X: _looks(m, X.flip(3), both=False),
    ],
    "10.8": [
        lambda s, n, p, w: _triangle(s, n, p, int(w * n) / n),
        lambda s, n, p, w: p * s / n,
        lambda s, n, p, w: p * min(s / (w * n), 1),
        lambda s, n, p, w: p * (n - s) / n,
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (1 - s / n),
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (n - s) / n,
        lambda s, n, p, w: p * s / w if s < w else p * (n - s) / (n - w),
        lambda s, n, p, w: _triangle(s, n, 1.0, w),
        lambda s, n, p, w: _triangle(s, n, p, 0.5),
        lambda s, n, p, w: _triangle(s, n, p, 1 - w),
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (1 + np.cos(np.pi * (s - w * n) / (n - w * n))) / 2,
        lambda s, n, p, w: p * (n - s) / (n - w * n) if s > w * n else p,
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (s - w * n) / (n - w * n),
    ],
}
