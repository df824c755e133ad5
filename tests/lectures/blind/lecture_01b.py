"""Answers to the exercises of sitting 01b, written from the task texts."""

import numpy as np
import torch


def _depth_first(parents):
    found = []

    def visit(name):
        if name not in found:
            for one in parents[name]:
                visit(one)
            found.append(name)

    for name in parents:
        visit(name)
    return found[::-1]


def _waiting(parents):
    left, order = dict(parents), []
    while left:
        free = next(name for name in left if not any(name in others for others in left.values()))
        order.append(free)
        del left[free]
    return order


def _level(name, parents, farthest=max):
    return 1 + farthest((_level(one, parents, farthest) for one in parents[name]), default=0)


def _by_level(parents):
    return sorted(parents, key=lambda name: -_level(name, parents))


def _roots(parents):
    return [name for name in parents if not any(name in others for others in parents.values())]


def _breadth_first(parents, again=False):
    order, line = [], _roots(parents)
    while line:
        name = line.pop(0)
        if again or name not in order:
            order.append(name)
            line += parents[name]
    return order


def _before_its_parents(parents):
    order = []

    def visit(name):
        if name not in order:
            order.append(name)
            for one in parents[name]:
                visit(one)

    for name in _roots(parents):
        visit(name)
    return order


def _forgetful(parents):
    _depth_first(parents)


def _layer(grad_A, X, W, b, *, use_b=1, mask=lambda Z: Z > 0):
    grad_Z = grad_A * mask(X @ W.T + use_b * b)
    return grad_Z.T @ X, grad_Z.sum(axis=0), grad_Z @ W


def _one_by_one(grad_A, X, W, b):
    dW, db, dX = np.zeros(W.shape), np.zeros(b.shape), np.zeros(X.shape)
    for n in range(len(X)):
        for o in range(len(W)):
            if W[o] @ X[n] + b[o] > 0:
                dW[o] += grad_A[n, o] * X[n]
                db[o] += grad_A[n, o]
                dX[n] += grad_A[n, o] * W[o]
    return dW, db, dX


def _einsum(grad_A, X, W, b):
    grad_Z = np.where(np.einsum("nf,of->no", X, W) + b > 0, grad_A, 0)
    return [np.einsum("no,nf->of", grad_Z, X), np.einsum("no->o", grad_Z), np.einsum("no,of->nf", grad_Z, W)]


def _changed(change):
    return lambda *arguments: change(*_layer(*arguments))


def _in_place(grad_A, X, W, b):
    grad_A *= X @ W.T + b > 0
    return grad_A.T @ X, grad_A.sum(axis=0), grad_A @ W


def _learn(X, y, H=64, steps=1500, rate=0.03, seed=0, optimizer="adam"):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1, (H, 2)) * 2, rng.normal(0, 1, H), rng.normal(0, np.sqrt(2 / H), (3, H)), np.zeros(3)]
    means, squares = [0 * w for w in weights], [0 * w for w in weights]
    for step in range(1, steps + 1):
        W1, b1, W2, b2 = weights
        A = np.maximum(0, X @ W1.T + b1)
        Z = A @ W2.T + b2
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        P[np.arange(len(y)), y] -= 1
        P /= len(y)
        grad = (P @ W2) * (A > 0)
        slopes = [grad.T @ X, grad.sum(axis=0), P.T @ A, P.sum(axis=0)]
        for k, slope in enumerate(slopes):
            means[k] = 0.9 * means[k] + 0.1 * slope
            squares[k] = 0.99 * squares[k] + 0.01 * slope**2
            mean, square = means[k] / (1 - 0.9**step), squares[k] / (1 - 0.99**step)
            weights[k] = weights[k] - rate * (mean / (np.sqrt(square) + 1e-8) if optimizer == "adam" else slope)
    return tuple(weights)


def _random(X, y, H=64, seed=0):
    return _learn(X, y, H=H, steps=0, seed=seed)


def _zeros(X, y):
    return np.zeros((64, 2)), np.zeros(64), np.zeros((3, 64)), np.zeros(3)


RIGHT = {
    "01b.1": [(1.9, 1.99), [1.9, 1.99], np.array([1.9, 1.99]), torch.tensor([1.9, 1.99])],
    "01b.2": [(-8, 4, -4, -4), [-8.0, 4.0, -4.0, -4.0], np.array([-8, 4, -4, -4])],
    "01b.3": [_depth_first, _waiting, _by_level, lambda parents: tuple(_depth_first(parents))],
    "01b.4": [_layer, _one_by_one, _einsum, _changed(lambda dW, db, dX: [dW.astype(np.float32), db, dX])],
    "01b.5": ["b", "B", "(b)"],
    "01b.6": [
        _learn,
        lambda X, y: _learn(X, y, H=48, seed=1),
        lambda X, y: [one.astype(np.float32) for one in _learn(X, y, steps=1000, rate=0.05, seed=2)],
    ],
}
WRONG = {
    "01b.1": [
        (1.9, 2.8),
        (1.3, 1.51),
        (0.1, -1.61),
        (1.45, 1.6975),
        (-18, -1.8),
        (1.99, 1.9),
        (9, 0.09),
        (2, 2),
        (1.9, 1.9),
        (1.9,),
        1.99,
        "1.9, 1.99",
    ],
    "01b.2": [
        (8, -4, 4, 4),
        (-4, 2, -2, -2),
        (-8, -4, -4, -4),
        (-8, 4, -4, -8),
        (0, 0, 0, 0),
        (-8, 4, 0, -4),
        (-4, -12, -4, -4),
        (-8, 4, -4, -12),
        (2, -1, 1, 1),
        (-8, 4, -4),
        (4, -8, -4, -4),
        -8,
    ],
    "01b.3": [
        lambda parents: list(parents),
        lambda parents: list(parents)[::-1],
        lambda parents: _depth_first(parents)[::-1],
        _breadth_first,
        lambda parents: _breadth_first(parents, again=True),
        lambda parents: sorted(parents, key=lambda name: -_level(name, parents, min)),
        _roots,
        lambda parents: [name for name in _depth_first(parents) if parents[name]],
        lambda parents: sorted(parents, reverse=True),
        lambda parents: sorted(parents, key=lambda name: -len(parents[name])),
        _before_its_parents,
        lambda parents: _depth_first(parents)[0],
        lambda parents: " ".join(_depth_first(parents)),
        lambda parents: set(parents),
        _forgetful,
    ],
    "01b.4": [
        lambda *a: _layer(*a, mask=np.ones_like),
        lambda *a: _layer(*a, mask=lambda Z: Z < 0),
        lambda *a: _layer(*a, mask=lambda Z: np.maximum(Z, 0)),
        lambda *a: _layer(*a, use_b=0),
        lambda g, X, W, b: _layer(g * (g > 0), X, W, b, mask=np.ones_like),
        lambda g, X, W, b: (*_layer(g, X, W, b)[:2], g @ W),
        lambda g, X, W, b: (*_layer(g, X, W, b, mask=np.ones_like)[:2], _layer(g, X, W, b)[2]),
        _changed(lambda dW, db, dX: (dW.T, db, dX)),
        _changed(lambda dW, db, dX: (dW / len(dX), db / len(dX), dX)),
        _changed(lambda dW, db, dX: (dW, db / len(dX), dX)),
        _changed(lambda dW, db, dX: (dX, dW, db)),
        _changed(lambda dW, db, dX: (dW, db[None], dX)),
        _changed(lambda dW, db, dX: (-dW, -db, -dX)),
        _changed(lambda dW, db, dX: (dW, db, dX * (dX > 0))),
        _changed(lambda dW, db, dX: (dW, db)),
        _changed(lambda dW, db, dX: dW),
        _changed(lambda dW, db, dX: (dW, dW.sum(axis=1), dX)),
        lambda g, X, W, b: (*_layer(g, X, W, b)[:2], _layer(g, X, W, b)[2] * (X > 0)),
        _in_place,
    ],
    "01b.5": ["a", "c", "d", "e", 2, "ab", "the learning rate", ["b"], True],
    "01b.6": [
        _random,
        _zeros,
        lambda X, y: _learn(X, y, steps=20),
        lambda X, y: _learn(X, y, steps=300, rate=0.001, optimizer="sgd"),
        lambda X, y: _learn(X, y, H=2, steps=300),
        lambda X, y: _random(X, y, H=100),
        lambda X, y: _random(X, y)[:3],
        lambda X, y: tuple(one.T for one in _random(X, y)),
        lambda X, y: tuple(one * np.nan for one in _random(X, y)),
        lambda X, y: dict(zip("abcd", _random(X, y), strict=True)),
        lambda X, y: y,
        lambda X, y: _random(X, y)[::-1],
    ],
}
