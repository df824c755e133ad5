"""The tasks of chapter 08 and their training: attacks rise, copies differ only by what is changed."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import diagrams
from course_utils.training import border_pixels, few_patches, noisy_digits, regularizers
from course_utils.training.moons import moon_error


@pytest.fixture(scope="module")
def digits():
    return noisy_digits.noisy_digits(seeds=2, labels=40)


def test_fgsm_moves_each_value_by_epsilon_and_the_loss_rises():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5)).double()
    x, y = torch.randn(6, 3, 2, 2, dtype=torch.float64), torch.arange(6) % 5
    attacked = regularizers.fgsm(network, x, y, 1e-5)
    torch.testing.assert_close((attacked - x).abs(), torch.full_like(x, 1e-5), rtol=1e-6, atol=0)
    weight = x.clone().requires_grad_()
    loss = F.cross_entropy(network(weight), y)
    (gradient,) = torch.autograd.grad(loss, weight)
    rise = F.cross_entropy(network(attacked), y) - loss
    assert rise.item() == pytest.approx(1e-5 * gradient.abs().sum().item(), rel=1e-3)  # no step of this size does worse
    assert network[1].weight.grad is None


def test_a_quarter_of_the_labels_is_random_and_the_parts_are_disjoint():
    task = noisy_digits.noisy_digits(seeds=3, labels=390)
    clean = noisy_digits.noisy_digits(seeds=3, labels=390, noise=0.0)
    assert torch.equal(task.X, clean.X) and torch.equal(task.y_test, clean.y_test)
    for noisy, correct in ((task.y, clean.y), (task.y_val, clean.y_val)):
        assert 0.17 < (noisy != correct).double().mean() < 0.28  # 0.25 · 0.9
    for seed in range(3):
        rows = torch.cat([task.X[seed], task.X_val[seed], task.X_test[seed]])
        assert len(torch.unique(rows, dim=0)) == len(rows)
    with pytest.raises(ValueError, match="1797 digits"):
        noisy_digits.noisy_digits(seeds=1, labels=400)


def test_networks_side_by_side_are_networks(digits):
    networks = noisy_digits.Networks((64, 7, 10), copies=3, seeds=2, activation=torch.tanh)
    logits = networks(digits.X)
    assert logits.shape == (3, 2, 40, 10)
    (W1, W2), (b1, b2) = networks.weights, networks.biases
    alone = torch.tanh(digits.X[1] @ W1[2, 1] + b1[2, 1]) @ W2[2, 1] + b2[2, 1]
    torch.testing.assert_close(logits[2, 1], alone)
    assert torch.equal(logits[0], logits[2]) and not torch.equal(W1[0, 0], W1[0, 1])


def test_training_takes_the_steps_of_torch_for_each_copy(digits):
    strengths = torch.tensor([0.0, 0.3]).reshape(-1, 1)

    def l2(networks, x):
        return strengths / 2 * sum(W.square().sum((-1, -2)) for W in networks.weights)

    networks, curves = noisy_digits.train(digits, 4, copies=2, hidden_widths=(6,), penalty=l2, every=2)
    assert curves.steps.tolist() == [0, 2, 4] and curves.test_error.shape == (3, 2, 2)
    start = noisy_digits.Networks((64, 6, 10), copies=1, seeds=2)
    for copy, strength in enumerate((0.0, 0.3)):
        alone = nn.Sequential(nn.Linear(64, 6), nn.ReLU(), nn.Linear(6, 10))
        for layer, W, b in zip((alone[0], alone[2]), start.weights, start.biases, strict=True):
            layer.load_state_dict({"weight": W[0, 1].detach().T, "bias": b[0, 1, 0].detach()})
        adam = torch.optim.Adam(alone.parameters(), lr=noisy_digits.RATE)
        for _ in range(5):  # train takes one step after each check, the last one included
            weights = alone[0].weight, alone[2].weight
            penalty = strength / 2 * sum(W.square().sum() for W in weights)
            adam.zero_grad()
            (F.cross_entropy(alone(digits.X[1]), digits.y[1]) + penalty).backward()
            adam.step()
        torch.testing.assert_close(networks.weights[0][copy, 1], alone[0].weight.detach().T, rtol=1e-3, atol=1e-5)


def test_what_changes_the_training_is_asked_in_every_step(digits):
    seen = []

    def inputs(x, y, step):
        seen.append(("inputs", step, tuple(x.shape), tuple(y.shape)))
        return x, y

    def choose(losses, step):
        seen.append(("choose", step, tuple(losses.shape)))
        return losses[..., :10]

    changes = {"inputs": inputs, "choose": choose, "schedule": lambda step: 0.0}
    still, _ = noisy_digits.train(digits, 1, hidden_widths=(5,), **changes)
    start = noisy_digits.Networks((64, 5, 10), copies=1, seeds=2)
    assert seen[:2] == [("inputs", 0, (1, 2, 40, 64), (1, 2, 40, 10)), ("choose", 0, (1, 2, 40))]
    assert torch.equal(still.weights[0], start.weights[0])  # a learning rate of 0 goes nowhere


@pytest.fixture(scope="module")
def patches():
    full = few_patches.few_patches(per_class=2)
    parts = (part.cpu() for part in (full.X, full.y, full.X_test[:60], full.y_test[:60], full.X_unlabeled[:60]))
    return few_patches.Task(*parts)


def test_training_on_patches_follows_its_seed(patches):
    first, again, other = (few_patches.train(patches, seed, 1) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first[0].weight, other[0].weight)
    assert 0 <= few_patches.error(first, patches.X_test, patches.y_test) <= 100


def test_rotated_patches_say_by_how_many_quarter_turns(patches):
    rotated = few_patches.rotated(patches, count=8)
    assert rotated.y.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    for k, image in zip(rotated.y.tolist(), rotated.X, strict=True):
        assert any(torch.equal(image.rot90(-k, (1, 2)), original) for original in patches.X_unlabeled[:8])


def test_a_window_is_the_neighborhood_of_its_pixel():
    X, y, X_new, y_new = border_pixels.windows_of_cells()
    assert X.shape == (3000, 81) and y.shape == (3000,) and X_new.shape == (4 * 48 * 48, 81)
    image = X_new[: 48 * 48, 40].reshape(48, 48)  # the middle of each window
    assert torch.equal(X_new[20 * 48 + 30].reshape(9, 9), image[16:25, 26:35])
    assert 0 < y_new.mean() < 0.2


def test_pixel_networks_learn_an_easy_rule():
    X = torch.randn(300, 81, generator=torch.Generator().manual_seed(0))
    y = (X[:, 0] > 0).float()
    found = border_pixels.train_pixels(
        lambda z, y: F.binary_cross_entropy_with_logits(z, y.expand_as(z)), X, y, X, steps=60, every=30
    )
    assert found.shape == (3, 10, 300)
    assert ((found[-1] == (y > 0.5)).double().mean(1) > 0.95).all()


def test_moons_are_learned_from_all_points():
    assert moon_error(0, 150, smooth_at="all") < 10
    assert moon_error(0, 1, smooth_at="labeled") > 10


def test_a_minimum_under_a_penalty_is_the_nearest_allowed_point():
    figure = diagrams.penalized_minimum((1.4, 0.2), 0.8)
    disk, diamond = (axis.get_title() for axis in figure.axes)
    assert disk == "L2: w = (0.79, 0.11)"  # on the way to the center
    assert diamond == "L1: w = (0.80, 0.00)"  # in the corner
    inside = diagrams.penalized_minimum((0.3, 0.2), 0.8)
    assert [axis.get_title()[4:] for axis in inside.axes] == ["w = (0.30, 0.20)"] * 2


def test_drawings_of_fits_show_what_they_are_given():
    x, grid = np.linspace(0, 1, 5), np.linspace(0, 1, 9)
    figure = diagrams.fitted_curve((x, x), grid, grid, 2 * grid, "a title", np.array([1.0, -2.0]))
    truth, fit, points = (line.get_ydata() for line in figure.axes[0].lines)
    assert np.array_equal(truth, grid) and np.array_equal(fit, 2 * grid) and np.array_equal(points, x)
    assert [bar.get_height() for bar in figure.axes[1].patches] == [1.0, -2.0]
    many = diagrams.many_fits(grid, grid, {"one": np.stack([grid, 3 * grid])})
    assert np.array_equal(many.axes[0].lines[2].get_ydata(), 2 * grid)  # the mean, after two fits
    stop = diagrams.stopping(x, {"loss": x, "error": x}, best=1, end=3, title="a title")
    assert [line.get_xdata()[0] for line in stop.axes[1].lines[1:]] == [1, 3]
    assert len(diagrams.pictures({"a": np.zeros((4, 4, 3)), "b": np.ones((4, 4, 3))}).axes) == 2
