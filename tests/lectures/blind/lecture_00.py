"""Answers to the exercises of lecture 00, written from the task texts."""

import numpy as np
import torch


def _centred(p, axes=(1, 2), dtype=float):
    p = p.astype(dtype)
    return p - p.mean(axes, keepdims=True)


def _batch(p, divide=255.0, channels=slice(None)):
    return torch.tensor(np.moveaxis(p, 2, 0)[channels].copy()).float()[None] / divide


RIGHT = {
    "00.1": [18, 18.0, np.int64(18), torch.tensor(18), torch.tensor(18.0, requires_grad=True)],
    "00.2": ["b", "B", "(b)", "b."],
    "00.3": [
        _centred,
        lambda p: _centred(p, dtype=np.float32),
        lambda p: (torch.tensor(p).float() - torch.tensor(p).float().mean((1, 2), keepdim=True)).numpy(),
        lambda p: np.stack([one - one.mean() for one in p]),
        lambda p: [one - one.mean() for one in p],
    ],
    "00.4": [
        lambda b, a: np.abs(a.astype(int) - b.astype(int)),
        lambda b, a: np.abs(a.astype(np.int16) - b),
        lambda b, a: np.where(a > b, a - b, b - a),
        lambda b, a: np.maximum(a, b) - np.minimum(a, b),
        lambda b, a: np.abs(a.astype(np.float32) - b.astype(np.float32)),
    ],
    "00.5": [(16, 3, 120, 200), [16, 3, 120, 200], np.array([16, 3, 120, 200]), torch.Size((16, 3, 120, 200))],
    "00.6": [
        _batch,
        lambda p: torch.from_numpy(p.transpose(2, 0, 1)[None] / np.float32(255)),
        lambda p: torch.tensor(p).permute(2, 0, 1).unsqueeze(0) / 255,
    ],
}
WRONG = {
    "00.1": [8, 9, 17, 19, 10, 16, 3, 36, "18", 18.5],
    "00.2": ["a", "c", "d", "e", 2, ["b"]],
    "00.3": [
        lambda p: p - p.mean(),
        lambda p: p - p.mean(0),
        lambda p: p - p.mean(1, keepdims=True),
        lambda p: p - p.mean(2, keepdims=True),
        lambda p: p.mean((1, 2)),
        lambda p: p / p.mean((1, 2), keepdims=True),
        lambda p: p + p.mean((1, 2), keepdims=True),
        lambda p: _centred(p) / p.std((1, 2), keepdims=True),
        lambda p: p - np.median(p, (1, 2), keepdims=True),
        lambda p: -_centred(p),
        lambda p: _centred(p).squeeze(),
        lambda p: _centred(p).swapaxes(1, 2),
        lambda p: p,
        lambda p: p - p.max((1, 2), keepdims=True),
        lambda p: p - p[0].mean(),
        lambda p: _centred(p)[0],
    ],
    "00.4": [
        lambda b, a: np.abs(a - b),
        lambda b, a: a.astype(int) - b.astype(int),
        lambda b, a: np.abs((a - b).astype(int)),
        lambda b, a: np.abs(a.astype(np.int8).astype(int) - b.astype(np.int8)),
        lambda b, a: np.abs((a - b).astype(np.int8)),
        lambda b, a: np.abs(a.astype(np.uint16) - b.astype(np.uint16)),
        lambda b, a: np.maximum(a.astype(int) - b, 0),
        lambda b, a: (a.astype(int) - b) ** 2,
        lambda b, a: np.abs(a.astype(float) - b) / 255,
        lambda b, a: a.astype(int) + b,
        lambda b, a: np.abs(a.astype(int) - b).mean(),
        lambda b, a: a != b,
        lambda b, a: np.abs(a.astype(int) - b).T,
        lambda b, a: np.abs(a.astype(int) - b) > 0,
        lambda b, a: np.abs(a.astype(int) - b).squeeze(),
    ],
    "00.5": [
        (16, 120, 200, 3),
        (16, 3, 200, 120),
        (3, 120, 200, 16),
        (16, 1, 120, 200),
        (3, 120, 200),
        (3, 16, 120, 200),
        (120, 200, 3, 16),
        "16, 3, 120, 200",
        16,
        (1, 3, 120, 200),
    ],
    "00.6": [
        lambda p: torch.tensor(p)[None] / 255,
        lambda p: torch.tensor(p).permute(2, 0, 1) / 255,
        lambda p: torch.tensor(p).reshape(1, 3, *p.shape[:2]) / 255,
        lambda p: torch.tensor(p).permute(2, 1, 0)[None] / 255,
        lambda p: torch.tensor(p).permute(2, 0, 1)[None],
        lambda p: torch.tensor(p).permute(2, 0, 1)[None].float(),
        lambda p: torch.tensor(p / 255).permute(2, 0, 1)[None],
        lambda p: p.transpose(2, 0, 1)[None] / 255,
        lambda p: _batch(p, 256),
        lambda p: _batch(p, float(p.max())),
        lambda p: torch.tensor(p).permute(2, 0, 1)[None] // 255,
        lambda p: _batch(p, channels=slice(None, None, -1)),
        lambda p: _batch(p).mean(1, keepdim=True),
        lambda p: _batch(p) * 2 - 1,
        lambda p: _batch(p)[..., 0],
        lambda p: 1 - _batch(p),
    ],
}
