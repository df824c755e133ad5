"""Answers to the exercises of lecture 12a, written from the task texts alone."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from torch import nn


def _adapt(network, classes, *ending, freeze=True, head=True):
    for parameter in network.parameters():
        parameter.requires_grad = not freeze
    new = nn.Linear(network.classifier.in_features, classes)
    network.classifier = nn.Sequential(new, *ending) if ending else new
    if not head:
        network.requires_grad_(False)
    return network


def _start(network):
    network.train()
    for m in network.modules():
        if isinstance(m, nn.BatchNorm2d) and not m.weight.requires_grad:
            m.eval()
    return network


def _modes(choose, base=True):
    def answer(network):
        network.train(base)
        for m in network.modules():
            if choose(m):
                m.eval()
        return network

    return answer


def _recursive(module):
    module.train()

    def visit(m):
        for child in m.children():
            if type(child) is nn.BatchNorm2d and child.weight.requires_grad is False:
                child.training = False
            visit(child)

    visit(module)
    return module


def _children(network):
    network.train()
    for m in network.children():
        if isinstance(m, nn.BatchNorm2d) and not m.weight.requires_grad:
            m.eval()
    return network


def _frozen_parts(m):
    parameters = list(m.parameters())
    return bool(parameters) and not any(p.requires_grad for p in parameters)


def _first_only(network):
    network.train()
    for m in network.modules():
        if isinstance(m, nn.BatchNorm2d):
            if m.weight.requires_grad:
                break
            m.eval()
    return network


def _thawing(network):
    network.requires_grad_(True)
    return network.train()


def _prepare(p, m, s):
    return ((p / 255 - m) / s).transpose(0, 3, 1, 2)


def _new_body(network, classes):
    fresh = type(network)()
    fresh.classifier = nn.Linear(fresh.classifier.in_features, classes)
    fresh.features.requires_grad_(False)
    return fresh


def _overwrites_buffers(network, classes):
    network = _adapt(network, classes)
    for m in network.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.reset_running_stats()
    return network


def _scaled(f, w):
    m, s = f.mean(0), f.std(0)
    return (f - m) / s, (w - m) / s


def _means(f, y, w):
    c = np.stack([f[y == k].mean(0) for k in range(4)])
    return ((w[:, None] - c) ** 2).sum(2).argmin(1)


def _near(f, y, w):
    return y[((w[:, None] - f) ** 2).sum(2).argmin(1)]


def _cosine(f, y, w):
    f, w = _scaled(f, w)
    c = np.stack([f[y == k].mean(0) for k in range(4)])
    return (w @ c.T / np.linalg.norm(c, axis=1)).argmax(1)


RIGHT = {
    "12a.1": [1539, 1539.0, np.int64(1539)],
    "12a.2": [
        _adapt,
        lambda network, classes: _adapt(network.requires_grad_(False), classes),
        lambda network, classes: [
            network.requires_grad_(False),
            setattr(network, "classifier", nn.Linear(network.classifier.in_features, classes)),
        ][0],
    ],
    "12a.3": [_start, _recursive, _modes(lambda m: isinstance(m, nn.BatchNorm2d) and not m.weight.requires_grad)],
    "12a.4": [
        _prepare,
        lambda p, m, s: ((p.astype(np.float32) / 255 - m.astype(np.float32)) / s.astype(np.float32)).transpose(
            0, 3, 1, 2
        ),
        lambda p, m, s: (np.moveaxis(p, 3, 1) / 255.0 - m[:, None, None]) / s[:, None, None],
    ],
    "12a.5": [
        lambda f, y, w: _means(_scaled(f, w)[0], y, _scaled(f, w)[1]),
        _cosine,
        lambda f, y, w: LogisticRegression(max_iter=1000).fit(_scaled(f, w)[0], y).predict(_scaled(f, w)[1]),
    ],
}
WRONG = {
    "12a.1": [1536, 513, 512, 1540, 1538, 2052, 515, 11178051],
    "12a.2": [
        lambda network, classes: _adapt(network, 3),
        lambda network, classes: _adapt(network, 10),
        lambda network, classes: _adapt(network, classes, nn.Softmax(1)),
        lambda network, classes: _adapt(network, classes, nn.Sigmoid()),
        lambda network, classes: _adapt(network, classes, nn.ReLU()),
        lambda network, classes: _adapt(network, classes, freeze=False),
        lambda network, classes: _adapt(network, classes, head=False),
        lambda network, classes: nn.Sequential(network.requires_grad_(False), nn.Linear(10, classes)),
        lambda network, classes: _adapt(network, classes).classifier,
        lambda network, classes: _adapt(network, classes).features,
        _new_body,
        _overwrites_buffers,
        lambda network, classes: network.requires_grad_(False),
        lambda network, classes: network,
    ],
    "12a.3": [
        _children,
        _first_only,
        _thawing,
        lambda network: network.train(),
        lambda network: network.eval(),
        _modes(lambda m: isinstance(m, nn.BatchNorm2d)),
        _modes(_frozen_parts),
        _modes(lambda m: isinstance(m, nn.BatchNorm2d) and not m.bias.requires_grad),
        _modes(lambda m: "Norm" in type(m).__name__ and not m.weight.requires_grad),
        _modes(lambda m: isinstance(m, nn.Dropout)),
        _modes(lambda m: isinstance(m, nn.BatchNorm2d) and m.weight.requires_grad),
        lambda network: _start(network) and None,
        lambda network: True,
        lambda network: list(network.modules()),
    ],
    "12a.4": [
        lambda p, m, s: (p / 255 - m) / s,
        lambda p, m, s: ((p - m) / s).transpose(0, 3, 1, 2),
        lambda p, m, s: (p / 255).transpose(0, 3, 1, 2),
        lambda p, m, s: (p / 255 - m).transpose(0, 3, 1, 2),
        lambda p, m, s: (p / 255 / s).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p / 255 - s) / m).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p / 255 - m) / s).reshape(len(p), 3, *p.shape[1:3]),
        lambda p, m, s: ((p / 255 - m) / s).transpose(0, 3, 2, 1),
        lambda p, m, s: ((p[..., ::-1] / 255 - m) / s).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p / 256 - m) / s).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p // 255 - m) / s).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p / p.max() - m) / s).transpose(0, 3, 1, 2),
        lambda p, m, s: ((p / 255 - m.mean()) / s.mean()).transpose(0, 3, 1, 2),
        lambda p, m, s: _prepare(p, m, s)[:, ::-1],
        lambda p, m, s: ((p / 255 + m) * s).transpose(0, 3, 1, 2),
        lambda p, m, s: _prepare(p, m, s).squeeze(),
        lambda p, m, s: (((p / 255) - (p / 255).mean((0, 1, 2))) / (p / 255).std((0, 1, 2))).transpose(0, 3, 1, 2),
    ],
    "12a.5": [
        _near,
        _means,
        lambda f, y, w: _near(_scaled(f, w)[0], y, _scaled(f, w)[1]),
        lambda f, y, w: np.zeros(len(w), dtype=int),
        lambda f, y, w: np.arange(len(w)) % 3,
        lambda f, y, w: y,
        lambda f, y, w: _means(f - f.mean(0), y, w - f.mean(0)),
        lambda f, y, w: _means(f / f.max(), y, w / f.max()),
        lambda f, y, w: _scaled(f, w)[1],
    ],
}
