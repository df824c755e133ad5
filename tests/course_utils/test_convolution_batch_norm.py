"""Batch normalisation against PyTorch in float64, against its loop version and against centred differences."""

import itertools

import numpy as np
import pytest
import torch

from course_utils import convolution, gradcheck
from tests.course_utils import layer_loops as loops

SHAPES = [
    (2, 1),
    (5, 3),
    (64, 7),
    (4, 3, 6),
    (1, 2, 3, 4),
    (3, 4, 5, 7),
    (6, 1, 1, 1),
    (32, 8, 14, 14),
    (0, 3),
    (0, 2, 3, 4),
]
CASES = list(itertools.product(SHAPES, [True, False], [True, False], [0.1, 0.7], [1e-5, 0.5]))


def assert_close(ours, reference):
    reference = reference.detach().numpy() if isinstance(reference, torch.Tensor) else reference
    assert ours.shape == reference.shape
    assert ours.dtype == reference.dtype
    if reference.size:
        assert np.abs(ours - reference).max() <= 1e-10 * max(np.abs(reference).max(), 1e-3)


def batch(shape):
    rng = np.random.default_rng(sum(shape))
    channels = shape[1]
    x = rng.normal(rng.normal(size=(channels,) + (1,) * (len(shape) - 2)), 2, shape)
    running_mean, running_var = rng.normal(size=channels), rng.uniform(0.5, 2, channels)
    return x, running_mean, running_var, rng.normal(size=channels), rng.normal(size=channels), rng.normal(size=shape)


@pytest.mark.parametrize(("shape", "training", "affine", "momentum", "eps"), CASES)
def test_batch_norm_equals_torch_and_its_loop_version(shape, training, affine, momentum, eps):
    x, running_mean, running_var, weight, bias, grad_output = batch(shape)
    weight, bias = (weight, bias) if affine else (None, None)
    leaves = [None if array is None else torch.tensor(array, requires_grad=True) for array in (x, weight, bias)]
    torch_mean, torch_var = torch.tensor(running_mean), torch.tensor(running_var)
    reference = torch.nn.functional.batch_norm(leaves[0], torch_mean, torch_var, *leaves[1:], training, momentum, eps)
    reference.backward(torch.tensor(grad_output))
    for forward, backward in (
        (convolution.batch_norm, convolution.batch_norm_backward),
        (loops.batch_norm, loops.batch_norm_backward),
    ):
        mean, variance = running_mean.copy(), running_var.copy()
        assert_close(forward(x, mean, variance, weight, bias, training, momentum, eps), reference)
        assert_close(mean, torch_mean)
        assert_close(variance, torch_var)
        gradients = backward(grad_output, x, running_mean, running_var, weight, bias, training, momentum, eps)
        for ours, leaf in zip(gradients, leaves, strict=True):
            assert (ours is None) == (leaf is None)
            if leaf is not None:
                assert_close(ours, leaf.grad)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 3), (2, 3, 3, 2)])
def test_batch_norm_backward_equals_centred_differences(shape, training):
    x, running_mean, running_var, weight, bias, grad_output = batch(shape)
    statistics = (None, None) if training else (running_mean, running_var)

    def loss(_):
        return np.sum(grad_output * convolution.batch_norm(x, *statistics, weight, bias, training))

    gradients = convolution.batch_norm_backward(grad_output, x, *statistics, weight, bias, training)
    for gradient, array in zip(gradients, (x, weight, bias), strict=True):
        assert gradcheck.relative_error(gradient, gradcheck.numerical_gradient(loss, array)) < 1e-8


def test_forward_uses_the_biased_and_the_statistics_the_unbiased_variance():
    x, mean, variance = np.array([[0.0], [2.0]]), np.zeros(1), np.zeros(1)
    out = convolution.batch_norm(x, mean, variance, training=True, momentum=1.0, eps=0.0)
    assert np.array_equal(out, [[-1.0], [1.0]])
    assert (mean[0], variance[0]) == (1.0, 2.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("training", [True, False])
def test_dtype_is_kept_and_inputs_are_not_changed(dtype, training):
    *inputs, grad_output = (array.astype(dtype) for array in batch((4, 3, 5, 5)))
    copies = [array.copy() for array in inputs]
    out = convolution.batch_norm(*inputs, training=training)
    if training:
        inputs[1:3] = copies[1:3]
    gradients = convolution.batch_norm_backward(grad_output, *inputs, training=training)
    assert [array.dtype for array in (out, *gradients)] == [dtype] * 4
    assert all(np.array_equal(array, copy) for array, copy in zip(inputs, copies, strict=True))
