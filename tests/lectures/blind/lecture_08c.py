"""Answers to the exercises of lecture 08c, written from the task texts alone."""

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


def _ridge(A, b, s):
    return np.linalg.solve(A.T @ A / len(A) + s * np.eye(A.shape[1]), A.T @ b / len(A))


def _folds(X, y, S, count, error=lambda r: r**2):
    total = np.zeros(len(S))
    for out in np.array_split(np.arange(len(X)), count):
        rest = np.setdiff1d(np.arange(len(X)), out)
        total += [error(X[out] @ _ridge(X[rest], y[rest], s) - y[out]).sum() for s in S]
    return S[total.argmin()]


def _generalized(X, y, S):
    scores = []
    for s in S:
        hat = X @ np.linalg.solve(X.T @ X + len(X) * s * np.eye(X.shape[1]), X.T)
        scores.append(((y - hat @ y) ** 2).mean() / (1 - np.trace(hat) / len(X)) ** 2)
    return S[np.argmin(scores)]


def _train_error(X, y, S):
    return [((X @ _ridge(X, y, s) - y) ** 2).mean() for s in S]


RIGHT = {
    "08c.1": [lambda X, y, S: _folds(X, y, S, 10), _generalized, lambda X, y, S: float(_generalized(X, y, S))],
    "08c.2": [
        _lasso,
        lambda w, g, e, s: (w - e * g) - np.clip(w - e * g, -e * s, e * s),
        lambda w, g, e, s: np.where(np.abs(w - e * g) <= e * s, 0, w - e * g - e * s * np.sign(w - e * g)),
    ],
    "08c.3": [lambda *a: (_jacobian(*a) ** 2).sum(), lambda *a: np.linalg.norm(_jacobian(*a)) ** 2, _torch_jacobian],
    "08c.4": [2.0**-20, 0.5**20, np.float32(2**-20)],
    "08c.5": [_stop, lambda *a: list(_stop(*a)), lambda *a: np.array(_stop(*a))],
    "08c.6": ["b", "B", "(b)"],
}
WRONG = {
    "08c.1": [
        lambda X, y, S: S[np.argmin(_train_error(X, y, S))],
        lambda X, y, S: S[0],
        lambda X, y, S: S[-1],
        lambda X, y, S: S.mean(),
        lambda X, y, S: S[len(S) // 2],
        lambda X, y, S: int(np.argmin(_train_error(X, y, S))),
        lambda X, y, S: min(_train_error(X, y, S)),
        lambda X, y, S: _ridge(X, y, S[0]),
        lambda X, y, S: S[np.argmax(_train_error(X, y, S))],
        lambda X, y, S: 0.05,
    ],
    "08c.2": [
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
    "08c.3": [
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
    "08c.4": [2.0**-21, 2.0**-19, 1.0, 2.0**20, 2.0**-10, 0.5 * 20, 1 / 512, 0.0],
    "08c.5": [
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
    "08c.6": ["a", "c", "d", "e", 2],
}
