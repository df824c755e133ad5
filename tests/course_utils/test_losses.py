"""Losses against PyTorch and its autograd, against differences, at the extremes, and their errors."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_utils import losses
from tests.course_utils.loss_cases import CASES, REDUCTIONS, numbers, pair_of, rates

EVERY_CASE = pytest.mark.parametrize(("name", "options", "inputs", "reference"), CASES)
EVERY_REDUCTION = pytest.mark.parametrize("reduction", REDUCTIONS)
FIRST_CASES = list({case[0]: case[:3] for case in reversed(CASES)}.values())
EVERY_LOSS = pytest.mark.parametrize(("name", "options", "inputs"), FIRST_CASES)


def test_every_loss_of_the_package_is_tested_here():
    names = {name for name in losses.__all__ if name != "Reduction"}
    assert names == {name + end for name in {case[0] for case in CASES} for end in ("", "_backward")}


@EVERY_REDUCTION
@EVERY_CASE
def test_values_and_gradients_equal_torch(name, options, inputs, reference, reduction):
    loss, backward = pair_of(name)
    prediction, target = inputs(np.random.default_rng(11))
    leaf = torch.tensor(prediction, requires_grad=True)
    value = reference(leaf, torch.tensor(target), reduction)
    value.sum().backward()
    result = loss(prediction, target, reduction, **options)
    gradient = backward(prediction, target, reduction, **options)
    assert np.shape(result) == tuple(value.shape)
    np.testing.assert_allclose(result, value.detach().numpy(), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-12, atol=1e-13)


def smooth_inputs(name, inputs, rng):
    """Inputs away from kinks and clamps, where centred differences are exact to second order."""
    prediction, target = inputs(rng)
    if name in ("binary_cross_entropy", "weighted_binary_cross_entropy", "dice"):
        return rng.uniform(0.2, 0.8, prediction.shape), target
    if inputs in (numbers, rates):
        return target + rng.choice([0.15, 0.6, 1.9, 2.5], target.shape), target
    return rng.normal(size=prediction.shape), target


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@EVERY_CASE
def test_gradients_equal_centred_differences(name, options, inputs, reference, reduction):
    loss, backward = pair_of(name)
    prediction, target = smooth_inputs(name, inputs, np.random.default_rng(12))
    numerical, step = np.empty_like(prediction), 1e-5
    for place in np.ndindex(prediction.shape):
        shift = np.zeros_like(prediction)
        shift[place] = step
        upper = loss(prediction + shift, target, reduction, **options)
        numerical[place] = (upper - loss(prediction - shift, target, reduction, **options)) / (2 * step)
    gradient = backward(prediction, target, reduction, **options)
    np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-8)


@EVERY_REDUCTION
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@EVERY_LOSS
def test_dtype_is_that_of_the_prediction_and_inputs_stay_untouched(name, options, inputs, dtype, reduction):
    loss, backward = pair_of(name)
    prediction, target = inputs(np.random.default_rng(13))
    prediction = prediction.astype(dtype)
    before = prediction.copy(), target.copy()
    with np.errstate(all="raise"):
        result, gradient = (
            loss(prediction, target, reduction, **options),
            backward(prediction, target, reduction, **options),
        )
    assert result.dtype == gradient.dtype == dtype
    assert gradient.shape == prediction.shape
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])
    in_float64 = loss(prediction.astype(np.float64), target, reduction, **options)
    np.testing.assert_allclose(result, in_float64, rtol=2e-5, atol=1e-6)


# Extremes: the exact answers, in both dtypes, with every floating-point error raised.
EXTREMES = [
    ("log_cosh", [1000.0, -1000.0, 1e-4], [0.0, 0.0, 0.0], [1000 - math.log(2)] * 2 + [5e-9], [1, -1, 1e-4]),
    ("huber", [1000.0, -1000.0], [0.0, 0.0], [999.5, 999.5], [1, -1]),
    ("binary_cross_entropy", [0.0, 1.0, 0.0, 1.0], [0, 1, 1, 0], [0, 0, 100, 100], [0, 0, -1e12, 1e12]),
    (
        "binary_cross_entropy_with_logits",
        [1000.0, -1000.0, 1000.0, -1000.0],
        [1, 0, 0, 1],
        [0, 0, 1000, 1000],
        [0, 0, 1, -1],
    ),
    (
        "cross_entropy",
        [[1000.0, -1000.0], [1000.0, -1000.0], [1000.0, 1000.0]],
        [0, 1, 1],
        [0, 2000, math.log(2)],
        [[0, 0], [1, -1], [0.5, -0.5]],
    ),
    ("nll", [[0.0, -2000.0], [0.0, -2000.0]], [0, 1], [0, 2000], [[-1, 0], [0, -1]]),
    ("dice", [[[0.0, 0.0]], [[1.0, 1.0]]], [[[0, 0]], [[1, 1]]], [[0], [0]], [[[1, 1]], [[-0.2, -0.2]]]),
    ("poisson_nll", [-1000.0, 0.0], [3.0, 0.0], [3000, 1], [-3, 1]),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "prediction", "target", "values", "gradient"), EXTREMES)
def test_extremes(name, prediction, target, values, gradient, dtype):
    loss, backward = pair_of(name)
    prediction = np.array(prediction, dtype)
    with np.errstate(all="raise"):
        result, slope = loss(prediction, target, "none"), backward(prediction, target, "none")
    np.testing.assert_allclose(result, values, rtol=1e-6)
    np.testing.assert_allclose(slope, gradient, rtol=1e-6)


def test_a_poisson_rate_too_large_for_the_dtype_is_infinite_as_in_torch():
    with np.errstate(all="raise"):
        assert losses.poisson_nll(1000.0, 3.0) == math.inf == losses.poisson_nll_backward(1000.0, 3.0)
    assert F.poisson_nll_loss(torch.tensor(1000.0), torch.tensor(3.0)).item() == math.inf


THREE, TWO_BY_THREE = np.full(3, 0.5), np.full((2, 3), 0.5)
ERRORS = [
    ("mse", (THREE, np.ones((3, 1))), {}, r"prediction has shape \(3,\) and target has shape \(3, 1\)"),
    ("mse", ([], []), {}, r"prediction and target have shape \(0,\): no element"),
    ("mae", (["a"], [1.0]), {}, "prediction must hold real numbers"),
    ("mae", ([1.0], [1j]), {}, "target must hold real numbers"),
    ("mse", ([1.0, math.nan], [1.0, 2.0]), {}, r"prediction, of shape \(2,\), holds nan at \(1,\)"),
    ("huber", (THREE, [0.0, math.inf, 0.0]), {}, r"target, of shape \(3,\), holds inf at \(1,\)"),
    ("rmse", (THREE, THREE, "average"), {}, "reduction must be .*'average'"),
    ("huber", (THREE, THREE), {"delta": -1.0}, "delta must be above 0, got -1"),
    ("smooth_l1", (THREE, THREE), {"beta": -1.0}, "beta must be .*, got -1"),
    ("quantile", (THREE, THREE), {"q": 1.0}, "q must be above 0 and below 1, got 1"),
    ("poisson_nll", (THREE, -THREE), {}, r"target \(counts\) must lie in \[0, inf\], but holds -0.5; .*\(3,\)"),
    ("poisson_nll", (-THREE, THREE), {"log_input": False}, r"prediction \(rates.*holds -0.5"),
    ("binary_cross_entropy", ([0.5, 1.5], [0, 1]), {}, r"prediction \(probabilities\).*\[0, 1\].*1.5.*\(2,\)"),
    ("binary_cross_entropy", ([0.5, math.nan], [0, 1]), {}, "prediction.* holds nan"),
    ("binary_cross_entropy", ([0.5, 0.5], [0, 2]), {}, r"target must lie in \[0, 1\], but holds 2"),
    ("binary_cross_entropy", (THREE, THREE), {"weight": [1, 2]}, r"weight has shape \(2,\).*\(3,\)"),
    ("binary_cross_entropy_with_logits", (THREE, 2 * THREE + 1), {}, "target must lie in"),
    ("binary_cross_entropy_with_logits", (THREE, THREE), {"pos_weight": -1}, "pos_weight must lie in .*holds -1"),
    ("weighted_binary_cross_entropy", (THREE, THREE), {"class_weights": (1, 2, 3)}, r"class_weights.*\(3,\)"),
    ("weighted_binary_cross_entropy", (THREE, THREE), {"class_weights": (1, -2)}, "class_weights must lie in.*-2"),
    ("cross_entropy", (TWO_BY_THREE, [0, 3]), {}, r"target \(class indices\) must lie in \[0, 2\], but holds 3"),
    ("cross_entropy", (TWO_BY_THREE, [0, -1]), {}, r"target \(class indices\).*holds -1"),
    ("cross_entropy", (TWO_BY_THREE, [0, 1, 2]), {}, r"prediction has shape \(2, 3\).*\(2,\).*it has shape \(3,\)"),
    ("cross_entropy", (TWO_BY_THREE, [0.0, 1.0]), {}, "target of shape .* must hold integer class indices"),
    ("cross_entropy", (TWO_BY_THREE, TWO_BY_THREE), {}, r"shape \(2, 3\); they must sum to 1.* 1.5 to 1.5"),
    ("cross_entropy", (TWO_BY_THREE, TWO_BY_THREE * 4 - 1), {"label_smoothing": 2}, r"label_smoothing must lie in \[0"),
    ("cross_entropy", (np.eye(2), 2 * np.eye(2)), {}, r"target \(probabilities\) must lie in \[0, 1\]"),
    ("cross_entropy", (TWO_BY_THREE, [0, 1]), {"weight": [1, 2]}, r"weight has shape \(2,\).*\(2, 3\) has 3 classes"),
    ("cross_entropy", (TWO_BY_THREE, [0, 1], "avg"), {}, "reduction must be"),
    ("cross_entropy", ([[0.0, math.nan]], [0]), {}, r"prediction of shape \(1, 2\) holds NaN or infinity"),
    ("cross_entropy", ([[0.0, math.inf]], [0]), {}, r"prediction of shape \(1, 2\) holds NaN or infinity"),
    ("cross_entropy", (TWO_BY_THREE, [0, 1]), {"weight": [1, math.inf, 1]}, "weight must lie in .*holds inf"),
    ("cross_entropy", (np.ones((2, 0)), [0, 1]), {}, r"no side but N 0, got \(2, 0\)"),
    ("cross_entropy", (1.0, 0), {}, r"prediction must have shape \(C,\).*got \(\)"),
    ("nll", (TWO_BY_THREE, TWO_BY_THREE), {}, r"class indices of shape \(2,\).*it has shape \(2, 3\)"),
    ("nll", (TWO_BY_THREE, [0, 1]), {"weight": [1, -2, 1]}, "weight must lie in .*holds -2"),
    ("dice", (TWO_BY_THREE, TWO_BY_THREE), {}, r"prediction must have shape \(N, C, d1, …\).*got \(2, 3\)"),
    ("dice", (np.full((1, 1, 2), 2.0), np.ones((1, 1, 2))), {}, r"prediction \(probabilities\).*holds 2"),
    ("dice", (np.ones((1, 1, 2)), -np.ones((1, 1, 2))), {}, "target must lie in"),
    ("dice", (np.ones((1, 1, 2)), np.ones((1, 1, 2))), {"smooth": 0}, "smooth must be above 0, got 0"),
]


@pytest.mark.parametrize(("name", "arguments", "options", "message"), ERRORS)
def test_errors_name_the_argument_and_the_shapes(name, arguments, options, message):
    for function in pair_of(name):
        with pytest.raises(ValueError, match=message):
            function(*arguments, **options)


def test_the_example_of_the_package_runs():
    results = doctest.testmod(losses)
    assert results.attempted > 0
    assert results.failed == 0
