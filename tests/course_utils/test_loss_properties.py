"""What chapter 06 says about the losses: convexity, minimizers, seams, equivalences, label smoothing, empty targets."""

import math
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_utils import activations, losses
from tests.course_utils.loss_cases import CASES, CLASSES, REDUCTIONS, WEIGHT, in_torch, masks, pair_of, sparse


def test_rmse_of_a_perfect_prediction_has_gradient_zero():
    for reduction in REDUCTIONS:
        with np.errstate(all="raise"):
            np.testing.assert_array_equal(losses.rmse_backward([1.0, 2.0], [1.0, 2.0], reduction), 0)


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
@pytest.mark.parametrize(("name", "option"), [("huber", "delta"), ("smooth_l1", "beta")])
def test_value_and_slope_are_continuous_where_parabola_and_line_meet(name, option, delta):
    loss, backward = (partial(f, target=0.0, **{option: delta}) for f in pair_of(name))
    for side in (-1, 1):
        inside, outside = side * delta * (1 - 1e-9), side * delta * (1 + 1e-9)
        assert loss(inside) == pytest.approx(loss(outside), rel=1e-8)
        assert backward(inside) == pytest.approx(backward(outside), rel=1e-8)
    assert backward(1e6) == pytest.approx(delta if name == "huber" else 1.0, rel=1e-15)


CONVEX = [case[:3] for case in CASES if case[0] != "dice"]


@pytest.mark.parametrize(("name", "options", "inputs"), CONVEX)
def test_convex_in_the_prediction(name, options, inputs):
    loss, _ = pair_of(name)
    for seed in range(20):
        rng = np.random.default_rng([14, seed])
        one, target = inputs(rng)
        other, share = rng.permutation(inputs(rng)[0]), rng.uniform()
        between = loss(share * one + (1 - share) * other, target, "sum", **options)
        chord = share * loss(one, target, "sum", **options) + (1 - share) * loss(other, target, "sum", **options)
        assert between <= chord + 1e-9 * abs(chord)


def test_dice_is_not_convex_in_the_prediction():
    target = np.array([[[1.0, 0.0]]])
    left, right = np.array([[[0.0, 0.0]]]), np.array([[[1.0, 0.0]]])
    middle = losses.dice((left + right) / 2, target, smooth=0.1)
    assert middle < (losses.dice(left, target, smooth=0.1) + losses.dice(right, target, smooth=0.1)) / 2
    left, right = np.array([[[1.0, 0.0]]]), np.array([[[1.0, 1.0]]])
    middle = losses.dice((left + right) / 2, target, smooth=0.1)
    assert middle > (losses.dice(left, target, smooth=0.1) + losses.dice(right, target, smooth=0.1)) / 2


def test_minimisers_are_the_mean_the_middle_and_the_quantile():
    target = np.random.default_rng(15).exponential(size=1001)
    grid = np.linspace(0, 4, 2001)

    def best(loss):
        return grid[np.argmin([loss(np.full_like(target, c), target) for c in grid])]

    assert best(losses.mse) == pytest.approx(target.mean(), abs=2e-3)
    assert best(losses.mae) == pytest.approx(np.median(target), abs=2e-3)
    for q in (0.1, 0.9):
        assert best(partial(losses.quantile, q=q)) == pytest.approx(np.quantile(target, q), abs=1e-2)


def test_log_cosh_and_huber_agree_near_zero_and_differ_by_a_constant_far_out():
    small, large, zero = np.array([1e-3, -1e-3]), np.array([50.0, -200.0]), np.zeros(2)
    np.testing.assert_allclose(losses.log_cosh(small, zero, "none"), losses.huber(small, zero, "none"), rtol=1e-6)
    gap = losses.huber(large, zero, "none") - losses.log_cosh(large, zero, "none")
    np.testing.assert_allclose(gap, math.log(2) - 0.5, rtol=1e-12)


def test_log_cosh_keeps_its_digits_near_zero_and_has_no_seam_at_one():
    e = np.array([1e-3, 1e-6, 1e-9])
    np.testing.assert_allclose(losses.log_cosh(e, np.zeros(3), "none"), e**2 / 2 - e**4 / 12, rtol=1e-12)
    below, above = (losses.log_cosh(1 + step, 0.0) for step in (-1e-12, 1e-12))
    assert above - below == pytest.approx(2e-12 * math.tanh(1), rel=1e-3)


def test_sparse_and_categorical_targets_give_the_same_loss_and_gradient():
    rng = np.random.default_rng(16)
    for shape in [(CLASSES,), (4, CLASSES), (2, CLASSES, 3, 2)]:
        scores, dim = rng.normal(size=shape), min(1, len(shape) - 1)
        labels = rng.integers(0, CLASSES, shape[:dim] + shape[dim + 1 :])
        one_hot = np.moveaxis(np.eye(CLASSES, dtype=int)[labels], -1, dim)
        for smoothing in (0.0, 0.2):
            for function in pair_of("cross_entropy"):
                sparse_result = function(scores, labels, label_smoothing=smoothing)
                np.testing.assert_allclose(
                    sparse_result, function(scores, one_hot, label_smoothing=smoothing), rtol=1e-13
                )


def test_cross_entropy_is_nll_after_log_softmax():
    scores, labels = sparse(np.random.default_rng(17))
    log_p = activations.log_softmax(scores)
    assert losses.nll(log_p, labels) == pytest.approx(losses.cross_entropy(scores, labels), rel=1e-14)
    chained = activations.log_softmax_backward(losses.nll_backward(log_p, labels), scores)
    np.testing.assert_allclose(chained, losses.cross_entropy_backward(scores, labels), rtol=1e-12, atol=1e-16)


def test_logits_and_probabilities_give_the_same_binary_losses():
    rng = np.random.default_rng(18)
    x, t = rng.normal(size=(5, 2)), rng.uniform(size=(5, 2))
    p = activations.sigmoid(x)
    with_logits = losses.binary_cross_entropy_with_logits(x, t)
    assert losses.binary_cross_entropy(p, t) == pytest.approx(with_logits, rel=1e-13)
    weighted = losses.weighted_binary_cross_entropy(p, t, class_weights=(1, 7))
    assert weighted == pytest.approx(losses.binary_cross_entropy_with_logits(x, t, pos_weight=7), rel=1e-13)
    chained = activations.sigmoid_backward(losses.binary_cross_entropy_backward(p, t), x)
    np.testing.assert_allclose(chained, losses.binary_cross_entropy_with_logits_backward(x, t), rtol=1e-11)


def test_weighting_a_class_is_not_weighting_all_samples():
    p, t = np.array([0.3, 0.6, 0.2]), np.array([1.0, 0.0, 0.0])
    equal = losses.weighted_binary_cross_entropy_backward(p, t, class_weights=(3, 3))
    np.testing.assert_allclose(equal, 3 * losses.binary_cross_entropy_backward(p, t), rtol=1e-14)
    rare = losses.weighted_binary_cross_entropy_backward(p, t, class_weights=(1, 3))
    np.testing.assert_allclose(rare / losses.binary_cross_entropy_backward(p, t), [3, 1, 1], rtol=1e-14)


def test_label_smoothing_moves_the_minimum_to_finite_logits():
    smoothing, count = 0.1, 4
    best = np.log(np.array([1 - smoothing + smoothing / count] + [smoothing / count] * (count - 1)))
    gradient = losses.cross_entropy_backward(best, np.array(0), label_smoothing=smoothing)
    np.testing.assert_allclose(gradient, 0, atol=1e-15)
    surer = losses.cross_entropy(3 * best, np.array(0), label_smoothing=smoothing)
    assert surer > losses.cross_entropy(best, np.array(0), label_smoothing=smoothing)
    assert losses.cross_entropy(3 * best, np.array(0)) < losses.cross_entropy(best, np.array(0))


def test_ten_equal_logits_cost_log_ten_and_a_double_softmax_leaves_a_floor():
    labels = np.arange(10)
    assert losses.cross_entropy(np.zeros((10, 10)), labels) == pytest.approx(math.log(10), rel=1e-15)
    twice = losses.cross_entropy(activations.softmax(1000 * np.eye(10)), labels)
    assert twice == pytest.approx(math.log(math.e + 9) - 1, rel=1e-14)
    assert twice == pytest.approx(1.4612, abs=5e-5)


@pytest.mark.parametrize("options", [{}, {"weight": WEIGHT}, {"label_smoothing": 0.1}])
def test_with_every_target_ignored_the_mean_is_nan_and_the_gradient_zero_as_in_torch(options):
    scores, labels = np.random.default_rng(19).normal(size=(3, CLASSES)), np.full(3, -100)
    leaf = torch.tensor(scores, requires_grad=True)
    expected = in_torch(F.cross_entropy, **options)(leaf, torch.tensor(labels), "mean")
    expected.backward()
    assert math.isnan(expected.item())
    with np.errstate(all="raise"):
        assert np.isnan(losses.cross_entropy(scores, labels, **options))
        np.testing.assert_array_equal(losses.cross_entropy_backward(scores, labels, **options), leaf.grad.numpy())
        assert losses.cross_entropy(scores, labels, "sum", **options) == 0
        np.testing.assert_array_equal(losses.cross_entropy(scores, labels, "none", **options), [0, 0, 0])


def test_with_weight_zero_on_every_target_the_gradient_is_zero_whatever_the_smoothing():
    scores, labels, weight = np.random.default_rng(21).normal(size=(3, 2)), np.array([1, 0, 0]), np.array([0.0, 0.2])
    options = {"weight": weight, "label_smoothing": 0.5, "ignore_index": 1}
    assert np.isnan(losses.cross_entropy(scores, labels, **options))
    np.testing.assert_array_equal(losses.cross_entropy_backward(scores, labels, **options), 0)


@pytest.mark.parametrize("shape", [(0, 3), (0, 3, 2, 4)])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_an_empty_batch_gives_what_torch_gives(shape, reduction):
    scores, labels = np.zeros(shape), np.zeros(shape[:1] + shape[2:], int)
    leaf = torch.tensor(scores, requires_grad=True)
    expected = F.cross_entropy(leaf, torch.tensor(labels), reduction=reduction)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(losses.cross_entropy(scores, labels, reduction), expected.detach().numpy())
        assert losses.cross_entropy_backward(scores, labels, reduction).shape == shape


def test_a_class_masked_with_minus_infinity_costs_nothing_unless_it_is_the_target():
    scores = np.array([[1.0, -np.inf, 0.0]])
    expected = F.cross_entropy(torch.tensor(scores), torch.tensor([0])).item()
    with np.errstate(all="raise"):
        assert losses.cross_entropy(scores, [0]) == pytest.approx(expected, rel=1e-14)
        assert losses.cross_entropy(scores, [1]) == math.inf
        np.testing.assert_array_equal(losses.cross_entropy_backward(scores, [0])[0, 1], 0)


def test_dice_sees_a_small_object_that_the_share_of_right_pixels_does_not():
    target = np.zeros((1, 1, 20, 20))
    target[0, 0, :2, :2] = 1
    nothing_found = np.zeros_like(target)
    assert (nothing_found == target).mean() == 0.99
    assert losses.dice(nothing_found, target) == pytest.approx(1 - 1 / 5)
    assert losses.dice(target, target) == 0


def test_dice_takes_each_sample_and_channel_by_itself():
    rng = np.random.default_rng(20)
    p, t = masks(rng)
    each = losses.dice(p, t, "none")
    for n, c in np.ndindex(3, 2):
        assert each[n, c] == pytest.approx(losses.dice(p[n : n + 1, c : c + 1], t[n : n + 1, c : c + 1]), rel=1e-14)
