"""What chapter 12 trains on and with: tasks, draws of few labels, one recipe."""

import numpy as np
import pytest
import torch

from course_utils import data
from course_utils.training import transfers


@pytest.fixture(scope="module")
def faces():
    dataset = data.faces()
    return transfers.small_gray(dataset, dataset.X_train.mean(), dataset.X_train.std())


def weights(net):
    return {name: value.clone() for name, value in net.state_dict().items()}


def changed(net, before):
    """The names of the weights that are no longer those of before, without the statistics of batch norm."""
    parameters = dict(net.named_parameters())
    return {name for name, value in before.items() if name in parameters and not torch.equal(parameters[name], value)}


def test_five_digits_are_five_classes_from_zero_in_all_parts(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    digits = data.digits()
    task = transfers.five_digits(digits, 5)
    assert task.classes == 5
    for part, images, labels in (
        (task.train, digits.X_train, digits.y_train),
        (task.val, digits.X_val, digits.y_val),
        (task.test, digits.X_test, digits.y_test),
    ):
        assert torch.equal(part[1] + 5, labels[labels >= 5])
        assert torch.allclose(part[0] * digits.std[0] + digits.mean[0], images[labels >= 5], atol=1e-6)


def test_color_becomes_gray_of_28_pixels_with_the_mean_and_spread_asked_for():
    patches = data.patches()
    task = transfers.small_gray(patches, 0.25, 0.5)
    assert task.train[0].shape == (len(patches.y_train), 1, 28, 28)
    gray = patches.X_test[:5].mean(dim=(1, 2, 3))
    assert torch.allclose(task.test[0][:5].mean(dim=(1, 2, 3)) * 0.5 + 0.25, gray, atol=0.01)
    assert torch.equal(task.val[1], patches.y_val)


def test_few_of_each_draws_every_class_equally_without_repeats_and_by_seed():
    y = torch.tensor([2, 0, 1] * 10)
    rows = transfers.few_of_each(y, 4, seed=3)
    assert y[rows].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert len(set(rows)) == 12
    assert np.array_equal(rows, transfers.few_of_each(y, 4, seed=3))
    assert not np.array_equal(rows, transfers.few_of_each(y, 4, seed=4))


def test_a_body_is_copied_and_its_head_is_new(faces):
    source = transfers.from_scratch(10, seed=1)
    before = weights(source)
    net = transfers.transferred(source, 2, seed=0)
    assert net.network.classifier.out_features == 2
    assert torch.equal(net.network.features[0].weight, source.network.features[0].weight)
    transfers.learn(net, faces.train, 4)
    assert all(torch.equal(value, before[name]) for name, value in source.state_dict().items())


def test_seeds_decide_the_start_and_the_training(faces):
    first, second, other = (
        weights(transfers.learn(transfers.from_scratch(2, seed), faces.train, 4, seed=seed)) for seed in (0, 0, 1)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["network.features.0.weight"], other["network.features.0.weight"])


def test_learning_leaves_alone_what_is_frozen(faces):
    net = transfers.from_scratch(2, seed=0)
    net.freeze()
    before = weights(net)
    transfers.learn(net, faces.train, 4)
    assert changed(net, before) == {"network.classifier.weight", "network.classifier.bias"}


def test_early_stages_move_less_where_rates_fall(faces):
    def moved(factor):
        net = transfers.from_scratch(2, seed=0)
        before = weights(net)["network.features.0.weight"]
        transfers.learn(net, faces.train, 8, factor=factor)
        return float((weights(net)["network.features.0.weight"] - before).norm())

    assert moved(0.3) < 0.1 * moved(1.0)


def test_a_network_learns_to_find_faces(faces):
    net = transfers.learn(transfers.from_scratch(2, seed=0), faces.train, 60)
    assert transfers.accuracy(net, faces.test) > 0.8


@pytest.mark.parametrize(("wanted", "batch_size", "taken"), [(20, 16, 21), (1, 50, 2), (11, 25, 12)])
def test_whole_epochs_come_near_the_steps_that_are_wanted(faces, monkeypatch, wanted, batch_size, taken):
    count = []
    step = torch.optim.Adam.step
    monkeypatch.setattr(torch.optim.Adam, "step", lambda self, *rest: count.append(1) or step(self, *rest))
    transfers.learn(transfers.from_scratch(2, seed=0), faces.train, wanted, batch_size=batch_size)
    assert len(count) == taken
