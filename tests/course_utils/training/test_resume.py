"""A resumed run equals an uninterrupted one, and no checkpoint is ever damaged or mistaken."""

import pytest
import torch

from course_utils import training
from course_utils.training import checkpoints
from tests.course_utils.training.helpers import adam, fit, overfit, same, small_net, weights


def one_cycle_run(digits, *, epochs, stop=None, **options):
    """Train with everything that has a state: Adam, one-cycle, batch norm, dropout, augmentation, best weights."""
    train, validation = digits
    model = small_net()
    optimizer = adam(model)
    total = training.steps(epochs, len(train[0]), 64)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.03, total_steps=total)
    augment = training.random_shift if stop is None else interrupting(after=stop)
    history = fit(
        model, train, validation, optimizer=optimizer, scheduler=scheduler, augment=augment, epochs=epochs, **options
    )
    return model, history


def interrupting(after):
    calls = 0

    def augment(x):
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return training.random_shift(x)

    return augment


@pytest.mark.parametrize("stop", [7, 10], ids=["in the second epoch", "after the second epoch"])
def test_a_resumed_run_equals_an_uninterrupted_one(digits, tmp_path, stop):
    path = tmp_path / "runs" / "digits.pt"
    whole, expected = one_cycle_run(digits, epochs=4)
    with pytest.raises(KeyboardInterrupt):
        one_cycle_run(digits, epochs=4, stop=stop, checkpoint=path)
    torch.manual_seed(99)
    torch.rand(5)  # a new sitting: the generators stand elsewhere
    resumed, history = one_cycle_run(digits, epochs=4, checkpoint=path, resume=True)
    assert history == expected
    assert same(weights(resumed), weights(whole))
    assert [file.name for file in path.parent.iterdir()] == ["digits.pt"]


def test_resuming_a_finished_run_only_restores_its_weights(digits, tmp_path):
    path = tmp_path / "digits.pt"
    first, expected = one_cycle_run(digits, epochs=2, checkpoint=path)
    again, history = one_cycle_run(digits, epochs=2, checkpoint=path, resume=True)
    assert history == expected
    assert same(weights(again), weights(first))


def test_a_stopped_run_stays_stopped_when_resumed(digits, tmp_path):
    options = {"patience": 2, "checkpoint": tmp_path / "digits.pt"}
    _, first = overfit(digits, **options)
    _, again = overfit(digits, **options, resume=True)
    assert again == first


def test_resume_without_a_file_starts_from_the_beginning(digits, tmp_path):
    history = fit(small_net(), digits[0], epochs=1, checkpoint=tmp_path / "new.pt", resume=True)
    assert history.epochs == 1
    assert (tmp_path / "new.pt").exists()


def test_a_failed_write_leaves_the_old_checkpoint(digits, tmp_path, monkeypatch):
    path = tmp_path / "digits.pt"
    fit(small_net(), digits[0], epochs=1, checkpoint=path)
    before = path.read_bytes()

    def full_disk(state, file):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoints.torch, "save", full_disk)
    with pytest.raises(OSError, match="no space"):
        fit(small_net(), digits[0], epochs=1, checkpoint=path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["digits.pt"]


@pytest.mark.parametrize("content", ["weights", "rubbish"])
def test_a_file_that_is_no_checkpoint_is_named(digits, tmp_path, content):
    path = tmp_path / "digits.pt"
    torch.save(small_net().state_dict(), path) if content == "weights" else path.write_bytes(b"<html>")
    with pytest.raises(ValueError, match=r"digits\.pt is not a checkpoint"):
        fit(small_net(), digits[0], checkpoint=path, resume=True)


def test_a_checkpoint_with_another_scheduler_is_refused(digits, tmp_path):
    path = tmp_path / "digits.pt"
    fit(small_net(), digits[0], epochs=1, checkpoint=path)
    with pytest.raises(ValueError, match="written with no scheduler, but one is given"):
        one_cycle_run(digits, epochs=2, checkpoint=path, resume=True)
