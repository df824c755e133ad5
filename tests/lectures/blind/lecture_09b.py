"""Answers to the exercises of lecture 09b, written from the task texts alone."""

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional as F

from course_utils import data

GRID = np.geomspace(0.1, 10, 600)


def _scores(m):
    return np.diag(m) / m.sum(0), np.diag(m) / m.sum(1)


def _top(logits, y, k):
    return (logits.topk(k, dim=1).indices == y[:, None]).any(1).double().mean().item()


def _loss(logits, y, T):
    return F.cross_entropy(logits / T, y).item()


def _tempered(logits, y, choose=min, of=_loss):
    return choose(GRID, key=lambda T: of(logits, y, T))


def _by_golden_section(logits, y):
    low, high = np.log(0.1), np.log(10)
    for _ in range(60):
        first, second = high - 0.618 * (high - low), low + 0.618 * (high - low)
        if _loss(logits, y, np.exp(first)) < _loss(logits, y, np.exp(second)):
            high = second
        else:
            low = first
    return float(np.exp((low + high) / 2))


def _gap(logits, y, T):
    p, predicted = (logits / T).softmax(1).max(1)
    return abs(p.mean().item() - (predicted == y).double().mean().item())


def _levels(confidence, correct, error, keep=lambda c, t: c >= t, share=lambda wrong: wrong.mean(), order=1):
    for t in np.sort(confidence)[::order]:
        accepted = keep(confidence, t)
        if accepted.any() and share(~correct[accepted]) <= error:
            return t
    return 1.0


def _flat(photo, size=41, cut=0.25):
    paper = ndimage.minimum_filter(ndimage.maximum_filter(ndimage.gaussian_filter(photo, 1), size), size)
    ink = 1 - ndimage.gaussian_filter(photo, 1) / paper
    return np.clip(ink / ink.max() - cut, 0, 1)


def _closed(gray):
    ink = ndimage.grey_closing(gray, (45, 45)) - gray
    return data.centered_digit(np.where(ink > 0.25 * ink.max(), ink, 0))


def _subtracted(photo):
    return _closed(ndimage.gaussian_filter(photo, 1))


def _logarithms_subtracted(photo):
    return _closed(np.log(ndimage.gaussian_filter(photo, 1)))


def _local_threshold(photo):
    smooth = ndimage.gaussian_filter(photo, 1)
    return data.centered_digit((smooth < 0.8 * ndimage.uniform_filter(smooth, 61)) * 1.0)


RIGHT = {
    "09b.1": [
        _scores,
        lambda m: list(_scores(m)),
        lambda m: np.array(_scores(m)),
        lambda m: (m.diagonal() / m.sum(axis=0), m.diagonal() / m.sum(axis=1)),
    ],
    "09b.2": [
        _top,
        lambda x, y, k: torch.tensor(_top(x, y, k)),
        lambda x, y, k: (
            sum(int(t in set(np.argsort(-r.numpy())[:k])) for r, t in zip(x, y.tolist(), strict=True)) / len(y)
        ),
    ],
    "09b.3": [_tempered, _by_golden_section, lambda logits, y: torch.tensor(_tempered(logits, y))],
    "09b.4": [
        _levels,
        lambda c, r, e: float(_levels(c, r, e)),
        lambda c, r, e: min((t for t in c if (~r[c >= t]).mean() <= e), default=1.0),
    ],
    "09b.5": ["c", "C", "(c)"],
    "09b.6": [lambda photo: data.centered_digit(_flat(photo)), _logarithms_subtracted, _local_threshold],
}
WRONG = {
    "09b.1": [
        lambda m: _scores(m)[::-1],
        lambda m: _scores(m.T),
        lambda m: (np.diag(m) / m.sum(), np.diag(m) / m.sum()),
        lambda m: (_scores(m)[0].mean(), _scores(m)[1].mean()),
        lambda m: (_scores(m)[0], _scores(m)[0]),
        lambda m: (_scores(m)[1], _scores(m)[1]),
        lambda m: (1 - _scores(m)[0], 1 - _scores(m)[1]),
        lambda m: (_scores(m)[0][:, None], _scores(m)[1][:, None]),
        lambda m: _scores(m)[0],
        lambda m: (m / m.sum(0), m / m.sum(1, keepdims=True)),
        lambda m: (np.diag(m), np.diag(m)),
        lambda m: (100 * _scores(m)[0], 100 * _scores(m)[1]),
        lambda m: (m.max(0) / m.sum(0), m.max(1) / m.sum(1)),
    ],
    "09b.2": [
        lambda x, y, k: _top(x, y, 1),
        lambda x, y, k: 1 - _top(x, y, k),
        lambda x, y, k: _top(-x, y, k),
        lambda x, y, k: _top(x, y, min(k + 1, x.shape[1])),
        lambda x, y, k: _top(x, y, k) * len(y),
        lambda x, y, k: _top(x, y, k) * 100,
        lambda x, y, k: _top(x, y, k) / k,
        lambda x, y, k: (x.topk(k, dim=1).indices == y[:, None]).double().mean().item(),
        lambda x, y, k: torch.isin(y, x.topk(k, dim=1).indices).double().mean().item(),
        lambda x, y, k: (x.argsort(1)[:, k - 1] == y).double().mean().item(),
        lambda x, y, k: (x.argsort(1, descending=True)[:, k - 1] == y).double().mean().item(),
        lambda x, y, k: (x.topk(k, dim=1).indices == y[:, None]).any(1),
        lambda x, y, k: _top(x, y, max(k - 1, 1)),
    ],
    "09b.3": [
        lambda logits, y: 1.0,
        lambda logits, y: 1 / _tempered(logits, y),
        lambda logits, y: _tempered(logits, y, choose=max),
        lambda logits, y: _loss(logits, y, _tempered(logits, y)),
        lambda logits, y: _tempered(logits, logits.argmax(1)),
        lambda logits, y: _tempered(logits, y, of=_gap) * 1.1,
        lambda logits, y: np.log(_tempered(logits, y)),
        lambda logits, y: logits / _tempered(logits, y),
        lambda logits, y: logits.std().item(),
        lambda logits, y: 2.0,
        lambda logits, y: min(np.arange(0.1, 10, 0.1), key=lambda T: _loss(logits, y, T)),
        lambda logits, y: min(np.linspace(0.1, 10, 199), key=lambda T: _loss(logits, y, T)),
        lambda logits, y: max(GRID, key=lambda T: ((logits / T).argmax(1) == y).double().mean()),
        lambda logits, y: min((0.5, 1.0, 2.0, 4.0), key=lambda T: _loss(logits, y, T)),
    ],
    "09b.4": [
        lambda c, r, e: 1 - e,
        lambda c, r, e: float(np.quantile(c, e)),
        lambda c, r, e: _levels(c, r, e, keep=lambda c, t: c > t),
        lambda c, r, e: _levels(c, r, e - 1e-9),
        lambda c, r, e: _levels(c, ~r, e),
        lambda c, r, e: _levels(c, r, e, order=-1),
        lambda c, r, e: _levels(c, r, e, share=lambda wrong: wrong.sum() / len(r)),
        lambda c, r, e: _levels(c, r, e, keep=lambda c, t: c <= t),
        lambda c, r, e: (c >= _levels(c, r, e)).mean(),
        lambda c, r, e: c >= _levels(c, r, e),
        lambda c, r, e: np.round(_levels(c, r, e), 1),
        lambda c, r, e: 0.5,
    ],
    "09b.5": ["a", "b", "d", "e", 3, "cc", ["c"], True],
    "09b.6": [
        lambda photo: photo[::5, ::5],
        lambda photo: 1 - photo[::5, ::5],
        data.centered_digit,
        lambda photo: data.centered_digit(1 - photo),
        _subtracted,
        lambda photo: data.centered_digit((photo < 0.5) * 1.0),
        lambda photo: data.centered_digit((photo < 0.45) * 1.0),
        lambda photo: data.centered_digit((photo < 0.25) * 1.0),
        lambda photo: data.centered_digit((photo < photo.mean()) * 1.0),
        lambda photo: data.centered_digit(1 - _flat(photo)),
        lambda photo: _flat(photo),
        lambda photo: 255 * data.centered_digit(_flat(photo)),
        lambda photo: data.centered_digit(_flat(photo)).T,
        lambda photo: np.zeros((28, 28)),
        lambda photo: 1 - data.centered_digit(_flat(photo)),
    ],
}
