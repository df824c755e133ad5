"""Answers to the exercises of sitting 00, written from the task texts."""

import numpy as np
import torch


def _centered(p, axes=(1, 2), dtype=float):
    p = p.astype(dtype)
    return p - p.mean(axes, keepdims=True)


def _batch(p, divide=255.0, channels=slice(None)):
    return torch.tensor(np.moveaxis(p, 2, 0)[channels].copy()).float()[None] / divide


FOUR = [[(20, 70), (85, 38), (85, 108)], [(50, 88), (122, 88)]]


def _moved(change):
    return [[change(row, column) for row, column in stroke] for stroke in FOUR]


RIGHT = {
    "00.1": [18, 18.0, np.int64(18), torch.tensor(18), torch.tensor(18.0, requires_grad=True)],
    "00.2": ["b", "B", "(b)", "b."],
    "00.3": [
        _centered,
        lambda p: _centered(p, dtype=np.float32),
        lambda p: (torch.tensor(p).float() - torch.tensor(p).float().mean((1, 2), keepdim=True)).numpy(),
        lambda p: np.stack([one - one.mean() for one in p]),
        lambda p: [one - one.mean() for one in p],
    ],
    "00.4": [
        FOUR,
        [[(15, 85), (90, 25), (90, 115)], [(15, 85), (130, 85)]],
        [[(25, 40), (75, 40), (75, 100)], [(25, 95), (125, 95)]],
        [[(125, 90), (15, 90), (85, 25), (85, 120)]],
        _moved(lambda row, column: (row / 2 + 60, column / 2 + 60)),
        tuple(np.array(stroke) for stroke in FOUR),
        [[list(point) for point in stroke] for stroke in FOUR],
    ],
    "00.5": [
        lambda b, a: np.abs(a.astype(int) - b.astype(int)),
        lambda b, a: np.abs(a.astype(np.int16) - b),
        lambda b, a: np.where(a > b, a - b, b - a),
        lambda b, a: np.maximum(a, b) - np.minimum(a, b),
        lambda b, a: np.abs(a.astype(np.float32) - b.astype(np.float32)),
    ],
    "00.6": [
        _batch,
        lambda p: torch.from_numpy(p.transpose(2, 0, 1)[None] / np.float32(255)),
        lambda p: torch.tensor(p).permute(2, 0, 1).unsqueeze(0) / 255,
    ],
}
WRONG = {
    "00.1": [8, 9, 17, 19, 10, 16, 3, 36, "18", 18.5],
    "00.2": ["a", "c", "d", "e", 2, ["b"], "ab", "the kernel remembered", True],
    "00.3": [
        lambda p: p - p.mean(),
        lambda p: p - p.mean(0),
        lambda p: p - p.mean(1, keepdims=True),
        lambda p: p - p.mean(2, keepdims=True),
        lambda p: p.mean((1, 2)),
        lambda p: p / p.mean((1, 2), keepdims=True),
        lambda p: p + p.mean((1, 2), keepdims=True),
        lambda p: _centered(p) / p.std((1, 2), keepdims=True),
        lambda p: p - np.median(p, (1, 2), keepdims=True),
        lambda p: -_centered(p),
        lambda p: _centered(p).squeeze(),
        lambda p: _centered(p).swapaxes(1, 2),
        lambda p: p,
        lambda p: p - p.max((1, 2), keepdims=True),
        lambda p: p - p[0].mean(),
        lambda p: _centered(p)[0],
    ],
    "00.4": [
        [[(28, 36), (28, 102), (118, 58)]],
        [[(20, 70), (120, 70)]],
        [[(20, 100), (20, 40), (65, 40), (70, 100), (120, 95), (122, 40)]],
        _moved(lambda row, column: (column, row)),
        _moved(lambda row, column: (140 - row, column)),
        _moved(lambda row, column: (row, 140 - column)),
        _moved(lambda row, column: (row / 140, column / 140)),
        _moved(lambda row, column: (3 * row, 3 * column)),
        _moved(lambda row, column: (row - 70, column - 70)),
        FOUR[0] + FOUR[1],
        FOUR[0],
        FOUR[1:],
        [[(50, 50)], [(60, 60)]],
        [],
        [[]],
        "4",
        4,
        np.zeros((28, 28)),
        np.zeros((3, 28, 28)),
        {"four": FOUR},
        lambda: FOUR[:1],
        [[(20, 70, 1), (85, 38, 1)]],
        [[(float("nan"), 70), (85, 38)]],
    ],
    "00.5": [
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
