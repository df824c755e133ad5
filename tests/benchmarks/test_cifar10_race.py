"""The race of lecture 10b: both recipes run within a budget of seconds, learn, and do what airbench94 publishes."""

import itertools
import math
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="Muon comes with torch 2.9")
SMALL = {"widths": (8, 12, 16), "batch_size": 32}


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    yield
    for name in ("airbench94", "cifar10_race", "race_course", "race_images", "stored"):
        sys.modules.pop(name, None)


def colored(count=128):
    """Noise in ten colors: a class is a color."""
    torch.manual_seed(0)
    y = torch.arange(count) % 10
    return torch.randn(10, 3)[y][:, :, None, None] + 0.5 * torch.randn(count, 3, 32, 32), y


class Clock:
    """Each look at it finds a twentieth of a second gone: how busy the machine is does not matter."""

    now = 0.0

    def perf_counter(self):
        self.now += 0.05
        return self.now


def test_both_recipes_use_the_same_time_and_learn(monkeypatch):
    import cifar10_race as race

    X, y = colored()
    small = {name: lambda *a, make=make: make(*a, **SMALL) for name, make in race.RECIPES.items()}
    monkeypatch.setattr(race, "RECIPES", small)
    monkeypatch.setattr(race, "time", Clock())
    for name in small:
        result = race.measure(name, (X, y), (X, y), 4.02, seed=0)
        assert result["seconds"] == pytest.approx(4.1, abs=0.15)
        assert result["epochs"] == 80 * 32 / 128  # 80 steps of 32 images
        assert result["accuracy"] > 0.5 and result["accuracy_with_six_looks"] > 0.5, name


def test_each_image_is_mirrored_in_every_second_epoch_and_shifted_by_two_at_most():
    from race_images import batches

    torch.manual_seed(1)
    X = torch.zeros(7, 1, 9, 20)
    X[:, 0, 4, 3] = 1 + torch.arange(7)  # one bright pixel, at the left; mirrored, at the right
    feed = batches(X, torch.arange(7), 7)
    mirrored, shifts = [], set()
    for _ in range(40):
        batch, labels = next(feed)
        assert torch.equal(batch.amax((1, 2, 3)), 1.0 + labels)  # labels go with their images
        place = batch.flatten(1).argmax(dim=1)
        row, column = place // 20, place % 20
        right = column > 10
        column = torch.where(right, 19 - column, column)
        shifts |= {(i - 4, j - 3) for i, j in zip(row.tolist(), column.tolist(), strict=True)}
        mirrored.append(right[labels.argsort()])
    assert shifts == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}
    assert all(torch.equal(one, ~other) for one, other in itertools.pairwise(mirrored))
    assert 0 < mirrored[0].sum() < 7


def test_six_looks_weigh_the_image_and_its_mirror_image_as_published():
    from race_images import six_looks

    torch.manual_seed(2)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 6 * 5, 4)).eval()
    X, y = torch.randn(50, 3, 6, 5), torch.arange(50) % 4
    padded = nn.functional.pad(X, (1, 1, 1, 1), mode="reflect")

    def mirror(x):
        return 0.5 * model(x) + 0.5 * model(x.flip(-1))

    shifted = 0.5 * mirror(padded[:, :, 0:6, 0:5]) + 0.5 * mirror(padded[:, :, 2:8, 2:7])
    wanted = (0.5 * mirror(X) + 0.5 * shifted).argmax(dim=1)
    assert not torch.equal(wanted, mirror(X).argmax(dim=1))
    assert six_looks(model, X, y) == (wanted == y).double().mean().item()


def test_airbench94_is_the_published_network_with_the_published_constants():
    from airbench94 import Airbench94, AirbenchNet, triangle

    net = AirbenchNet()
    # 24 kernels of 2×2×3 and their biases; kernels 3×3 of six convolutions; a bias per norm; 256 weights per class
    kernels = 9 * (24 * 64 + 64 * 64 + 64 * 256 + 256 * 256 + 2 * 256 * 256)
    learned = 24 + kernels + 2 * (64 + 256 + 256) + 2560
    assert sum(p.numel() for p in net.parameters() if p.requires_grad) == learned
    x = torch.randn(2, 24, 5, 5)
    assert torch.equal(net.groups[0].first(x)[:, :24], x)  # kernels begin by handing on their input
    recipe = Airbench94(*colored(), **SMALL)
    biases, others = recipe.optimizer.param_groups
    assert biases["lr"] == 64 * others["lr"]
    assert 1024 * (1 + 1 / 0.15) * others["lr"] == pytest.approx(11.5)
    decays = [group["weight_decay"] * group["lr"] for group in (biases, others)]
    assert decays == pytest.approx(2 * [0.0153 * 32 / (1024 * (1 + 1 / 0.15))])
    assert [triangle(place) for place in (0, 0.115, 0.23, 1)] == pytest.approx([0.2, 0.6, 1, 0.07])


def test_airbench94_looks_ahead_every_fifth_step_and_freezes_the_first_bias():
    from airbench94 import Airbench94

    torch.manual_seed(3)
    recipe = Airbench94(*colored(), **SMALL)
    weight = recipe.model.classifier.weight
    before = recipe.slow["classifier.weight"].clone()
    for _ in range(4):
        recipe.step(0.2)
    assert recipe.model.stem.bias.grad is not None
    assert torch.equal(recipe.slow["classifier.weight"], before) and not torch.equal(weight, before)
    bias = recipe.model.stem.bias.clone()
    recipe.step(0.9)
    assert torch.equal(weight, recipe.slow["classifier.weight"])  # fast and slow weights are in one place …
    assert torch.equal(recipe.model.stem.bias, recipe.slow["stem.bias"])
    slow = weight.detach().clone()
    recipe.step(0.9)
    assert not torch.equal(weight, slow)
    recipe.finish()
    assert torch.equal(weight, slow)  # … and in the end at the slow ones
    assert recipe.model.stem.bias.grad is None and not torch.equal(bias, recipe.slow["stem.bias"])


def test_muon_turns_kernels_and_keeps_their_size():
    from race_course import Course

    torch.manual_seed(4)
    recipe = Course(*colored(), **SMALL)
    kernel = recipe.kernels[2]
    recipe.step(0.0)
    before = kernel.detach().clone()
    recipe.step(0.5)
    size = math.sqrt(len(kernel))
    change = (kernel.detach() - before * size / before.norm()).permute(0, 2, 3, 1).flatten(1)
    rate = recipe.muon.param_groups[0]["lr"]
    assert rate == pytest.approx(0.5 * 0.24 * math.sqrt(32 / 2000))
    values = torch.linalg.svdvals(change / rate)
    assert values.shape == (12,) and values.min() > 0.3 and values.max() < 1.5  # an SGD step's differ by factors
    assert torch.equal(recipe.matrices[2], kernel.detach().permute(0, 2, 3, 1).flatten(1))  # the same numbers


def test_shrunk_images_come_first(monkeypatch):
    import race_course

    seen = []
    monkeypatch.setattr(race_course, "smoothed_loss", lambda model, X, y: seen.append(X.shape[2:]) or model(X).sum())
    recipe = race_course.Course(*colored(), **SMALL)
    for progress in (0.0, 0.4, 0.6):
        recipe.step(progress)
    assert [tuple(size) for size in seen] == [(24, 24), (24, 24), (32, 32)]
