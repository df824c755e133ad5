"""Networks that are trained at many rates at once are those that would be trained one by one."""

import pytest
import torch

from course_utils.training.rates import GRID_SIZE, GRIDS, Trained, train_at_rates, train_on_grid

torch.manual_seed(1)
X = torch.randn(60, 4)
Y = (X[:, 0] > 0).long() + (X[:, 1] > 0.5).long()  # three classes
SHAPE = {"widths": (4, 6, 3), "epochs": 3}


def unpacked(parameters):
    """Return the layers of a 4-6-3 network as torch modules."""
    first, second = torch.nn.Linear(4, 6), torch.nn.Linear(6, 3)
    W1, b1, W2, b2 = parameters.split([24, 6, 18, 3])
    for tensor, values in ((first.weight, W1.view(4, 6).T), (first.bias, b1), (second.weight, W2.view(6, 3).T)):
        tensor.data = values.clone()
    second.bias.data = b2.clone()
    return torch.nn.Sequential(first, torch.nn.ReLU(), second)


@pytest.mark.parametrize("name", ["SGD", "momentum", "Adam"])
def test_each_network_takes_the_steps_that_it_would_take_alone(name):
    optimizer_class, options, _ = GRIDS[name]
    rates, sizes = (0.001, 0.03), SHAPE | {"epochs": 1, "batch_size": 20, "seeds": 2}
    start = train_at_rates(optimizer_class, [0.0], X, Y, **sizes)
    together = train_at_rates(optimizer_class, rates, X, Y, **sizes, **options)
    for seed in range(2):
        generator = torch.Generator().manual_seed(seed)
        torch.randn(24, generator=generator), torch.randn(18, generator=generator)  # the random start
        batches = torch.randperm(60, generator=generator).split(20)
        for place, rate in enumerate(rates):
            network = unpacked(start.parameters[0, seed])
            optimizer = optimizer_class(network.parameters(), lr=rate, **options)
            for rows in batches:
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(network(X[rows]), Y[rows]).backward()
                optimizer.step()
            alone = network(X)
            loss, accuracy = together.evaluate(X, Y)
            expected = torch.nn.functional.cross_entropy(alone, Y)
            assert torch.isclose(loss[place, seed], expected, rtol=1e-4)
            assert torch.isclose(accuracy[place, seed], (alone.argmax(1) == Y).float().mean())


def test_a_rate_that_diverges_harms_no_other_and_is_not_the_best():
    trained = train_at_rates(torch.optim.SGD, (0.1, 1e30), X, Y, **SHAPE)
    alone = train_at_rates(torch.optim.SGD, (0.1,), X, Y, **SHAPE)
    assert torch.allclose(trained.parameters[0], alone.parameters[0], atol=1e-6)
    assert not trained.evaluate(X, Y)[0][1].isfinite().all()
    assert trained.best_rate(X, Y) == 0


def test_the_schedule_multiplies_each_rate_and_the_start_is_scaled():
    def parameters(**options):
        return train_at_rates(torch.optim.SGD, (0.1, 0.2), X, Y, **SHAPE | options).parameters

    assert torch.equal(parameters(schedule=lambda step: 0.5)[1], parameters()[0])
    first = train_at_rates(torch.optim.SGD, (0.0,), X, Y, **SHAPE).parameters
    assert torch.allclose(train_at_rates(torch.optim.SGD, (0.0,), X, Y, **SHAPE, start_scale=3.0).parameters, 3 * first)


def test_the_steepest_curvature_is_the_largest_eigenvalue_of_the_second_derivatives():
    trained = train_at_rates(torch.optim.SGD, (0.1,), X, Y, **SHAPE, seeds=2)

    def loss(parameters):
        return Trained((0.1,), trained.losses, parameters.view(1, 1, -1), trained.widths).evaluate(X, Y)[0].sum()

    found = trained.steepest_curvatures(X, Y, rounds=300)
    for seed, curvature in enumerate(found):
        hessian = torch.autograd.functional.hessian(loss, trained.parameters[0, seed])
        assert curvature == pytest.approx(float(torch.linalg.eigvalsh(hessian).max()), rel=0.01)


def test_all_grids_have_the_same_width():
    for name in GRIDS:
        rates = train_on_grid(name, X, Y, widths=(4, 3), epochs=1).rates
        assert len(rates) == GRID_SIZE
        assert rates[-1] / rates[0] == pytest.approx(1000)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit widths"):
        train_at_rates(torch.optim.SGD, (0.1,), X, Y, widths=(5, 3), epochs=1)
    with pytest.raises(ValueError, match="batch_size is 61"):
        train_at_rates(torch.optim.SGD, (0.1,), X, Y, widths=(4, 3), epochs=1, batch_size=61)
