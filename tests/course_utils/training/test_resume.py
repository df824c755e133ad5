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


def test_a_flipped_byte_is_noticed(digits, tmp_path):
    path = tmp_path / "digits.pt"
    fit(small_net(), digits[0], epochs=1, checkpoint=path)
    content = bytearray(path.read_bytes())
    place = bytes(content).index(small_net_bytes(path))
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"digits\.pt is damaged"):
        fit(small_net(), digits[0], checkpoint=path, resume=True)


def small_net_bytes(path):
    """Return the bytes of the first stored weight, as they lie in the file."""
    state = torch.load(path, weights_only=True)
    return next(iter(state["model"].values())).numpy().tobytes()


@pytest.mark.parametrize("other", ["model", "optimizer", "keys"])
def test_another_model_or_optimizer_is_refused_before_anything_changes(digits, tmp_path, other):
    path = tmp_path / "digits.pt"
    model = small_net()
    fit(model, digits[0], epochs=1, checkpoint=path)
    state = torch.load(path, weights_only=True)
    optimizer, shuffler = torch.optim.SGD(model.parameters(), lr=0.1), torch.Generator()
    if other == "model":
        model = torch.nn.Sequential(small_net(), torch.nn.Linear(10, 3))
    elif other == "optimizer":
        optimizer = torch.optim.RMSprop(model.parameters(), lr=0.1)
        assert state["optimizer"]["param_groups"][0].keys() != optimizer.state_dict()["param_groups"][0].keys()
    else:
        torch.save({key: value for key, value in state.items() if key != "random"}, path)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    settings = optimizer.state_dict()
    message = {"model": "another model", "optimizer": "another optimizer than RMSprop", "keys": "not a checkpoint"}
    with pytest.raises(ValueError, match=message[other]):
        checkpoints.restore(path, model, optimizer, None, shuffler)
    assert same(before, model.state_dict())
    assert optimizer.state_dict() == settings
