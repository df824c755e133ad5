"""Answers to the exercises of lecture 10b, written from the task texts alone."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import models, training


def _mirror(X, chosen, dim=3):
    return torch.where(chosen[:, None, None, None], X.flip(dim), X)


def _smooth(y, K, e):
    return F.one_hot(y, K) * (1 - e) + e / K


def _looks(model, X, f=lambda z: z.softmax(1), train=False, both=True):
    model.train(train)
    with torch.no_grad():
        return (f(model(X)) + f(model(X.flip(3)))) / 2 if both else f(model(X))


def _unstable(z):
    return z.exp() / z.exp().sum(1, keepdim=True)


def _half_eval(model, X):
    for layer in model.children():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()
    with torch.no_grad():
        return (model(X).softmax(1) + model(X.flip(3)).softmax(1)) / 2


def _triangle(s, total, peak, w):
    top = w * total
    return peak * s / top if s < top else peak * (total - s) / (total - top)


def _small(X, y, channels=16, epochs=4, augment=training.flip_and_shift):
    torch.manual_seed(1)
    layers = []
    for inputs, outputs, stride in ((3, channels, 2), (channels, 2 * channels, 1)):
        layers += [nn.Conv2d(inputs, outputs, 3, stride, 1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
    network = nn.Sequential(*layers, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(2 * channels, 10))
    adam = torch.optim.AdamW(network.parameters(), 0.01)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, 0.01, total_steps=training.steps(epochs, len(X), 16))
    options = {"epochs": epochs, "batch_size": 16, "verbose": False}
    training.fit(network, (X, y), optimizer=adam, scheduler=cycle, augment=augment, **options)
    return network


def _lenet(X, y, rate=0.01, epochs=2):
    torch.manual_seed(1)
    network = models.LeNet32()
    sgd = torch.optim.SGD(network.parameters(), rate, momentum=0.9)
    training.fit(network, (X, y), optimizer=sgd, epochs=epochs, batch_size=50, verbose=False)
    return network


RIGHT = {
    "10b.1": ["b", "B", "b)"],
    "10b.2": [
        _mirror,
        lambda X, c: torch.stack([x.flip(2) if k else x for x, k in zip(X, c, strict=True)]),
        lambda X, c: X.flip(3) * c[:, None, None, None] + X * ~c[:, None, None, None],
    ],
    "10b.3": [
        _smooth,
        lambda y, K, e: torch.full((len(y), K), e / K).scatter_(1, y[:, None], 1 - e + e / K),
        lambda y, K, e: torch.eye(K)[y] * (1 - e) + e * torch.ones(K) / K,
    ],
    "10b.4": [
        _looks,
        lambda model, X: torch.stack([_looks(model, X, both=False), _looks(model, X.flip(3), both=False)]).mean(0),
        lambda model, X: _looks(model, torch.cat([X, X.flip(-1)]), both=False).view(2, len(X), -1).mean(0),
    ],
    "10b.5": [
        _triangle,
        lambda s, n, p, w: p * min(s / (w * n), (n - s) / (n - w * n)),
        lambda s, n, p, w: np.interp(s, [0, w * n, n], [0, p, 0]),
    ],
    "10b.6": [_small, lambda X, y: _small(X, y, 24).eval(), lambda X, y: _small(X, y, augment=None)],
}
WRONG = {
    "10b.1": ["a", "c", "d", "e", 2],
    "10b.2": [
        lambda X, c: X.flip(3),
        lambda X, c: X,
        lambda X, c: _mirror(X, ~c),
        lambda X, c: _mirror(X, c, 2),
        lambda X, c: _mirror(X, c, 1),
        lambda X, c: _mirror(X, c, (2, 3)),
        lambda X, c: X[c].flip(3),
        lambda X, c: torch.cat([X[c].flip(3), X[~c]]),
        lambda X, c: X.flip(0) * c[:, None, None, None] + X * ~c[:, None, None, None],
        lambda X, c: X.flip(3) * c[:, None, None, None],
        lambda X, c: _mirror(X, c).numpy(),
        lambda X, c: _mirror(X, c).squeeze(),
        lambda X, c: X.flip(3) * c[:, None, None, None] + X,
    ],
    "10b.3": [
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e / (K - 1) * (1 - F.one_hot(y, K)),
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e / K * (1 - F.one_hot(y, K)),
        lambda y, K, e: F.one_hot(y, K).float(),
        lambda y, K, e: F.one_hot(y, K) * (1 - e) + e,
        lambda y, K, e: F.one_hot(y, K) + e / K,
        lambda y, K, e: F.one_hot(y, K) * e + (1 - e) / K,
        lambda y, K, e: F.one_hot(y, K) * (1 - e),
        lambda y, K, e: _smooth(y, K, e).T,
        lambda y, K, e: _smooth(y, int(y.max()) + 1, e),
        lambda y, K, e: _smooth(y, K, 0.1),
        lambda y, K, e: y[:, None] * (1 - e) + e / K * torch.ones(K),
        lambda y, K, e: _smooth(y, K, e).numpy(),
        lambda y, K, e: F.one_hot((y + 1) % K, K) * (1 - e) + e / K,
    ],
    "10b.4": [
        lambda m, X: _looks(m, X, train=True),
        lambda m, X: _looks(m, X, lambda z: z),
        lambda m, X: (_looks(m, X, lambda z: z)).softmax(1),
        lambda m, X: _looks(m, X, both=False),
        lambda m, X: 2 * _looks(m, X),
        lambda m, X: _looks(m, X, _unstable),
        _half_eval,
        lambda m, X: _looks(m, X, lambda z: z.log_softmax(1)),
        lambda m, X: _looks(m, (X + X.flip(3)) / 2, both=False),
        lambda m, X: _looks(m, X, lambda z: z.softmax(0)),
        lambda m, X: (_looks(m, X, both=False) + _looks(m, X.flip(2), both=False)) / 2,
        lambda m, X: torch.maximum(_looks(m, X, both=False), _looks(m, X.flip(3), both=False)),
        lambda m, X: (_looks(m, X, both=False) * _looks(m, X.flip(3), both=False)).sqrt(),
        lambda m, X: _looks(m, X).argmax(1),
        lambda m, X: _looks(m, X, torch.sigmoid),
        lambda m, X: _looks(m, X.flip(3), both=False),
    ],
    "10b.5": [
        lambda s, n, p, w: _triangle(s, n, p, int(w * n) / n),
        lambda s, n, p, w: p * s / n,
        lambda s, n, p, w: p * min(s / (w * n), 1),
        lambda s, n, p, w: p * (n - s) / n,
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (1 - s / n),
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (n - s) / n,
        lambda s, n, p, w: p * s / w if s < w else p * (n - s) / (n - w),
        lambda s, n, p, w: _triangle(s, n, 1.0, w),
        lambda s, n, p, w: _triangle(s, n, p, 0.5),
        lambda s, n, p, w: _triangle(s, n, p, 1 - w),
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (1 + np.cos(np.pi * (s - w * n) / (n - w * n))) / 2,
        lambda s, n, p, w: p * (n - s) / (n - w * n) if s > w * n else p,
        lambda s, n, p, w: p * s / (w * n) if s < w * n else p * (s - w * n) / (n - w * n),
    ],
    "10b.6": [
        lambda X, y: models.LeNet32(),
        lambda X, y: models.SmallResNet(8).eval(),
        _lenet,
        lambda X, y: _lenet(X, y, rate=0.3, epochs=1),
        lambda X, y: _lenet(X, y.flip(0), epochs=1),
        lambda X, y: _lenet(X, y)(X),
        lambda X, y: _lenet,
        lambda X, y: models.SmallResNet,
        lambda X, y: y,
        lambda X, y: nn.Sequential(nn.Flatten(), nn.Linear(3072, 3)),
        lambda X, y: nn.Linear(3072, 10),
    ],
}
