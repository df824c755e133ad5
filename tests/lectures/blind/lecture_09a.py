"""Answers to the exercises of lecture 09a, written from the task texts alone."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def _descend(model, X, y, steps, lr, loss=F.cross_entropy, optimizer=torch.optim.SGD, parameters=list, after=False):
    opt, losses = optimizer(parameters(model.parameters()), lr=lr), []
    for _ in range(steps):
        value = loss(model(X), y)
        opt.zero_grad()
        value.backward()
        opt.step()
        losses.append((loss(model(X), y) if after else value).item())
    return losses


def _losses_kept(model, X, y, steps, lr):
    opt, losses = torch.optim.SGD(model.parameters(), lr=lr), []
    for _ in range(steps):
        losses.append(F.cross_entropy(model(X), y))
        opt.zero_grad()
        losses[-1].backward()
        opt.step()
    return losses


def _pairs(model, X, y, steps, lr):
    opt, losses = torch.optim.SGD(model.parameters(), lr=lr), []
    for t in range(steps):
        value = F.cross_entropy(model(X[2 * t % 4 :][:2]), y[2 * t % 4 :][:2])
        opt.zero_grad()
        value.backward()
        opt.step()
        losses.append(value.item())
    return losses


def _accumulating(model, X, y, steps, lr):
    opt, losses = torch.optim.SGD(model.parameters(), lr=lr), []
    for _ in range(steps):
        value = F.cross_entropy(model(X), y)
        value.backward()
        opt.step()
        losses.append(value.item())
    return losses


def _by_hand(model, X, y, steps, lr):
    losses = []
    for _ in range(steps):
        value = nn.CrossEntropyLoss()(model(X), y)
        gradients = torch.autograd.grad(value, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter -= lr * gradient
        losses.append(float(value))
    return losses


def _predict(model, X):
    model.eval()
    with torch.no_grad():
        return model(X).softmax(1)


def _unstable(model, X):
    model.eval()
    with torch.no_grad():
        e = model(X).exp()
    return e / e.sum(1, keepdim=True)


def _half_eval(model, X):
    for layer in model.children():
        if isinstance(layer, nn.BatchNorm2d | nn.BatchNorm1d):
            layer.eval()
    with torch.no_grad():
        return model(X).softmax(1)


def _train_mode(model, X):
    model.train()
    with torch.no_grad():
        return model(X).softmax(1)


def _eval_outputs(change):
    def answer(model, X):
        model.eval()
        with torch.no_grad():
            return change(model(X))

    return answer


class _Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(6, 1, 5, 5) / 5)
        self.l = nn.Linear(96, 10)

    def forward(self, x):
        return self.l(F.max_pool2d(torch.relu(F.conv2d(x, self.w, stride=2)), 3).flatten(1))


class _Unused(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 2, 3)
        self.n = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(49, 20), nn.ReLU(), nn.Linear(20, 10))

    def forward(self, x):
        return self.n(x)


def _tiny(*end, zero=False):
    net = nn.Sequential(nn.Conv2d(1, 6, 5, stride=2), nn.ReLU(), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(96, 10), *end)
    if zero:
        nn.init.zeros_(net[4].weight)
        nn.init.zeros_(net[4].bias)
    return net


_SHARED = _tiny()

RIGHT = {
    "09a.1": [
        lambda X, m, s: X * s[:, None, None] + m[:, None, None],
        lambda X, m, s: torch.stack([X[:, c] * s[c] + m[c] for c in range(X.shape[1])], 1),
        lambda X, m, s: X.float() * s.float().view(1, -1, 1, 1) + m.float().view(1, -1, 1, 1),
    ],
    "09a.2": [8 * 10 + 16 + 8 * 73 + 16 + 10 * (8 * 49 + 1), 4626.0, np.int64(4626)],
    "09a.3": ["b", "B", "(b)"],
    "09a.4": [_descend, _by_hand, lambda *a: np.array(_descend(*a)), lambda *a: tuple(_descend(*a))],
    "09a.5": [
        _predict,
        lambda model, X: _eval_outputs(lambda z: F.log_softmax(z, 1).exp())(model, X),
        lambda model, X: _eval_outputs(nn.Softmax(dim=1))(model, X),
    ],
    "09a.6": [
        _tiny,
        _Own,
        lambda: _tiny(zero=True),
        lambda: nn.Sequential(nn.Conv2d(1, 8, 5, 4), nn.Tanh(), nn.Flatten(), nn.Linear(288, 4), nn.Linear(4, 10)),
    ],
}
WRONG = {
    "09a.1": [
        lambda X, m, s: (X - m[:, None, None]) / s[:, None, None],
        lambda X, m, s: (X + m[:, None, None]) * s[:, None, None],
        lambda X, m, s: X * s[:, None, None] - m[:, None, None],
        lambda X, m, s: X * s[:, None, None],
        lambda X, m, s: X + m[:, None, None],
        lambda X, m, s: X / s[:, None, None] + m[:, None, None],
        lambda X, m, s: X * m[:, None, None] + s[:, None, None],
        lambda X, m, s: X * s[0] + m[0],
        lambda X, m, s: X * s.mean() + m.mean(),
        lambda X, m, s: (X * s[:, None, None] + m[:, None, None]) * 255,
        lambda X, m, s: (X * s[:, None, None] + m[:, None, None]).numpy(),
        lambda X, m, s: (X * s[:, None, None] + m[:, None, None]).squeeze(),
        lambda X, m, s: (X * s[:, None, None] + m[:, None, None]).mean(1),
        lambda X, m, s: (X * s[:, None, None] + m[:, None, None]).clamp(0, 1),
    ],
    "09a.2": [4625, 4627, 4610, 2306, 4400, 8490, 4594, 4322, 4616, 1000],
    "09a.3": ["a", "c", "d", "e", "bb", 2, True, ["b"]],
    "09a.4": [
        _accumulating,
        _losses_kept,
        _pairs,
        lambda *a: _descend(*a, after=True),
        lambda *a: _descend(*a)[-1],
        lambda *a: _descend(*a)[1:],
        lambda *a: _descend(*a, optimizer=torch.optim.Adam),
        lambda *a: _descend(*a, loss=lambda z, y: F.cross_entropy(z, y, reduction="sum")),
        lambda *a: _descend(*a, loss=F.nll_loss),
        lambda *a: _descend(*a, loss=lambda z, y: F.cross_entropy(z.softmax(1), y)),
        lambda *a: _descend(*a, parameters=lambda p: list(p)[-2:]),
        lambda model, X, y, steps, lr: _descend(model, X, y, steps, 0.1 if lr != 0.1 else 0.2),
        lambda model, X, y, steps, lr: [F.cross_entropy(model(X), y).item()] * steps,
        lambda model, X, y, steps, lr: _descend(model.eval(), X, y, steps, lr),
        lambda *a: _descend(*a, optimizer=lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9)),
        lambda model, X, y, steps, lr: (
            _descend(model, X, y, steps, -lr) if lr < 0 else [-v for v in _descend(model, X, y, steps, lr)]
        ),
        lambda model, X, y, steps, lr: _descend(model, X[:1], y[:1], steps, lr),
    ],
    "09a.5": [
        _unstable,
        _half_eval,
        _train_mode,
        lambda model, X: model(X).softmax(1),
        _eval_outputs(torch.exp),
        _eval_outputs(lambda z: z),
        _eval_outputs(lambda z: z.softmax(0)),
        _eval_outputs(lambda z: z.log_softmax(1)),
        _eval_outputs(torch.sigmoid),
        _eval_outputs(lambda z: z.argmax(1)),
        _eval_outputs(lambda z: z.softmax(1).max(1).values),
        _eval_outputs(lambda z: z / z.sum(1, keepdim=True)),
        _eval_outputs(lambda z: z.softmax(1).numpy()),
        lambda model, X: torch.cat([_train_mode(model, image[None]) for image in X]),
    ],
    "09a.6": [
        lambda: _tiny(nn.ReLU()),
        lambda: _tiny(nn.Softmax(1)),
        lambda: _tiny(nn.Sigmoid()),
        lambda: _SHARED,
        _Unused,
        lambda: nn.Sequential(nn.Conv2d(1, 6, 5, 2), nn.AvgPool2d(3), nn.Flatten(), nn.Linear(96, 10)),
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.ReLU(), nn.Linear(1, 10)),
        lambda: nn.Sequential(nn.Conv2d(1, 16, 5, 2), nn.ReLU(), nn.Flatten(), nn.Linear(2304, 10)),
        lambda: _tiny().requires_grad_(False),
        lambda: _tiny(nn.Linear(10, 9)),
        lambda: [nn.Conv2d(1, 6, 5), nn.ReLU()],
        lambda: nn.Sequential(nn.Conv2d(3, 6, 5, 2), nn.ReLU(), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(96, 10)),
    ],
}
