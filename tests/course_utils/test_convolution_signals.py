"""``conv1d`` against PyTorch in float64, forward and backward."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from course_utils.convolution import conv1d, conv1d_backward

CASES = [
    {},
    {"stride": 2, "padding": 3},
    {"padding": "same", "dilation": 2},
    {"stride": 3, "padding": 1, "dilation": 2, "groups": 2},
]


@pytest.mark.parametrize("arguments", CASES, ids=str)
def test_values_and_gradients_equal_torch(arguments):
    rng = np.random.default_rng(0)
    x, bias = rng.normal(size=(3, 4, 20)), rng.normal(size=6)
    weight = rng.normal(size=(6, 4 // arguments.get("groups", 1), 5))
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, weight, bias)]
    reference = functional.conv1d(*leaves, **arguments)
    ours = conv1d(x, weight, bias, **arguments)
    np.testing.assert_allclose(ours, reference.detach(), rtol=0, atol=1e-12)
    grad_output = rng.normal(size=ours.shape)
    reference.backward(torch.tensor(grad_output))
    for ours, leaf in zip(conv1d_backward(grad_output, x, weight, bias, **arguments), leaves, strict=True):
        np.testing.assert_allclose(ours, leaf.grad, rtol=0, atol=1e-11)


def test_without_bias_there_is_no_gradient_of_it():
    x, weight = np.ones((2, 1, 8)), np.ones((1, 1, 3))
    assert conv1d_backward(np.ones((2, 1, 6)), x, weight)[2] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": np.ones((4, 8))}, r"x has shape \(4, 8\); expected 3 axes, \(N, C, T\)"),
        ({"weight": np.ones((1, 1, 3, 3))}, r"expected 3 axes, \(O, C, K\)"),
        ({"weight": np.ones((1, 1, 9))}, "too large for x"),
        ({"stride": 0}, "stride is 0"),
        ({"padding": -1}, "padding is -1"),
    ],
)
def test_what_is_wrong_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        conv1d(**({"x": np.ones((2, 1, 8)), "weight": np.ones((1, 1, 3))} | change))
