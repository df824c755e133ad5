"""Regularizers in PyTorch, in float64 on the CPU: attacks in their ball, an unbiased Jacobian, counted work."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_utils import evaluation, regularization
from course_utils.training import comparison, regularizers


@pytest.fixture
def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(12, 16), nn.Tanh(), nn.Linear(16, 5)).double()


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(30, 12, dtype=torch.float64, generator=generator)
    return x, torch.randint(5, (30,), generator=generator)


def test_noise_layer_adds_noise_in_training_only():
    layer, x = regularizers.GaussianNoise(0.3), torch.ones(400, 500)
    torch.manual_seed(0)
    noise = layer(x) - x
    assert abs(noise.std() - 0.3) < 0.01
    assert abs(noise.mean()) < 5 * 0.3 / math.sqrt(x.numel())
    assert torch.equal(layer.eval()(x), x)


@pytest.mark.parametrize("epsilon", [0.01, 0.1])
def test_fgsm_stays_in_its_ball_and_raises_the_loss_of_every_sample(network, batch, epsilon):
    x, y = batch
    attacked = regularizers.fgsm(network, x, y, epsilon)
    assert (attacked - x).abs().max() <= epsilon * (1 + 1e-9)
    assert not attacked.requires_grad
    before, after = (F.cross_entropy(network(pictures), y, reduction="none") for pictures in (x, attacked))
    assert (after > before).all()


def test_fgsm_is_the_worst_small_step(network, batch):
    """No other corner of the ball raises a linearised loss more; and no gradient is left in the network."""
    x, y = batch
    rise = F.cross_entropy(network(regularizers.fgsm(network, x, y, 1e-5)), y) - F.cross_entropy(network(x), y)
    for seed in range(20):
        torch.manual_seed(seed)
        other = x + 1e-5 * torch.randn_like(x).sign()
        assert F.cross_entropy(network(other), y) - F.cross_entropy(network(x), y) < rise
    assert all(values.grad is None for values in network.parameters())


@pytest.mark.parametrize("depth", [0, 2])
def test_mixup_loss_is_the_loss_against_mixed_targets(network, batch, depth):
    x, y = batch
    torch.manual_seed(5)
    found = regularizers.mixup_loss(network, x, y, alpha=0.7, depth=depth)
    torch.manual_seed(5)
    share = torch.distributions.Beta(0.7, 0.7).sample().item()
    mixing = share * torch.eye(30) + (1 - share) * torch.eye(30)[torch.randperm(30)]
    features = mixing.double() @ network[:depth](x)
    targets = mixing.double() @ F.one_hot(y, 5).double()
    torch.testing.assert_close(found, F.cross_entropy(network[depth:](features), targets))


def exact_penalty(network, x):
    return torch.func.vmap(torch.func.jacrev(network))(x).square().sum((1, 2)).mean().item()


def test_jacobian_estimate_is_unbiased_within_its_error(network, batch):
    x = batch[0][:6]
    torch.manual_seed(0)
    draws = np.array([regularizers.jacobian_penalty(network, x).item() for _ in range(2000)])
    exact, standard_error = exact_penalty(network, x), draws.std() / math.sqrt(len(draws))
    assert abs(draws.mean() - exact) < 4 * standard_error
    assert standard_error < 0.01 * exact  # a wrong factor could not hide


def test_more_projections_are_less_noisy(network, batch):
    x = batch[0][:2]
    torch.manual_seed(0)
    spread = {n: np.std([regularizers.jacobian_penalty(network, x, n).item() for _ in range(300)]) for n in (1, 9)}
    assert 2 < spread[1] / spread[9] < 4.5  # 3 expected


def test_jacobian_penalty_of_a_linear_map_has_the_right_gradient():
    """For f(x) = W x the penalty is ‖W‖², its gradient 2 W; with one logit there is one direction, and no noise."""
    layer = nn.Linear(7, 1).double()
    penalty = regularizers.jacobian_penalty(layer, torch.randn(4, 7, dtype=torch.float64))
    penalty.backward()
    torch.testing.assert_close(penalty, layer.weight.square().sum())
    torch.testing.assert_close(layer.weight.grad, 2 * layer.weight.detach())


def test_hardest_are_those_with_the_highest_loss(network, batch):
    x, y = batch
    losses = F.cross_entropy(network(x), y, reduction="none")
    chosen = regularizers.hardest(network, x, y, 10)
    others = np.setdiff1d(np.arange(30), chosen.numpy())
    assert losses[chosen].min() >= losses[others].max()


def test_gradient_noise_fades_and_is_added_once():
    weights = nn.Parameter(torch.zeros(40_000))
    optimizer = torch.optim.SGD([weights], lr=1.0)
    regularizers.add_gradient_noise(optimizer, 0.2)
    torch.manual_seed(0)
    for step in range(3):
        before = weights.detach().clone()
        weights.grad = torch.ones_like(weights)
        optimizer.step()
        moved = before - weights.detach()
        assert abs(moved.mean() - 1) < 0.01
        assert abs(moved.std() - 0.2 / (1 + step) ** 0.275) < 0.005


def test_decayed_groups_are_adamw_with_biases_left_out(network, batch):
    """One AdamW step of the groups is a plain Adam step with the weights shrunk, by what the NumPy term says."""
    x, y = batch
    plain = copy.deepcopy(network)
    for model, groups in ((network, regularizers.decayed_groups(network, 0.5)), (plain, plain.parameters())):
        optimizer = torch.optim.AdamW(groups, lr=0.01, weight_decay=0.0)
        F.cross_entropy(model(x), y).backward()
        before = {name: values.detach().numpy().copy() for name, values in model.named_parameters()}
        optimizer.step()
    decay = regularization.l2_gradients(before, 0.5)
    for (name, shrunk), free in zip(network.named_parameters(), plain.parameters(), strict=True):
        np.testing.assert_allclose((free - shrunk).detach().numpy(), 0.01 * decay[name], atol=1e-12)
    assert decay["0.weight"].all()


def test_work_equals_torchs_counter():
    network, x = comparison.small_net(4), torch.randn(6, 3, 32, 32)
    with FlopCounterMode(display=False) as reference:
        comparison.plain_loss(network, x, torch.arange(6)).backward()
    with comparison.Work() as work:
        comparison.plain_loss(network, x, torch.arange(6)).backward()
    assert work.total == reference.get_total_flops() > 0


def test_work_counts_an_evaluation_too():
    network, x = comparison.small_net(4), torch.randn(6, 3, 32, 32)
    with torch.no_grad(), comparison.Work() as by_hand:
        network(x)
    with comparison.Work() as work:
        evaluation.evaluate(network, (x, torch.arange(6)))
    assert work.total == by_hand.total > 0


@pytest.fixture(scope="module")
def task():
    full = comparison.few_patches(2)
    some = slice(60)
    return comparison.Task(
        full.X.cpu(), full.y.cpu(), *(part[some].cpu() for part in (full.X_val, full.y_val, full.X_test, full.y_test)),
        X_unlabelled=full.X_unlabelled[some].cpu(),
    )  # fmt: skip


def test_training_follows_its_seed(task):
    first, again, other = (
        comparison.train(task, seed, epochs=1, make_network=lambda: comparison.small_net(2)) for seed in (1, 1, 2)
    )
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first[0].weight, other[0].weight)


def test_a_row_holds_errors_work_and_a_verdict(task, capsys):
    table = comparison.Comparison(task, range(4))

    def guesses(answer):
        """Return how to make a network that always says class ``answer``, so that its error is known."""

        def make(seed):
            network = comparison.small_net(1)
            with torch.no_grad():
                network[-1].weight.zero_()
                network[-1].bias.copy_(F.one_hot(torch.tensor(answer), 10))
                network(task.X)  # some work to count
            return network

        return make

    table.add("always 0", guesses(0))
    table.add("always 1", guesses(1))
    assert capsys.readouterr().out.splitlines() == [table.line("always 0"), table.line("always 1")]
    assert table.rows["always 0"].train_errors == pytest.approx([90] * 4)
    assert table.rows["always 1"].test_errors == pytest.approx([90] * 4)


@pytest.mark.parametrize(("shift", "verdict"), [(-5, "better"), (5, "worse"), (0.1, "unclear"), (0, "")], ids=str)
def test_the_verdict_compares_seed_by_seed(task, shift, verdict):
    spread = np.array([0.0, 3.0, -2.0, 1.0, 5.0])
    wobble = 0 if shift == 0 else np.array([0.5, -0.4, 0.3, -0.6, 0.2])
    table = comparison.Comparison(task, range(5))
    table.rows = {
        "baseline": comparison.Row(spread, 40 + spread, 10.0),
        "new": comparison.Row(spread, 40 + spread + shift + wobble, 25.0),
    }
    assert table.verdict("new") == verdict
    assert "work ×2.50" in table.line("new")


def test_unlabelled_patches_are_not_the_labelled_ones(task):
    labelled = {picture.numpy().tobytes() for picture in task.X}
    assert not labelled & {picture.numpy().tobytes() for picture in task.X_unlabelled}
    assert len(task.X) == 20
