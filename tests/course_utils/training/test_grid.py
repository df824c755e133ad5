"""A grid of networks, trained at once, against single networks trained one by one."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.training.grid import train_grid

GAINS, RATES, SEEDS = (1.0, 2.0), (0.1, 0.5, 1.0), 2


def examples(count, seed):
    draws = torch.Generator().manual_seed(seed)
    X = torch.randn(count, 4, generator=draws)
    return X, (X[:, 0] + X[:, 1] > 0).long() + (X[:, 2] > 1).long()


def trained_alone(gain, rate, seed, steps, train, held_out):
    """Train the network of one place in the grid from the same draws, and return its accuracies."""
    layers = [nn.Linear(4, 8), nn.Linear(8, 6), nn.Linear(6, 3)]
    torch.manual_seed(1)
    for number, layer in enumerate(layers):
        draws = torch.randn(SEEDS, layer.in_features, layer.out_features)[seed] / layer.in_features**0.5
        nn.init.zeros_(layer.bias)
        layer.weight.data = ((gain if number < 2 else 1) * draws).T.contiguous()
    net = nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])
    sgd = torch.optim.SGD(net.parameters(), rate)
    for _ in range(steps):
        chosen = torch.randint(len(train[0]), (SEEDS, 50))[seed]
        sgd.zero_grad()
        nn.functional.cross_entropy(net(train[0][chosen]), train[1][chosen]).backward()
        sgd.step()
    return [(net(X).argmax(dim=1) == y).double().mean().item() for X, y in held_out]


def test_each_network_of_the_grid_is_the_one_that_is_trained_alone():
    train, held_out = examples(200, 0), [examples(80, 1), examples(120, 2)]
    torch.manual_seed(1)
    grid = train_grid(torch.tanh, [4, 8, 6, 3], GAINS, RATES, SEEDS, 200, train=train, held_out=held_out)
    assert grid.shape == (2, 2, len(GAINS), len(RATES), SEEDS)
    for place in ((0, 0, 0), (1, 2, 1), (1, 0, 0)):
        alone = trained_alone(GAINS[place[0]], RATES[place[1]], place[2], 200, train, held_out)
        assert np.allclose(grid[-1][(slice(None), *place)], alone, atol=0.013)  # one in 80


def test_a_network_that_overflows_harms_no_other():
    train, held_out = examples(200, 0), [examples(80, 1)]

    def last(rates):
        torch.manual_seed(1)
        return train_grid(torch.relu, [4, 8, 3], [1.0], rates, 1, 100, train=train, held_out=held_out)[-1, 0, 0]

    with_wild, alone = last([0.1, 1e6]), last([0.1])
    assert with_wild[0] == alone[0] > 0.6
    assert with_wild[1] < 0.6


@pytest.mark.parametrize(("widths", "steps"), [([4, 3], 100), ([5, 8, 3], 100), ([4, 8, 3], 99)])
def test_what_does_not_fit_is_refused(widths, steps):
    with pytest.raises(ValueError, match="hidden layer and inputs of shape"):
        train_grid(torch.relu, widths, [1.0], [0.1], 1, steps, train=examples(60, 0), held_out=[])
