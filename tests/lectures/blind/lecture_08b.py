"""Answers to the exercises of lecture 08b, written from the task texts alone."""

import numpy as np
import torch


def _lasso(w, g, e, s):
    z = w - e * g
    return np.sign(z) * np.maximum(np.abs(z) - e * s, 0)


def _jacobian(W1, W2, x):
    return W2 * (1 - np.tanh(W1 @ x) ** 2) @ W1


def _torch_jacobian(W1, W2, x):
    W1, W2, x = (torch.tensor(a).float() for a in (W1, W2, x))
    J = torch.autograd.functional.jacobian(lambda x: W2 @ torch.tanh(W1 @ x), x)
    return (J**2).sum().item()


def _stop(losses, patience, equal=False, counter=0, start=np.inf):
    best, at, waited = start, 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best or (equal and loss <= best):
            best, at, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience + counter:
                return epoch, at
    return len(losses), at


def _never_reset(losses, patience):
    best, at, bad = np.inf, 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, at = loss, epoch
        else:
            bad += 1
            if bad == patience:
                return epoch, at
    return len(losses), at


def _against_last(losses, patience):
    at, waited, last = 0, 0, np.inf
    for epoch, loss in enumerate(losses, 1):
        waited = 0 if loss < last else waited + 1
        at = epoch if loss < last else at
        last = loss
        if waited == patience:
            return epoch, at
    return len(losses), at


RIGHT = {
    "08b.1": [
        lambda w, b, gw, gb, s: (gw + s * w, gb),
        lambda w, b, gw, gb, s: [gw + s * w, gb.copy()],
        lambda w, b, gw, gb, s: (np.float32(gw) + np.float32(s) * np.float32(w), np.float32(gb)),
    ],
    "08b.2": [
        _lasso,
        lambda w, g, e, s: (w - e * g) - np.clip(w - e * g, -e * s, e * s),
        lambda w, g, e, s: np.where(np.abs(w - e * g) <= e * s, 0, w - e * g - e * s * np.sign(w - e * g)),
    ],
    "08b.3": [lambda *a: (_jacobian(*a) ** 2).sum(), lambda *a: np.linalg.norm(_jacobian(*a)) ** 2, _torch_jacobian],
    "08b.4": ["b", "B", "(b)"],
    "08b.5": [2.0**-20, 0.5**20, np.float32(2**-20)],
    "08b.6": [_stop, lambda *a: list(_stop(*a)), lambda *a: np.array(_stop(*a))],
}
WRONG = {
    "08b.1": [
        lambda w, b, gw, gb, s: (gw + s * w, gb + s * b),
        lambda w, b, gw, gb, s: (gw + 2 * s * w, gb),
        lambda w, b, gw, gb, s: (gw + s / 2 * w, gb),
        lambda w, b, gw, gb, s: (gw - s * w, gb),
        lambda w, b, gw, gb, s: (gw + s / 2 * w**2, gb),
        lambda w, b, gw, gb, s: (gw + s / 2 * (w**2).sum(), gb),
        lambda w, b, gw, gb, s: (gw + s * np.sign(w), gb),
        lambda w, b, gw, gb, s: (s * w, gb),
        lambda w, b, gw, gb, s: (gw, gb),
        lambda w, b, gw, gb, s: (gb, gw + s * w),
        lambda w, b, gw, gb, s: gw + s * w,
        lambda w, b, gw, gb, s: (gw + s * w, 0 * gb),
        lambda w, b, gw, gb, s: (w - s * gw, b - s * gb),
        lambda w, b, gw, gb, s: (gw, gb + s * b),
    ],
    "08b.2": [
        lambda w, g, e, s: w - e * g - e * s * np.sign(w),
        lambda w, g, e, s: w - e * (g + s * np.sign(w - e * g)),
        lambda w, g, e, s: np.sign(w - e * g) * np.maximum(np.abs(w - e * g) - s, 0),
        lambda w, g, e, s: np.maximum(w - e * g - e * s, 0),
        lambda w, g, e, s: np.sign(w) * np.maximum(np.abs(w - e * g) - e * s, 0),
        lambda w, g, e, s: w - e * g,
        lambda w, g, e, s: np.maximum(np.abs(w - e * g) - e * s, 0),
        lambda w, g, e, s: (w - e * g) * (1 - e * s),
        lambda w, g, e, s: _lasso(w, -g, e, s),
        lambda w, g, e, s: np.sign(w) * np.maximum(np.abs(w) - e * s, 0) - e * g,
        lambda w, g, e, s: np.sign(w) * np.maximum(np.abs(w) - e * s, 0),
        lambda w, g, e, s: np.where(np.abs(w - e * g) <= e * s, 0, w - e * g),
        lambda w, g, e, s: _lasso(w, g, 1.0, s),
    ],
    "08b.3": [
        lambda *a: np.linalg.norm(_jacobian(*a)),
        lambda *a: (_jacobian(*a) ** 2).mean(),
        lambda *a: _jacobian(*a),
        lambda W1, W2, x: ((W2 @ W1) ** 2).sum(),
        lambda W1, W2, x: ((W2 * (1 - np.tanh(W1 @ x)) @ W1) ** 2).sum(),
        lambda W1, W2, x: ((W2 * (1 - (W1 @ x) ** 2) @ W1) ** 2).sum(),
        lambda W1, W2, x: ((W2 * np.tanh(W1 @ x) @ W1) ** 2).sum(),
        lambda W1, W2, x: (((1 - np.tanh(W1 @ x) ** 2)[:, None] * W1) ** 2).sum(),
        lambda *a: np.linalg.norm(_jacobian(*a), 2) ** 2,
        lambda *a: _jacobian(*a).sum(),
        lambda *a: np.abs(_jacobian(*a)).sum(),
        lambda W1, W2, x: (W2**2).sum() * (W1**2).sum(),
        lambda W1, W2, x: ((W2 * (1 - np.tanh(W1 @ x) ** 2)) ** 2).sum(),
        lambda W1, W2, x: ((W2 @ np.tanh(W1 @ x)) ** 2).sum(),
    ],
    "08b.4": ["a", "c", "d", "e", 2],
    "08b.5": [2.0**-21, 2.0**-19, 1.0, 2.0**20, 2.0**-10, 0.5 * 20, 1 / 512, 0.0],
    "08b.6": [
        lambda *a: _stop(*a, equal=True),
        lambda *a: _stop(*a, counter=1),
        lambda *a: _stop(*a, counter=-1) if a[1] > 1 else (1, 1),
        lambda *a: _stop(*a)[::-1],
        lambda *a: tuple(k - 1 for k in _stop(*a)),
        lambda *a: (_stop(*a)[0], int(np.argmin(a[0])) + 1),
        _never_reset,
        _against_last,
        lambda *a: _stop(*a)[0],
        lambda *a: (_stop(*a)[0] + 1, _stop(*a)[1]),
        lambda *a: (_stop(*a)[0], _stop(*a)[0]),
        lambda *a: (len(a[0]), int(np.argmin(a[0])) + 1),
        lambda *a: (_stop(*a)[0], min(a[0])),
        lambda *a: _stop(*a, start=0.0),
    ],
}
