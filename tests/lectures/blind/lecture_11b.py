"""Answers to the exercises of lecture 11b, written from the task texts alone."""

import numpy as np
import torch
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.segmentation import watershed


def _mirrored(X, y, k, axis=3):
    k = k[:, None, None, None]
    return torch.where(k, X.flip(axis), X), torch.where(k, y.flip(axis), y)


def _count(mask, smallest, structure=None, at_least=True):
    labels, n = ndimage.label(mask, structure)
    sizes = np.bincount(labels.ravel(), minlength=n + 1)[1:]
    return int((sizes >= smallest).sum() if at_least else (sizes > smallest).sum())


def _cut(mask, sigma=1.0, apart=3, grow=True):
    d = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask).astype(float), sigma)
    peaks = peak_local_max(d, min_distance=apart, labels=mask.astype(int), exclude_border=False)
    markers = np.zeros(mask.shape, int)
    for k, (i, j) in enumerate(peaks, 1):
        markers[i, j] = k
    return watershed(-d, markers, mask=mask) if grow else markers


def _shrunk(mask, steps):
    markers = ndimage.label(ndimage.binary_erosion(mask, iterations=steps))[0]
    return watershed(ndimage.distance_transform_edt(markers == 0), markers, mask=mask)


def _pieces(mask):
    return ndimage.label(mask)[0]


RIGHT = {
    "11b.2": [
        _mirrored,
        lambda X, y, k: list(_mirrored(X, y, k)),
        lambda X, y, k: tuple(torch.stack([v.flip(-1) if c else v for v, c in zip(t, k, strict=True)]) for t in (X, y)),
    ],
    "11b.1": [
        _count,
        lambda m, s: np.int64(_count(m, s)),
        lambda m, s: sum(1 for k in range(1, ndimage.label(m)[1] + 1) if (ndimage.label(m)[0] == k).sum() >= s),
    ],
    "11b.3": [_cut, lambda m: _cut(m, 1.5, 2).astype(float), lambda m: _cut(m, 1.0, 4).tolist()],
    "11b.4": ["d", "D", "(d)"],
}
WRONG = {
    "11b.2": [
        lambda X, y, k: (_mirrored(X, y, k)[0], y),
        lambda X, y, k: (X, _mirrored(X, y, k)[1]),
        lambda X, y, k: _mirrored(X, y, ~k),
        lambda X, y, k: _mirrored(X, y, k, 2),
        lambda X, y, k: (X.flip(3), y.flip(3)),
        lambda X, y, k: (X[k].flip(3), y[k].flip(3)),
        lambda X, y, k: (torch.cat([X[k].flip(3), X[~k]]), torch.cat([y[k].flip(3), y[~k]])),
        lambda X, y, k: _mirrored(X, y, k)[0],
        lambda X, y, k: (_mirrored(X, y, k)[0], _mirrored(X, y, k, 2)[1]),
        lambda X, y, k: (X, y),
        lambda X, y, k: _mirrored(X, y, k)[::-1],
        lambda X, y, k: (X.flip(3) * k[:, None, None, None], y.flip(3) * k[:, None, None, None]),
    ],
    "11b.1": [
        lambda m, s: _count(m, s, at_least=False),
        lambda m, s: _count(m, s, np.ones((3, 3))),
        lambda m, s: ndimage.label(m)[1],
        lambda m, s: _count(m, s) + 1,
        lambda m, s: _count(~m, s),
        lambda m, s: int(m.sum() // s),
        lambda m, s: int((np.bincount(ndimage.label(m)[0].ravel()) >= s).sum()) - 1,
        lambda m, s: int((np.bincount(ndimage.label(m)[0].ravel()) >= s).sum()),
        lambda m, s: sum((ndimage.label(m)[0] == k).sum() >= s for k in range(1, ndimage.label(m)[1])),
        lambda m, s: ndimage.label(ndimage.binary_opening(m))[1],
        lambda m, s: _count(m, s) / max(ndimage.label(m)[1], 1),
        lambda m, s: int(m.sum()),
        lambda m, s: sum((ndimage.label(m)[0] == k).sum() <= s for k in range(1, ndimage.label(m)[1] + 1)),
    ],
    "11b.3": [
        _pieces,
        lambda m: _cut(m, apart=15),
        lambda m: _cut(m, sigma=6),
        lambda m: _cut(m, grow=False),
        lambda m: m.astype(int),
        lambda m: _shrunk(m, 1),
        lambda m: _shrunk(m, 5),
        lambda m: _pieces(~m),
        lambda m: len(np.unique(_cut(m))) - 1,
        lambda m: _cut(m).T,
        lambda m: _cut(m) + 1,
        lambda m: np.arange(m.size).reshape(m.shape) * m,
        lambda m: ndimage.label(ndimage.binary_opening(m, iterations=3))[0],
    ],
    "11b.4": ["a", "b", "c", "e", 4, "ab", "abcd", "the animal"],
}
