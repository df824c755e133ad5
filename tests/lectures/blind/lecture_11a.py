"""Answers to the exercises of lecture 11a, written from the task texts alone."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import models


def _scores(p, t):
    both, a, b = (p & t).sum().item(), p.sum().item(), t.sum().item()
    return (1.0, 1.0) if a + b == 0 else (2 * both / (a + b), both / (a + b - both))


def _size(n, depth, lose=4, halve=True):
    for _ in range(depth):
        n -= lose
        if n < 2 or n % 2:
            return 0
        n //= 2
    n -= lose
    for _ in range(depth):
        if n <= 0:
            return 0
        n = 2 * n - lose
    return max(n, 0)


def _bridge(kept, below):
    (h, w), (H, W) = below.shape[2:], kept.shape[2:]
    i, j = (H - h) // 2, (W - w) // 2
    return torch.cat([kept[:, :, i : i + h, j : j + w], below], 1)


def _mixture(z, m, w, one=(1, 1), two=2, dims=(1, 2, 3), bce=F.binary_cross_entropy_with_logits, p=torch.sigmoid):
    q = p(z)
    dice = 1 - (two * (q * m).sum(dims) + one[0]) / (q.sum(dims) + m.sum(dims) + one[1])
    return w * bce(z, m) + (1 - w) * dice.mean()


def _naive_bce(z, m):
    p = 1 / (1 + torch.exp(-z))
    return -(m * torch.log(p) + (1 - m) * torch.log(1 - p)).mean()


class _Plain(nn.Module):
    def __init__(self, *ending, bridge=True, width=8):
        super().__init__()

        def block(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU())

        self.bridge = bridge
        self.a, self.b = block(3, width), block(width, 2 * width)
        self.c = nn.Sequential(block(2 * width, 2 * width), block(2 * width, 2 * width))
        self.d, self.e = block(4 * width, 2 * width), block(3 * width, width)
        self.out = nn.Sequential(nn.Conv2d(width, 1, 1), *ending)

    def forward(self, x):
        a = self.a(x)
        b = self.b(F.max_pool2d(a, 2))
        c = F.interpolate(self.c(F.max_pool2d(b, 2)), scale_factor=2)
        k = 1 if self.bridge else 0
        d = F.interpolate(self.d(torch.cat([k * b, c], 1)), scale_factor=2)
        return self.out(self.e(torch.cat([k * a, d], 1)))


def _zero_head():
    net = _Plain()
    nn.init.zeros_(net.out[0].weight)
    nn.init.zeros_(net.out[0].bias)
    return net


RIGHT = {
    "11a.1": [
        _scores,
        lambda p, t: tuple(torch.tensor(v) for v in _scores(p, t)),
        lambda p, t: np.array(_scores(p, t), dtype=np.float32),
    ],
    "11a.2": [_size, lambda n, d: np.int64(_size(n, d)), lambda n, d: float(_size(n, d))],
    "11a.3": [
        _bridge,
        lambda k, b: torch.cat([F.pad(k, [-((k.shape[i] - b.shape[i]) // 2) for i in (3, 3, 2, 2)]), b], 1),
        lambda k, b: torch.hstack([_bridge(k, b)[:, : k.shape[1]], b]),
    ],
    "11a.4": ["c", "C", "(c)"],
    "11a.5": [
        _mixture,
        lambda z, m, w: _mixture(z, m, w, bce=lambda z, m: (F.softplus(z) - z * m).mean()),
        lambda z, m, w: (
            w * F.binary_cross_entropy_with_logits(z, m)
            + (1 - w)
            * torch.stack(
                [
                    1 - (2 * (a.sigmoid() * b).sum() + 1) / (a.sigmoid().sum() + b.sum() + 1)
                    for a, b in zip(z, m, strict=True)
                ]
            ).mean()
        ),
    ],
    "11a.6": [_Plain, lambda: models.UNet(3, 1, width=3, depth=3), _zero_head, lambda: _Plain(width=6)],
}
WRONG = {
    "11a.1": [
        lambda p, t: _scores(p, t)[::-1],
        lambda p, t: _scores(p, t) if t.any() else (1.0, 1.0),
        lambda p, t: _scores(p, t) if p.any() else (1.0, 1.0),
        lambda p, t: _scores(p, t) if (p | t).any() else (0.0, 0.0),
        lambda p, t: (_scores(p, t)[0] / 2, _scores(p, t)[1]),
        lambda p, t: (_scores(p, t)[0],) * 2,
        lambda p, t: tuple(np.mean([_scores(a, b) for a, b in zip(p, t, strict=True)], axis=0)),
        lambda p, t: ((p & t).sum().item() / max((p | t).sum().item(), 1),) * 2,
        lambda p, t: _scores(~p, ~t),
        lambda p, t: (1 - _scores(p, t)[0], 1 - _scores(p, t)[1]),
        lambda p, t: ((p == t).float().mean().item(), _scores(p, t)[1]),
        lambda p, t: _scores(p, t)[0],
        lambda p, t: (_scores(p, t)[0], (p & t).sum().item() / max(t.sum().item(), 1)),
        lambda p, t: ((2 * (p & t).sum() / (p.sum() + t.sum())).item(), ((p & t).sum() / (p | t).sum()).item()),
    ],
    "11a.2": [
        lambda n, d: _size(n, d, 2),
        lambda n, d: _size(n, d + 1),
        lambda n, d: max(n - 184, 0),
        lambda n, d: n,
        lambda n, d: n - 4 * (2 * d + 1),
        lambda n, d: max(_size(n, d), 0) + 4,
        lambda n, d: _size(n, 4),
        lambda n, d: _size(n, d) if n % 2**d == 0 else 0,
        lambda n, d: n - 4 * sum(2**k for k in range(d + 1)) - 4 * sum(2**k for k in range(d)),
        lambda n, d: _size(n, d) // 2,
        lambda n, d: _size(n, d, 0),
        lambda n, d: _size(n, d) or -1,
    ],
    "11a.3": [
        lambda k, b: torch.cat([k[:, :, : b.shape[2], : b.shape[3]], b], 1),
        lambda k, b: torch.cat([k[:, :, -b.shape[2] :, -b.shape[3] :], b], 1),
        lambda k, b: torch.cat([b, _bridge(k, b)[:, : k.shape[1]]], 1),
        lambda k, b: torch.cat([F.interpolate(k, b.shape[2:]), b], 1),
        lambda k, b: torch.cat([_bridge(k, b)[:, : k.shape[1]]] * 2, 0),
        lambda k, b: _bridge(k, b)[:, : k.shape[1]],
        lambda k, b: torch.cat([k, F.pad(b, [(k.shape[i] - b.shape[i]) // 2 for i in (3, 3, 2, 2)])], 1),
        lambda k, b: _bridge(k, b).swapaxes(2, 3),
        lambda k, b: _bridge(k.swapaxes(2, 3), b.swapaxes(2, 3)),
        lambda k, b: torch.cat([k[:, :, 1 : 1 + b.shape[2], 1 : 1 + b.shape[3]], b], 1),
        lambda k, b: _bridge(k, b).numpy(),
        lambda k, b: b,
    ],
    "11a.4": ["a", "b", "d", "e", 3],
    "11a.5": [
        lambda z, m, w: torch.tensor(_mixture(z, m, w).item()),
        lambda z, m, w: w * F.binary_cross_entropy_with_logits(z, m) + (1 - w) * (_mixture(z.detach(), m, 0.0)),
        lambda z, m, w: _mixture(z, m, w, bce=_naive_bce),
        lambda z, m, w: _mixture(z, m, 1 - w),
        lambda z, m, w: _mixture(z, m, w, one=(0, 1)),
        lambda z, m, w: _mixture(z, m, w, one=(1, 0)),
        lambda z, m, w: _mixture(z, m, w, one=(0, 0)),
        lambda z, m, w: _mixture(z, m, w, two=1),
        lambda z, m, w: _mixture(z, m, w, dims=(0, 1, 2, 3)),
        lambda z, m, w: _mixture(z, m, w, bce=lambda z, m: F.binary_cross_entropy_with_logits(z, m, reduction="sum")),
        lambda z, m, w: _mixture(z, m, w, p=lambda z: z),
        lambda z, m, w: _mixture(z, m, w, p=lambda z: (z > 0).float()),
        lambda z, m, w: w * F.binary_cross_entropy_with_logits(z, m) + (1 - w) * (1 - _mixture(z, m, 0.0)),
        lambda z, m, w: F.binary_cross_entropy_with_logits(z, m) + _mixture(z, m, 0.0),
        lambda z, m, w: _mixture(z, m, w).item(),
        lambda z, m, w: _mixture(z.sigmoid(), m, w),
        lambda z, m, w: _mixture(z, m, w, one=(1e-6, 1e-6)),
        lambda z, m, w: F.binary_cross_entropy_with_logits(z, m),
    ],
    "11a.6": [
        lambda: _Plain(nn.Sigmoid()),
        lambda: _Plain(nn.ReLU()),
        lambda: _Plain(bridge=False),
        lambda: models.UNet(3, 1, width=8, depth=3),
        lambda: models.UNet(1, 1, width=3, depth=3),
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 1, 1)),
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 1, 1)),
        lambda: nn.Sequential(nn.Conv2d(3, 2, 25, padding=12), nn.Conv2d(2, 2, 1)),
        lambda: _Plain().requires_grad_(False),
        lambda: [nn.Conv2d(3, 8, 3)],
        lambda: models.UNet,
    ],
}
