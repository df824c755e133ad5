"""Answers to the exercises of lecture 10a, written from the task texts alone."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def _stats(X, dims=(0, 2, 3), correction=0):
    return X.mean(dims), X.std(dims, correction=correction)


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


class Fixup(nn.Module):
    """Two convolutions that add; a learned scale begins at zero, or at one."""

    def __init__(self, channels=7, scale=0.0, norm=False):
        super().__init__()
        self.a, self.b = (nn.Conv2d(channels, channels, 3, padding="same") for _ in range(2))
        self.scale = nn.Parameter(torch.full((1,), scale))
        self.norm = nn.BatchNorm2d(channels) if norm else nn.Identity()

    def forward(self, x):
        return x + self.scale * self.norm(self.b(F.relu(self.a(F.relu(x)))))


def _deep(make=Fixup, blocks=12, end=None, first=None):
    layers = [first or nn.Conv2d(1, 7, 3, padding=1), nn.MaxPool2d(2), *(make() for _ in range(blocks))]
    layers += [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(28, 10), *([end] if end else [])]
    return nn.Sequential(*layers)


def _chain(activation=nn.ReLU, count=24):
    layers = [nn.Conv2d(1, 6, 3, padding=1), activation()]
    for _ in range(count - 1):
        layers += [nn.Conv2d(6, 6, 3, padding=1), activation()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(384, 10))


class Parallel(nn.Module):
    """Every convolution sees the image; their responses are concatenated."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(1, 1, 3) for _ in range(24)])
        self.head = nn.Linear(24 * 36, 10)

    def forward(self, x):
        return self.head(torch.cat([layer(x).flatten(1) for layer in self.layers], 1))


class Unused(nn.Module):
    """One convolution is used, the others only count."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(1, 4, 3) for _ in range(24)])
        self.head = nn.Linear(144, 10)

    def forward(self, x):
        return self.head(self.layers[0](x).relu().flatten(1))


class Listed(nn.Module):
    """The blocks are in a plain list."""

    def __init__(self):
        super().__init__()
        self.blocks = [_deep()]

    def forward(self, x):
        return self.blocks[0](x)


LENET = 6 * 26 + 16 * 151 + 120 * (16 * 16 + 1) + 84 * 121 + 10 * 85

RIGHT = {
    "10a.1": [
        _stats,
        lambda X: (X.mean((0, 2, 3)), X.transpose(0, 1).flatten(1).var(1, unbiased=False).sqrt()),
        lambda X: tuple(
            torch.stack(v) for v in zip(*((c.mean(), c.std(correction=0)) for c in X.unbind(1)), strict=True)
        ),
    ],
    "10a.2": [LENET, float(LENET), np.int64(LENET)],
    "10a.3": [
        _residual,
        _module,
        lambda x, w: F.relu(F.conv2d(x.float(), w.float(), padding="same") + x.float()),
    ],
    "10a.4": ["b", "B", "b)"],
    "10a.5": [_deep, lambda: _deep(lambda: Fixup(norm=True)), lambda: _deep(lambda: Fixup(scale=0.1))],
}
WRONG = {
    "10a.1": [
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
    "10a.2": [61706, 44416, 44404, LENET - 1, LENET + 1, 61000, 44190, 44420, 44426 - 226, 100000],
    "10a.3": [
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
    "10a.4": ["a", "c", "d", "e", 2],
    "10a.5": [
        _chain,
        lambda: _chain(nn.Sigmoid),
        lambda: _deep(blocks=5),
        lambda: _deep(lambda: Fixup(14), first=nn.Conv2d(1, 14, 3, padding=1)),
        Parallel,
        Unused,
        Listed,
        lambda: _deep().requires_grad_(False),
        lambda: nn.Sequential(_deep(), nn.Flatten(0)),
        lambda: _deep(end=nn.Linear(10, 2)),
        lambda: nn.Sequential,
        lambda: "a deep network",
    ],
}
