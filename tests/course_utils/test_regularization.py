"""Regularizers in NumPy: expectations kept, gradients against differences and PyTorch, the best weights restored."""

import math

import numpy as np
import pytest
import torch

from course_utils import layers, regularization
from course_utils.gradcheck import numerical_gradient
from course_utils.optimizers import SGD, Adam, AdamW


def weights(seed=0):
    return np.random.default_rng(seed).normal(size=(3, 4))


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
def test_dropout_keeps_the_expectation(p):
    x = np.random.default_rng(0).normal(size=(3, 5))
    rng, count = np.random.default_rng(1), 20_000
    out, scale = regularization.dropout(np.broadcast_to(x, (count, 3, 5)), p, rng)
    standard_error = np.abs(x) * math.sqrt(p / (1 - p) / count)
    assert (np.abs(out.mean(axis=0) - x) <= 5 * standard_error + 1e-12).all()
    assert abs((scale == 0).mean() - p) < 5 * math.sqrt(p * (1 - p) / scale.size) + 1e-12
    assert np.allclose(scale[scale > 0], 1 / (1 - p))


def test_dropout_of_everything_is_zero_and_keeps_the_dtype():
    out, scale = regularization.dropout(np.ones((2, 3), np.float32), 1.0, np.random.default_rng(0))
    assert out.dtype == scale.dtype == np.float32
    assert not out.any()


def test_dropout_backward_equals_differences_and_the_layer():
    rng = np.random.default_rng(2)
    x, grad_output = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    _, scale = regularization.dropout(x, 0.4, np.random.default_rng(3))

    def loss(x):
        return float((regularization.dropout(x, 0.4, np.random.default_rng(3))[0] * grad_output).sum())

    gradient = regularization.dropout_backward(grad_output, scale)
    np.testing.assert_allclose(gradient, numerical_gradient(loss, x), atol=1e-8)
    layer = layers.Dropout(0.4, rng=3)
    np.testing.assert_array_equal(layer.forward(x), x * scale)
    np.testing.assert_array_equal(layer.backward(grad_output), gradient)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_dropout_refuses_what_is_no_probability(p):
    with pytest.raises(ValueError, match="probability"):
        regularization.dropout(np.ones(3), p, np.random.default_rng(0))


def test_l2_term_with_sgd_is_decay():
    with_term, with_decay = weights(), weights()
    plain, decaying = SGD([with_term], lr=0.1), SGD([with_decay], lr=0.1, weight_decay=0.3)
    for step in range(5):
        gradient = np.random.default_rng(step).normal(size=(3, 4))
        plain.step([gradient + 0.3 * with_term])
        decaying.step([gradient])
    np.testing.assert_allclose(with_term, with_decay, rtol=1e-12)


@pytest.mark.parametrize("decoupled", [False, True])
def test_adam_with_l2_term_and_adamw_equal_torch(decoupled):
    ours = weights()
    theirs = torch.tensor(ours, requires_grad=True)
    if decoupled:
        optimizer, reference = (
            AdamW([ours], 0.01, weight_decay=0.3),
            torch.optim.AdamW([theirs], 0.01, weight_decay=0.3),
        )
    else:
        optimizer, reference = Adam([ours], 0.01), torch.optim.Adam([theirs], 0.01, weight_decay=0.3)
    for step in range(20):
        gradient = np.random.default_rng(step).normal(size=(3, 4))
        term = 0 if decoupled else 0.3 * ours
        optimizer.step([gradient + term])
        theirs.grad = torch.tensor(gradient)
        reference.step()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10)


def test_soft_threshold_solves_its_problem():
    """It is the minimizer of (v - w)²/2 + amount |v|, here found on a fine grid."""
    grid = np.linspace(-3, 3, 60_001)
    for w in (-1.7, -0.4, 0.0, 0.3, 2.2):
        best = grid[((grid - w) ** 2 / 2 + 0.5 * np.abs(grid)).argmin()]
        assert abs(regularization.soft_threshold(w, 0.5) - best) < 1e-4
    assert (regularization.soft_threshold([0.4, -0.2], 0.5) == 0).all()
    with pytest.raises(ValueError, match="at least 0"):
        regularization.soft_threshold([0.4], -1.0)


def test_annealed_noise_fades_in_a_straight_line():
    assert [regularization.annealed(0.4, step, 10) for step in (0, 5, 10, 15)] == pytest.approx([0.4, 0.2, 0, 0])


def test_early_stopping_restores_the_best_weights():
    weights = {"w": np.zeros(3)}
    stopping = regularization.EarlyStopping(patience=3)
    stopped = []
    for loss in (3.0, 1.0, 2.0, math.nan, 1.0, 0.1):
        weights["w"] += 1
        stopped.append(stopping.update(loss, weights))
        if stopped[-1]:
            break
    assert (len(stopped), stopping.best_check, stopping.best_loss) == (
        5,
        2,
        1.0,
    )  # equal is not lower, NaN is never best
    np.testing.assert_array_equal(weights["w"], 5)
    kept = weights["w"]
    stopping.restore(weights)
    assert weights["w"] is kept  # in place, as a layer's parameters need it
    np.testing.assert_array_equal(weights["w"], 2)


def test_early_stopping_refuses_no_patience():
    with pytest.raises(ValueError, match="patience"):
        regularization.EarlyStopping(patience=0)
