"""Activations against PyTorch and its autograd, and the properties that chapter 05 names."""

import doctest
import math
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_utils import activations

# name, options, the same in PyTorch
CASES = [
    ("linear", {}, lambda x: 1 * x),
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("relu", {}, F.relu),
    ("leaky_relu", {}, F.leaky_relu),
    ("leaky_relu", {"negative_slope": 0.3}, partial(F.leaky_relu, negative_slope=0.3)),
    ("selu", {}, F.selu),
    ("elu", {}, F.elu),
    ("elu", {"alpha": 0.7}, partial(F.elu, alpha=0.7)),
    ("silu", {}, F.silu),
    ("gelu", {}, F.gelu),
    ("softplus", {}, F.softplus),
    ("softplus", {"beta": 3.0, "threshold": 5.0}, partial(F.softplus, beta=3.0, threshold=5.0)),
    ("softmax", {}, partial(F.softmax, dim=-1)),
    ("softmax", {"dim": 0}, partial(F.softmax, dim=0)),
    ("softmax", {"dim": 1, "temperature": 0.4}, lambda x: F.softmax(x / 0.4, dim=1)),
    ("log_softmax", {}, partial(F.log_softmax, dim=-1)),
    ("log_softmax", {"dim": 1}, partial(F.log_softmax, dim=1)),
]
EVERY_CASE = pytest.mark.parametrize(("name", "options", "in_torch"), CASES)
EVERY_NAME = pytest.mark.parametrize(("name", "options"), [case[:2] for case in CASES if not case[1]])
KINKS_AND_EXTREMES = [0.0, -0.0, 1e-8, -1e-8, 1.7, 19.9, 20.1, -20.1, 40.0, -40.0, 1000.0, -1000.0]


def pair_of(name):
    return getattr(activations, name), getattr(activations, f"{name}_backward")


def net_input(seed=5):
    """Shape (4, 3, 7): ordinary numbers, the kinks, and numbers at which a naive exponential overflows."""
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=4, size=84)
    x[: len(KINKS_AND_EXTREMES)] = KINKS_AND_EXTREMES
    return rng.permutation(x).reshape(4, 3, 7), rng.normal(size=(4, 3, 7))


@EVERY_CASE
def test_values_and_gradients_equal_torch(name, options, in_torch):
    forward, backward = pair_of(name)
    x, grad_output = net_input()
    leaf = torch.tensor(x, requires_grad=True)
    y = in_torch(leaf)
    y.backward(torch.tensor(grad_output))
    np.testing.assert_allclose(forward(x, **options), y.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(backward(grad_output, x, **options), leaf.grad.numpy(), rtol=1e-12, atol=1e-14)


@EVERY_CASE
def test_gradients_equal_centred_differences(name, options, in_torch):
    forward, backward = pair_of(name)
    rng = np.random.default_rng(6)
    x, grad_output, step = (
        rng.uniform(0.1, 2, (3, 4, 2)) * rng.choice([-1, 1], (3, 4, 2)),
        rng.normal(size=(3, 4, 2)),
        1e-5,
    )
    numerical = np.empty_like(x)
    for place in np.ndindex(x.shape):
        shift = np.zeros_like(x)
        shift[place] = step
        difference = forward(x + shift, **options) - forward(x - shift, **options)
        numerical[place] = (grad_output * difference).sum() / (2 * step)
    np.testing.assert_allclose(backward(grad_output, x, **options), numerical, rtol=1e-7, atol=1e-8)


@EVERY_NAME
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_thousand_neither_overflows_nor_warns_and_the_dtype_stays(name, options, dtype):
    forward, backward = pair_of(name)
    x = np.array([[-1000, -100, -88.5, 0, 1], [-1000, 100, 0, 90, 1000], [1000, 1000, 1000, 1000, 1000]], dtype)
    with np.errstate(all="raise"):
        y, gradient = forward(x, **options), backward(np.ones_like(x), x, **options)
    assert y.dtype == gradient.dtype == dtype
    assert np.isfinite(y).all()
    assert np.isfinite(gradient).all()
    in_float64 = forward(x.astype(np.float64), **options)
    np.testing.assert_allclose(y, in_float64, rtol=1e-6, atol=1e-30)


def test_the_settings_of_the_caller_for_other_floating_point_errors_stay():
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        activations.leaky_relu(np.array([-1e300]), negative_slope=1e300)
    with np.errstate(all="raise"):
        activations.sigmoid(np.array([-1000.0]))
        assert np.geterr()["under"] == "raise"


@EVERY_NAME
def test_lists_and_integers_become_float64_and_inputs_stay_untouched(name, options):
    forward, backward = pair_of(name)
    assert forward([1, 2, 3]).dtype == np.float64
    x, grad_output = net_input()
    before = x.copy(), grad_output.copy()
    y, gradient = forward(x, **options), backward(grad_output, x, **options)
    y[:], gradient[:] = 0, 0  # the caller owns what comes back
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(grad_output, before[1])


def test_gradient_takes_the_dtype_of_x_not_of_grad_output():
    assert activations.relu_backward(np.ones(3), np.ones(3, np.float32)).dtype == np.float32


@pytest.mark.parametrize("temperature", [0.05, 1.0, 30.0])
@pytest.mark.parametrize("seed", range(5))
def test_softmax_sums_to_one_ignores_a_shift_and_keeps_the_order(seed, temperature):
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=10 ** rng.uniform(-1, 2), size=(6, 9))
    p = activations.softmax(x, temperature=temperature)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(activations.softmax(x + 700, temperature=temperature), p, rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(p.argmax(axis=-1), x.argmax(axis=-1))


def test_temperature_sharpens_and_flattens():
    x = np.array([1.0, 2.0, 4.0])
    entropies = [-(p * np.log(p)).sum() for p in (activations.softmax(x, temperature=t) for t in (0.3, 1.0, 3.0, 1e6))]
    assert entropies == sorted(entropies)
    assert entropies[-1] == pytest.approx(math.log(3), abs=1e-9)
    np.testing.assert_array_equal(activations.softmax(x, temperature=1e-3), [0, 0, 1])


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_softmax_jacobian_equals_autograd_and_its_product_the_backward(temperature):
    rng = np.random.default_rng(3)
    x, grad_output = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5))
    jacobian = activations.softmax_jacobian(x, temperature)
    for place in np.ndindex(2, 3):
        expected = torch.autograd.functional.jacobian(
            lambda z: torch.softmax(z / temperature, dim=0), torch.tensor(x[place])
        )
        np.testing.assert_allclose(jacobian[place], expected.numpy(), rtol=1e-12, atol=1e-15)
    product = np.einsum("...ij,...j->...i", jacobian, grad_output)
    backward = activations.softmax_backward(grad_output, x, temperature=temperature)
    np.testing.assert_allclose(backward, product, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(jacobian, jacobian.swapaxes(-1, -2), rtol=0, atol=1e-16)
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-15)


def test_softmax_jacobian_at_a_thousand_keeps_the_dtype():
    with np.errstate(all="raise"):
        jacobian = activations.softmax_jacobian(np.array([1000, 1000, -1000], np.float32))
    assert jacobian.dtype == np.float32
    np.testing.assert_array_equal(jacobian, [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]])


def test_a_masked_class_gets_probability_zero_and_no_gradient():
    x = np.array([0.5, -np.inf, 0.5])
    np.testing.assert_array_equal(activations.softmax(x), [0.5, 0, 0.5])
    np.testing.assert_array_equal(activations.softmax_backward([1.0, 2.0, 3.0], x), [-0.5, 0, 0.5])


def test_log_softmax_is_exact_where_the_logarithm_of_softmax_is_not_and_changes_nothing_twice():
    x = np.array([1000.0, 0.0, -1000.0])
    once = activations.log_softmax(x)
    np.testing.assert_array_equal(once, [0, -1000, -2000])
    y = activations.log_softmax(np.random.default_rng(0).normal(size=(4, 6)))
    np.testing.assert_allclose(activations.log_softmax(y), y, rtol=1e-12)


def test_softplus_without_threshold_is_exact_and_its_threshold_costs_what_the_text_says():
    x = np.linspace(-50, 50, 1001)
    np.testing.assert_allclose(activations.softplus(x, threshold=math.inf), np.logaddexp(0, x), rtol=1e-14)
    cost = np.abs(activations.softplus(x) - np.logaddexp(0, x)).max()
    assert 1e-9 < cost < 2.1e-9


def test_slopes_stay_accurate_far_out_in_both_tails():
    x = np.array([-40.0, 40.0])
    np.testing.assert_allclose(activations.sigmoid_backward(np.ones(2), x), np.exp(-40.0), rtol=1e-12)


def test_slopes_have_the_ranges_that_the_lecture_states():
    x = np.linspace(-8, 8, 1601)
    ones = np.ones_like(x)
    assert activations.sigmoid_backward(ones, x).max() == pytest.approx(0.25, abs=1e-15)
    assert x[activations.sigmoid_backward(ones, x).argmax()] == pytest.approx(0, abs=1e-12)
    assert activations.tanh_backward(ones, x).max() == pytest.approx(1, abs=1e-15)
    np.testing.assert_array_equal(activations.linear_backward(ones, x), 1)
    np.testing.assert_allclose(activations.tanh(x), 2 * activations.sigmoid(2 * x) - 1, atol=1e-15)


def test_selu_keeps_mean_zero_and_variance_one_and_swapped_constants_do_not():
    z = np.linspace(-12, 12, 240_001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])

    def moments(y):
        mean = (y * density).sum()
        return mean, ((y - mean) ** 2 * density).sum()

    np.testing.assert_allclose(moments(activations.selu(z)), (0, 1), atol=1e-8)
    scale, alpha = activations.SELU_ALPHA, activations.SELU_SCALE
    swapped = scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    np.testing.assert_allclose(moments(swapped), (0.248, 1.786), atol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: activations.relu_backward(np.ones((2, 3)), np.ones((3, 2))), r"grad_output.*\(2, 3\).*x.*\(3, 2\)"),
        (lambda: activations.softmax_backward(np.ones(3), np.ones((1, 3))), r"grad_output.*\(3,\).*x.*\(1, 3\)"),
        (lambda: activations.softmax(np.ones(3), temperature=0), "temperature must be above 0, got 0"),
        (lambda: activations.softmax_backward(np.ones(3), np.ones(3), temperature=-1), "temperature.*-1"),
        (lambda: activations.softmax(np.ones(3), temperature=math.nan), "temperature.*nan"),
        (lambda: activations.softmax(np.ones((2, 3)), dim=2), r"dim is 2.*\(2, 3\)"),
        (lambda: activations.log_softmax(np.float64(1)), r"dim is -1.*\(\)"),
        (lambda: activations.softmax(np.ones((2, 0))), r"x has shape \(2, 0\): no class along dim -1"),
        (lambda: activations.softplus(np.ones(3), beta=-2), "beta must be above 0, got -2"),
        (lambda: activations.softplus_backward(np.ones(3), np.ones(3), beta=0), "beta must be above 0, got 0"),
        (lambda: activations.sigmoid(["a"]), "x must hold real numbers"),
        (lambda: activations.tanh(np.ones(2) * 1j), "x must hold real numbers.*complex128"),
        (lambda: activations.tanh_backward(["a"], [1.0]), "grad_output must hold real numbers"),
    ],
)
def test_errors_name_the_argument_and_the_shapes(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_example_of_the_package_runs():
    results = doctest.testmod(activations)
    assert results.attempted > 0
    assert results.failed == 0
