"""Answers to the exercises of lecture 12, written from the task texts alone."""

import numpy as np
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


def _gain(a, b):
    d = b - a
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


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


RIGHT = {
    "12.1": [1539, 1539.0, np.int64(1539)],
    "12.2": [
        _adapt,
        lambda network, classes: _adapt(network.requires_grad_(False), classes),
        lambda network, classes: [
            network.requires_grad_(False),
            setattr(network, "classifier", nn.Linear(network.classifier.in_features, classes)),
        ][0],
    ],
    "12.3": [
        lambda n, h, q: [h * q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: h * q ** np.arange(n)[::-1],
        lambda n, h, q: tuple(h * q**k for k in range(n - 1, -1, -1)),
    ],
    "12.4": [_start, _recursive, _modes(lambda m: isinstance(m, nn.BatchNorm2d) and not m.weight.requires_grad)],
    "12.5": [
        _prepare,
        lambda p, m, s: ((p.astype(np.float32) / 255 - m.astype(np.float32)) / s.astype(np.float32)).transpose(
            0, 3, 1, 2
        ),
        lambda p, m, s: (np.moveaxis(p, 3, 1) / 255.0 - m[:, None, None]) / s[:, None, None],
    ],
    "12.6": [
        _gain,
        lambda a, b: list(_gain(a, b)),
        lambda a, b: (
            b.mean() - a.mean(),
            np.sqrt(((b - a) - (b - a).mean()) @ ((b - a) - (b - a).mean()) / (len(a) - 1) / len(a)),
        ),
    ],
    "12.7": ["b", "B", "(b)"],
}
WRONG = {
    "12.1": [1536, 513, 512, 1540, 1538, 2052, 515, 11178051],
    "12.2": [
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
    "12.3": [
        lambda n, h, q: [h * q**k for k in range(n)],
        lambda n, h, q: [h * q ** (n - k) for k in range(n)],
        lambda n, h, q: [h * q ** (n - 2 - k) for k in range(n)],
        lambda n, h, q: [h / q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: [h * q * (n - 1 - k) for k in range(n)],
        lambda n, h, q: [h] * n,
        lambda n, h, q: [h * q] * (n - 1) + [h],
        lambda n, h, q: [h * q ** (n - 1 - k) for k in range(n - 1)],
        lambda n, h, q: [h * q ** (n - k) for k in range(n + 1)],
        lambda n, h, q: [q ** (n - 1 - k) for k in range(n)],
        lambda n, h, q: h * q ** (n - 1),
        lambda n, h, q: [h - q * (n - 1 - k) for k in range(n)],
    ],
    "12.4": [
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
    "12.5": [
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
    "12.6": [
        lambda a, b: (-_gain(a, b)[0], _gain(a, b)[1]),
        lambda a, b: (np.abs(b - a).mean(), np.abs(b - a).std(ddof=1) / np.sqrt(len(a))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1)),
        lambda a, b: (_gain(a, b)[0], (b - a).std() / np.sqrt(len(a))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1) / len(a)),
        lambda a, b: (_gain(a, b)[0], np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))),
        lambda a, b: (_gain(a, b)[0], b.std(ddof=1) / np.sqrt(len(b))),
        lambda a, b: (_gain(a, b)[0], (b - a).std(ddof=1) / np.sqrt(len(a) - 1)),
        lambda a, b: (_gain(a, b)[0], (b - a).var(ddof=1) / len(a)),
        lambda a, b: (np.median(b - a), _gain(a, b)[1]),
        lambda a, b: _gain(a, b)[::-1],
        lambda a, b: _gain(a, b)[0],
        lambda a, b: (b - a, _gain(a, b)[1]),
        lambda a, b: (100 * _gain(a, b)[0], 100 * _gain(a, b)[1]),
        lambda a, b: (_gain(a, b)[0] / a.mean(), _gain(a, b)[1]),
        lambda a, b: (b.max() - a.max(), _gain(a, b)[1]),
    ],
    "12.7": ["a", "c", "d", "e", 2],
}
