"""The digit network of the lectures in NumPy alone: step by step the loss of PyTorch, and it learns to read."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

from course_utils import layers, losses, optimizers

STEPS, BATCH_SIZE = 200, 16


def digits():
    """Return scikit-learn's 8×8 digits enlarged to (1797, 1, 28, 28), from 0 to 1, and their classes."""
    images, classes = load_digits(return_X_y=True)
    enlarged = np.kron(images.reshape(-1, 8, 8) / 16, np.ones((3, 3)))
    return np.pad(enlarged, ((0, 0), (2, 2), (2, 2)))[:, None], classes


def numpy_network():
    rng = np.random.default_rng(0)
    return layers.Sequential(
        layers.Conv2d(1, 4, 3, padding=1, rng=rng),
        layers.BatchNorm2d(4),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(4, 4, 3, padding=1, rng=rng),
        layers.BatchNorm2d(4),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(4 * 7 * 7, 10, rng=rng),
    )


def torch_network():
    first = [nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(4 * 7 * 7, 10)).double()


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        pytest.param(optimizers.Adam, torch.optim.Adam, {"lr": 0.01}, id="Adam"),
        pytest.param(optimizers.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, id="SGD"),
    ],
)
def test_loss_equals_torch_at_every_step(ours, theirs, options):
    X, y = digits()
    net, module = numpy_network(), torch_network()
    module.load_state_dict({name: torch.tensor(array) for name, array in net.state_dict().items()})
    optimizer, torch_optimizer = ours(net.parameters(), **options), theirs(module.parameters(), **options)
    rng = np.random.default_rng(1)
    differences, curve = [], []
    for _ in range(STEPS):
        batch = rng.choice(1400, BATCH_SIZE, replace=False)
        logits = net.forward(X[batch])
        curve.append(losses.cross_entropy(logits, y[batch]))
        net.backward(losses.cross_entropy_backward(logits, y[batch]))
        optimizer.step(net.gradients())
        reference = nn.functional.cross_entropy(module(torch.tensor(X[batch])), torch.tensor(y[batch]))
        torch_optimizer.zero_grad()
        reference.backward()
        torch_optimizer.step()
        differences.append(abs(curve[-1] - reference.item()))
    assert max(differences) < 1e-9
    assert np.mean(curve[-20:]) < 0.25 * curve[0]  # it did learn, so that equal curves mean something
    accuracy = (net.eval().forward(X[1400:]).argmax(axis=1) == y[1400:]).mean()
    assert accuracy > 0.8, accuracy
    print(
        f"largest difference {max(differences):.1e}, loss {curve[0]:.2f} to {np.mean(curve[-20:]):.2f}, {accuracy:.1%}"
    )
