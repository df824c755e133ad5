"""What max pooling of signals has to do. Do not change this file; make it pass by writing layers.py.

A signal has one axis: window j holds the samples j * stride to j * stride + kernel_size - 1.
"""

import numpy as np
import pytest
from layers import max_pool, max_pool_backward

SIZES = [(2, 2), (3, 2), (3, 1), (2, 3), (1, 1)]  # kernel_size, stride


def outputs(length, kernel_size, stride):
    return (length - kernel_size) // stride + 1


def some_signals(kernel_size, stride):
    """Return signals without ties, (2, 3, 11), and a δ for each window."""
    rng = np.random.default_rng(4)
    x = rng.permutation(66).reshape(2, 3, 11) - 33.0
    return x, rng.normal(size=(2, 3, outputs(11, kernel_size, stride)))


def test_the_largest_sample_of_each_window():
    x = np.array([[[1.0, 5, 2, 0, 4, 3]]])
    np.testing.assert_array_equal(max_pool(x, 2, 2), [[[5, 2, 4]]])
    np.testing.assert_array_equal(max_pool(x, 3, 1), [[[5, 5, 4, 4]]])


def test_negative_samples():
    x = np.array([[[-3.0, -1, -2, -5]]])
    np.testing.assert_array_equal(max_pool(x, 2, 2), [[[-1, -2]]])
    np.testing.assert_array_equal(max_pool_backward(np.ones((1, 1, 2)), x, 2, 2), [[[0, 1, 1, 0]]])


@pytest.mark.parametrize(("kernel_size", "stride"), SIZES)
def test_shapes(kernel_size, stride):
    x, delta = some_signals(kernel_size, stride)
    assert max_pool(x, kernel_size, stride).shape == delta.shape
    assert max_pool_backward(delta, x, kernel_size, stride).shape == x.shape


def test_a_sample_that_wins_twice_gets_both():
    x = np.array([[[1.0, 9, 2]]])
    np.testing.assert_array_equal(max_pool_backward(np.array([[[3.0, 4]]]), x, 2, 1), [[[0, 7, 0]]])


def test_at_a_tie_the_first_sample_gets_everything():
    x = np.array([[[5.0, 5, 1]]])
    np.testing.assert_array_equal(max_pool_backward(np.array([[[2.0]]]), x, 3, 3), [[[2, 0, 0]]])


@pytest.mark.parametrize(("kernel_size", "stride"), SIZES)
def test_nothing_is_lost(kernel_size, stride):
    x, delta = some_signals(kernel_size, stride)
    assert np.isclose(max_pool_backward(delta, x, kernel_size, stride).sum(), delta.sum())


@pytest.mark.parametrize(("kernel_size", "stride"), SIZES)
def test_the_gradient_check(kernel_size, stride):
    x, delta = some_signals(kernel_size, stride)
    measured, eps = np.zeros(x.shape), 1e-3
    for place in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[place] += eps
        below[place] -= eps
        change = max_pool(above, kernel_size, stride) - max_pool(below, kernel_size, stride)
        measured[place] = np.sum(delta * change) / (2 * eps)
    np.testing.assert_allclose(max_pool_backward(delta, x, kernel_size, stride), measured, atol=1e-8)


def test_the_arguments_stay_as_they_are():
    x, delta = some_signals(3, 2)
    before = x.copy(), delta.copy()
    max_pool(x, 3, 2)
    max_pool_backward(delta, x, 3, 2)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(delta, before[1])
