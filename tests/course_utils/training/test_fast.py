"""The fast recipe: what it sets, that it learns, and that what it must not see stays unseen."""

import pytest
import torch
from torch import nn

from course_utils import evaluation, models, training
from course_utils.training import fast


def stripes(count, seed=0):
    """Pictures of two classes: stripes that run down or across, under noise."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(count) % 2
    wave = torch.arange(32).remainder(4).lt(2).float()
    down, across = wave.expand(3, 32, 32), wave[:, None].expand(3, 32, 32)
    X = torch.where(y[:, None, None, None].bool(), across, down) - 0.5
    return X + 0.3 * torch.randn(X.shape, generator=generator), y


def test_it_learns_and_answers_the_same_for_the_same_seed():
    train, other = stripes(256), stripes(100, seed=1)
    results = []
    for _ in range(2):
        torch.manual_seed(0)
        model = models.SmallResNet(4)
        history = training.fit_fast(model, train, other, epochs=4, batch_size=32, verbose=False)
        results.append(history.train_loss)
        assert evaluation.evaluate(model, other).accuracy > 0.95  # 1.00 with each of 5 seeds
    assert results[0] == results[1]


def test_the_rate_is_a_triangle_that_ends_near_zero(monkeypatch):
    rates = []
    step = torch.optim.SGD.step

    def recorded(optimizer, *arguments, **options):
        rates.append(optimizer.param_groups[0]["lr"])
        return step(optimizer, *arguments, **options)

    monkeypatch.setattr(torch.optim.SGD, "step", recorded)
    torch.manual_seed(0)
    training.fit_fast(models.SmallResNet(4), stripes(320), epochs=5, batch_size=16, verbose=False)
    rates = torch.tensor(rates)
    peak = fast.PEAK_LEARNING_RATE * 16 / fast.BATCH_SIZE
    assert rates.max().item() == pytest.approx(peak, rel=0.02)
    top = rates.argmax().item()
    assert top == pytest.approx(fast.WARM_UP * len(rates), abs=2)
    assert rates[-1] < 0.05 * peak
    assert rates.diff().diff().abs()[torch.arange(len(rates) - 2) != top - 1].max() < 1e-3 * peak  # two lines


def test_a_whitened_stem_is_not_moved():
    torch.manual_seed(0)
    model, train = models.SmallResNet(4), stripes(64)
    training.fit_fast(model, train, epochs=1, batch_size=16, verbose=False)
    moved = model.stem.weight.clone()
    model.whiten(train[0])
    torch.testing.assert_close(moved, model.stem.weight)


def test_another_network_trains_with_the_recipe_too():
    torch.manual_seed(0)
    history = training.fit_fast(models.LeNet32(), stripes(64), epochs=1, batch_size=32, verbose=False)
    assert history.epochs == 1


class SeesOnly(nn.Module):
    """Refuses, while it trains, every picture whose first pixel is not marked."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)

    def forward(self, x):
        if self.training:
            assert (x.amin(dim=(1, 2, 3)) > 0).all(), "a picture that is not for training"
        return self.linear(x.mean(dim=(2, 3)))


def test_validation_pictures_never_reach_training():
    train = torch.rand(20, 3, 8, 8) + 0.1, torch.arange(20) % 2
    validation = -train[0], train[1]
    training.fit_fast(SeesOnly(), train, validation, epochs=2, batch_size=8, verbose=False)
    with pytest.raises(AssertionError, match="not for training"):
        training.fit_fast(SeesOnly(), validation, epochs=1, batch_size=8, verbose=False)


def test_bfloat16_is_used_where_it_has_instructions(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    assert training.has_bfloat16(torch.device("cpu"))
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    assert not training.has_bfloat16(torch.device("cpu"))
    assert not training.has_bfloat16(torch.device("mps"))
