"""Many networks at once learn what they can represent, each for itself."""

import pytest
import torch

from course_utils.training.many import train_many

X = torch.linspace(0, 1, 21)[:, None]
LINE, TENT = 2 * X - 1, 1 - 2 * (X - 0.5).abs()


def test_every_network_learns_its_own_target():
    torch.manual_seed(1)
    errors = train_many([1, 8, 1], X, torch.stack([LINE, TENT, TENT]), steps=600, rate=0.01)
    assert errors.shape == (6, 3)
    assert (errors[-1] < 0.05).all() and (errors[0] > errors[-1]).all()


def test_without_a_hidden_layer_a_tent_stays_out_of_reach():
    torch.manual_seed(1)
    line, tent = train_many([1, 1], X, torch.stack([LINE, TENT]), steps=1500, rate=0.01)[-1]
    assert line < 0.01
    assert torch.isclose(tent, TENT.std(correction=0), rtol=0.01)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        train_many([2, 1], X, LINE[None], steps=100, rate=0.01)
    with pytest.raises(ValueError, match="every 100 steps"):
        train_many([1, 1], X, LINE[None], steps=99, rate=0.01)
