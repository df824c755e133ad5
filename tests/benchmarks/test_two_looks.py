"""What the benchmarks of lecture 10 record as accuracy with flips."""

from pathlib import Path

import torch
from torch import nn

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_two_looks_add_the_logits_of_both(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from two_looks import flipped_accuracy

    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 5, 3))
    X, y = torch.randn(60, 3, 4, 5), torch.arange(60) % 3
    both = torch.stack([model(X), model(X.flip(3))]).mean(0).argmax(dim=1)
    assert not torch.equal(both, model(X).argmax(dim=1))
    assert flipped_accuracy(model, (X, y)) == (both == y).double().mean().item()
    assert flipped_accuracy(model, (X, y)) == flipped_accuracy(model, (X.flip(3), y))
