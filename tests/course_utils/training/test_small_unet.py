"""The recipe of chapter 11: repeatable, one thing changed at a time, and images move together with their targets."""

import pytest
import torch
from torch.nn import functional as F

from course_utils import data, evaluation, training
from course_utils.training.small_unet import _turned


@pytest.fixture(scope="module")
def cells():
    return data.cells(train=48, val=8, test=1, size=32)


def test_the_same_seed_gives_the_same_network_and_another_seed_another_one(cells):
    recipe = {"steps": 20}
    first, again, other = (
        training.train_small_unet(cells.X_train, cells.y_train, seed=seed, **recipe) for seed in (3, 3, 4)
    )
    logits = [training.logits_of(network, cells.X_val) for network in (first, again, other)]
    assert torch.equal(logits[0], logits[1])
    assert not torch.allclose(logits[0], logits[2], atol=0.01)
    assert not first.training


def test_sixty_steps_learn_more_than_the_share_of_the_foreground(cells):
    network = training.train_small_unet(cells.X_train, cells.y_train, steps=60, seed=0)
    found = training.logits_of(network, cells.X_val) > 0
    everything = torch.ones_like(found)
    assert evaluation.dice(found, cells.y_val) > evaluation.dice(everything, cells.y_val) + 0.2


def test_loss_classes_and_skips_reach_the_network(cells):
    seen = []

    def loss(logits, targets):
        seen.append((tuple(logits.shape), tuple(targets.shape)))
        return F.cross_entropy(logits, targets[:, 0].long())

    network = training.train_small_unet(cells.X_train, cells.y_train, steps=20, seed=0, loss=loss, classes=3)
    assert seen == [((8, 3, 32, 32), (8, 1, 32, 32))] * 20
    without = training.train_small_unet(cells.X_train, cells.y_train, steps=20, seed=0, skips=False)
    assert network.state_dict().keys() == without.state_dict().keys()
    parameters = [sum(values.numel() for values in one.parameters()) for one in (network, without)]
    assert parameters[0] < parameters[1]  # no skips: as many channels, all of them from below


def test_images_and_targets_are_turned_alike():
    places = torch.arange(64.0).reshape(1, 1, 8, 8)
    seen = set()
    for quarters in range(4):
        for mirrored in (False, True):
            turned = _turned(places, quarters, mirrored)
            seen.add(tuple(turned.flatten().tolist()))
            assert torch.equal(_turned(places.repeat(1, 2, 1, 1), quarters, mirrored), turned.repeat(1, 2, 1, 1))
    assert len(seen) == 8  # all ways to lay a square


def test_logits_of_many_images_are_those_of_each(cells):
    network = training.train_small_unet(cells.X_train, cells.y_train, steps=20, seed=0)
    many = training.logits_of(network, cells.X_train)  # 48 images: more than are taken at a time
    assert many.shape == (48, 1, 32, 32)
    assert not many.requires_grad
    assert torch.allclose(many[45:46], training.logits_of(network, cells.X_train[45:46]), atol=1e-5)


@pytest.mark.parametrize(("steps", "images"), [(19, 48), (20, 7)])
def test_too_little_is_refused(cells, steps, images):
    with pytest.raises(ValueError, match=f"got {steps} steps and {images} images"):
        training.train_small_unet(cells.X_train[:images], cells.y_train[:images], steps=steps, seed=0)
