"""The training loop: what it records, restores and refuses, and what it says when it cannot."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import training
from course_utils.evaluation import evaluate
from tests.course_utils.training.helpers import adam, fit, overfit, same, small_net, weights


def test_fit_equals_a_loop_written_by_hand(digits):
    (X, y), _ = digits
    model, by_hand = small_net(), small_net()
    torch.manual_seed(7)
    history = fit(model, (X, y), epochs=2, seed=3)

    torch.manual_seed(7)
    optimizer, shuffler, losses = adam(by_hand), torch.Generator().manual_seed(3), []
    for _ in range(2):
        total = 0.0
        for batch in torch.randperm(len(X), generator=shuffler).split(64):
            optimizer.zero_grad()
            loss = F.cross_entropy(by_hand(X[batch]), y[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(X))
    assert same(weights(model), weights(by_hand))
    assert history.train_loss == pytest.approx(losses, rel=1e-5)


def test_it_learns_and_records_every_epoch(digits):
    train, validation = digits
    history = fit(small_net(), train, validation, epochs=8)
    assert history.epochs == 8
    assert [len(values) for values in (history.val_loss, history.val_accuracy, history.learning_rate)] == [8, 8, 8]
    assert history.train_loss[-1] < history.train_loss[0] / 3
    assert max(history.val_accuracy) > 0.8
    assert history.best_epoch == 1 + history.val_loss.index(min(history.val_loss))


def test_without_validation_nothing_is_recorded_about_it(digits):
    history = fit(small_net(), digits[0])
    assert history.epochs == 3
    assert (history.val_loss, history.val_accuracy, history.best_epoch) == ([], [], None)


def test_the_seed_decides_the_order(digits):
    losses = [fit(small_net(), digits[0], epochs=1, seed=seed).train_loss for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


def test_the_scheduler_steps_after_every_batch(digits):
    model = small_net()
    optimizer = adam(model, lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.9**step)
    history = fit(model, digits[0], optimizer=optimizer, scheduler=scheduler, epochs=2)  # 5 batches of at most 64
    assert history.learning_rate == pytest.approx([0.9**5, 0.9**10])
    assert training.steps(2, pictures=300, batch_size=64) == 10


def test_best_weights_are_restored(digits):
    model, history = overfit(digits)
    assert history.best_epoch < 12
    assert min(history.val_loss) < history.val_loss[-1]
    assert evaluate(model, digits[1]).loss == pytest.approx(min(history.val_loss), rel=1e-6)


def test_restore_best_can_be_declined(digits):
    model, history = overfit(digits, restore_best=False)
    assert evaluate(model, digits[1]).loss == pytest.approx(history.val_loss[-1], rel=1e-6)


def test_patience_stops_the_run(digits):
    _, whole = overfit(digits)
    model, history = overfit(digits, patience=2)
    assert history.epochs < 12
    assert history.epochs_since_best() == 2
    assert history.val_loss == whole.val_loss[: history.epochs]
    assert evaluate(model, digits[1]).loss == pytest.approx(min(history.val_loss), rel=1e-6)


def test_a_loss_that_is_nan_is_never_the_best():
    history = training.History()
    assert [history.record_validation(loss, 0.5) for loss in (math.nan, 2.0, 1.0, 1.0, math.nan)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert (history.best_epoch, history.epochs_since_best()) == (3, 2)


class OutOfMemory(nn.Linear):
    def __init__(self, error):
        super().__init__(4, 2)
        self.error = error

    def forward(self, x):
        raise self.error


NOT_ENOUGH = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
]


@pytest.mark.parametrize("error", NOT_ENOUGH, ids=["cuda", "mps", "cpu"])
@pytest.mark.parametrize(("size", "advice"), [(64, "try batch_size=32"), (1, "try smaller pictures")])
def test_out_of_memory_names_the_batch_size_to_try(error, size, advice):
    data = torch.zeros(70, 4), torch.zeros(70).long()
    with pytest.raises(torch.OutOfMemoryError, match=f"a batch of {size} does not fit.*{advice}") as caught:
        fit(OutOfMemory(error), data, batch_size=size)
    assert caught.value.__cause__ is None and caught.value.__context__ is None  # or the traceback keeps the tensors


def test_other_errors_of_the_network_pass_unchanged():
    error = RuntimeError("mat1 and mat2 shapes cannot be multiplied")
    with pytest.raises(RuntimeError) as caught:
        fit(OutOfMemory(error), (torch.zeros(8, 4), torch.zeros(8).long()))
    assert caught.value is error


GOOD = torch.zeros(6, 1, 8, 8), torch.zeros(6).long()


@pytest.mark.parametrize(
    ("train", "options", "message"),
    [
        ((GOOD[0], GOOD[1][:5]), {}, "train: X has 6 pictures .* y has 5 targets"),
        ((GOOD[0][:0], GOOD[1][:0]), {}, "train is empty"),
        ((GOOD[0].byte(), GOOD[1]), {}, r"X is torch\.uint8.*X\.float\(\) / 255"),
        ((GOOD[0], GOOD[1].float()), {}, r"y is torch\.float32; class labels must be torch\.int64"),
        ((GOOD[0], GOOD[1].int()), {"loss": F.mse_loss}, r"y is torch\.int32"),
        (GOOD, {"validation": (GOOD[0], GOOD[1][:3])}, "validation: X has 6 pictures"),
        (GOOD, {"epochs": 0}, "epochs is 0"),
        (GOOD, {"batch_size": 0}, "batch_size is 0"),
        (GOOD, {"patience": 0, "validation": GOOD}, "patience is 0"),
        (GOOD, {"patience": 2}, "patience needs a validation set"),
        (GOOD, {"resume": True}, "resume=True needs checkpoint="),
        (GOOD, {"optimizer": adam(nn.Linear(2, 2))}, "optimizer holds none of the model's parameters"),
    ],
)
def test_arguments_that_do_not_fit_are_named(train, options, message):
    with pytest.raises(ValueError, match=message):
        fit(small_net(), train, **options)


def test_regression_targets_need_no_accuracy(capsys):
    torch.manual_seed(0)
    X = torch.randn(40, 3)
    model = nn.Linear(3, 1)
    data = X, X.sum(dim=1, keepdim=True)
    history = fit(model, data, data, optimizer=adam(model, 0.1), loss=F.mse_loss, epochs=20, verbose=True)
    assert history.val_loss[-1] < 0.1 * history.val_loss[0]
    assert all(math.isnan(value) for value in history.val_accuracy)
    assert "accuracy" not in capsys.readouterr().out


def test_bfloat16_computes_in_half_and_keeps_weights_in_float32(digits):
    model, seen = small_net(), []
    model[-1].register_forward_hook(lambda layer, inputs, output: seen.append(output.dtype))
    history = fit(model, digits[0], epochs=6, mixed_precision=True)
    assert set(seen) == {torch.bfloat16}
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())
    assert history.train_loss[-1] < history.train_loss[0] / 2


def test_on_the_cpu_precision_stays_as_it_is(digits):
    model, seen = small_net(), []
    model[-1].register_forward_hook(lambda layer, inputs, output: seen.append(output.dtype))
    fit(model, digits[0], epochs=1)
    assert set(seen) == {torch.float32}


def test_the_loop_trains_in_training_mode_and_validates_in_evaluation_mode(digits):
    model, modes = small_net().eval(), []
    model.register_forward_hook(lambda layer, inputs, output: modes.append((layer.training, output.requires_grad)))
    fit(model, *digits, epochs=2, batch_size=100)
    assert modes == [(True, True)] * 3 + [(False, False)] + [(True, True)] * 3 + [(False, False)]
    assert model.training


def test_shifts_move_each_picture_by_whole_pixels():
    torch.manual_seed(0)
    x = torch.randn(50, 3, 9, 7)
    shifted = training.random_shift(x, pixels=2)
    assert shifted.shape == x.shape
    found = set()
    for before, after in zip(x, shifted, strict=True):
        padded = F.pad(before[None], (2, 2, 2, 2), mode="replicate")[0]
        places = [
            (i, j) for i in range(5) for j in range(5) if torch.equal(padded[:, i : i + 9, j : j + 7], after)
        ]  # fmt: skip
        assert len(places) == 1
        found.add(places[0])
    assert len(found) > 15  # of 25; each picture has its own shift
