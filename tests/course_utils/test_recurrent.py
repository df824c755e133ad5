"""Recurrent layers against PyTorch's modules in float64, and their gradients against centered differences."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import gradcheck, recurrent

PAIRS = {name: (getattr(recurrent, name), getattr(nn, name)) for name in recurrent.__all__}
RNG = np.random.default_rng


@pytest.mark.parametrize("name", PAIRS)
def test_layer_equals_torch(name):
    ours, theirs = PAIRS[name]
    layer, module = ours(3, 5, rng=0), theirs(3, 5, batch_first=True).double()
    layer.load_state_dict(module.state_dict())
    for seed in range(2):  # twice: gradients do not accumulate
        x, grad_output = RNG(seed).normal(size=(4, 7, 3)), RNG(seed + 9).normal(size=(4, 7, 5))
        leaf = torch.tensor(x, requires_grad=True)
        module.zero_grad()
        reference, _ = module(leaf)
        np.testing.assert_allclose(layer.forward(x), reference.detach(), rtol=0, atol=1e-12)
        reference.backward(torch.tensor(grad_output))
        np.testing.assert_allclose(layer.backward(grad_output), leaf.grad, rtol=0, atol=1e-12)
        for key, parameter in module.named_parameters():
            np.testing.assert_allclose(layer.gradients()[key], parameter.grad, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", PAIRS)
def test_weights_move_to_torch_by_name(name):
    ours, theirs = PAIRS[name]
    layer, module = ours(2, 4, rng=1), theirs(2, 4, batch_first=True).double()
    module.load_state_dict({key: torch.tensor(array) for key, array in layer.state_dict().items()})
    x = RNG(2).normal(size=(3, 5, 2))
    np.testing.assert_allclose(module(torch.tensor(x))[0].detach(), layer.forward(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", PAIRS)
def test_backward_equals_centered_differences(name):
    layer, x = PAIRS[name][0](2, 3, rng=3), RNG(4).normal(size=(2, 4, 2))
    grad_output = RNG(5).normal(size=(2, 4, 3))
    layer.forward(x)
    gradients = {"x": layer.backward(grad_output)} | layer.gradients()
    for key, array in ({"x": x} | layer.parameters()).items():
        numerical = gradcheck.numerical_gradient(lambda _: np.sum(grad_output * layer.forward(x)), array)
        assert gradcheck.relative_error(gradients[key], numerical) < 1e-8, key


@pytest.mark.parametrize("name", PAIRS)
def test_initialisation_has_the_bounds_of_torch(name):
    ours, theirs = PAIRS[name]
    for key, parameter in theirs(7, 64).named_parameters():
        array = ours(7, 64, rng=0).parameters()[key]
        assert np.abs(array).max() <= 1 / 8  # 1 / sqrt(64), also for the weights of the seven inputs
        assert np.abs(array).max() == pytest.approx(parameter.abs().max().item(), rel=0.1)


def test_float32_stays_float32():
    layer = recurrent.LSTM(2, 3, rng=0, dtype=np.float32)
    assert layer.forward(np.ones((1, 2, 2), np.float32)).dtype == np.float32
    assert layer.backward(np.ones((1, 2, 3), np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda layer: layer.forward(np.ones((2, 3))), r"x has shape \(2, 3\); expected 3 axes, \(N, T, F\)"),
        (lambda layer: layer.forward(np.ones((2, 3, 5))), "as many features as weight_ih_l0"),
        (lambda layer: layer.forward(np.ones((2, 3, 4), np.float32)), "dtypes differ"),
        (lambda layer: layer.forward(np.full((2, 3, 4), np.nan)), "holds nan"),
        (
            lambda layer: [layer.forward(np.ones((2, 3, 4))), layer.backward(np.ones((2, 1, 6)))],
            r"expected \(2, 3, 6\)",
        ),
        (lambda layer: recurrent.RNN(0, 3), "input_size is 0"),
    ],
)
def test_what_is_wrong_is_named(act, words):
    with pytest.raises(ValueError, match=words):
        act(recurrent.GRU(4, 6, rng=0))


def test_backward_needs_forward_first():
    with pytest.raises(RuntimeError, match="call forward first"):
        recurrent.RNN(2, 2, rng=0).backward(np.ones((1, 1, 2)))
