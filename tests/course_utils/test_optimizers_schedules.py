"""Learning-rate schedules and gradient clipping against PyTorch."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from course_utils import optimizers

# --- schedules ------------------------------------------------------------------------------------


def torch_learning_rates(scheduler_class, lr, steps, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = scheduler_class(optimizer, **options), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize(
    ("schedule", "scheduler_class", "lr", "steps", "options"),
    [
        (optimizers.step_decay(0.3, 7), lr_scheduler.StepLR, 0.3, 40, {"step_size": 7}),
        (optimizers.step_decay(0.3, 1, gamma=0.9), lr_scheduler.StepLR, 0.3, 40, {"step_size": 1, "gamma": 0.9}),
        (optimizers.cosine(0.3, 50), lr_scheduler.CosineAnnealingLR, 0.3, 51, {"T_max": 50}),
        (optimizers.cosine(0.3, 1), lr_scheduler.CosineAnnealingLR, 0.3, 2, {"T_max": 1}),
        (
            optimizers.cosine(0.3, 37, min_lr=0.01),
            lr_scheduler.CosineAnnealingLR,
            0.3,
            38,
            {"T_max": 37, "eta_min": 0.01},
        ),
        (optimizers.linear_warmup(0.3, 5), lr_scheduler.LinearLR, 0.3, 12, {"total_iters": 5}),
        (
            optimizers.linear_warmup(0.3, 10, start_factor=0.01),
            lr_scheduler.LinearLR,
            0.3,
            20,
            {"total_iters": 10, "start_factor": 0.01},
        ),
    ],
)
def test_schedule_equals_torch(schedule, scheduler_class, lr, steps, options):
    expected = torch_learning_rates(scheduler_class, lr, steps, **options)
    np.testing.assert_allclose([schedule(step) for step in range(steps)], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("total_steps", [5, 10, 97, 200])
@pytest.mark.parametrize("options", [{}, {"pct_start": 0.45, "div_factor": 10.0, "final_div_factor": 50.0}])
def test_one_cycle_equals_torch(total_steps, options):
    schedule = optimizers.one_cycle(0.4, total_steps, **options)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = lr_scheduler.OneCycleLR(optimizer, 0.4, total_steps=total_steps, cycle_momentum=False, **options)
    for step in range(total_steps):
        np.testing.assert_allclose(schedule(step), optimizer.param_groups[0]["lr"], rtol=1e-12)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("total_steps", [10, 30, 100])
def test_one_cycle_starts_peaks_and_ends_where_it_says(total_steps):
    schedule = optimizers.one_cycle(0.4, total_steps, pct_start=0.3, div_factor=8, final_div_factor=100)
    rates = [schedule(step) for step in range(total_steps)]
    peak = round(0.3 * total_steps) - 1
    assert rates[0] == pytest.approx(0.4 / 8, rel=1e-14)
    assert rates[peak] == max(rates) == pytest.approx(0.4, rel=1e-14)
    assert rates[-1] == 0.4 / 8 / 100
    assert np.all(np.diff(rates[: peak + 1]) > 0)
    assert np.all(np.diff(rates[peak:]) < 0)


def test_schedules_hold_their_last_value():
    assert optimizers.cosine(0.3, 10, min_lr=0.02)(25) == 0.02
    assert optimizers.linear_warmup(0.3, 10)(25) == 0.3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.step_decay(-0.1, 5), "lr is"),
        (lambda: optimizers.step_decay(0.1, 0), "step_size is 0"),
        (lambda: optimizers.step_decay(0.1, 5, gamma=-1), "gamma is"),
        (lambda: optimizers.cosine(-0.1, 5), "lr is"),
        (lambda: optimizers.cosine(0.1, 0), "total_steps is 0"),
        (lambda: optimizers.cosine(0.1, 5, min_lr=-1), "min_lr is"),
        (lambda: optimizers.one_cycle(-0.1, 50), "max_lr is"),
        (lambda: optimizers.one_cycle(0.1, 0), "total_steps is 0"),
        (lambda: optimizers.one_cycle(0.1, 50, div_factor=0), "div_factor is 0"),
        (lambda: optimizers.one_cycle(0.1, 3), "peak at step -0.1"),
        (lambda: optimizers.one_cycle(0.1, 50, pct_start=1.0), "peak at step 49"),
        (lambda: optimizers.linear_warmup(-0.1, 5), "lr is"),
        (lambda: optimizers.linear_warmup(0.1, 0), "warmup_steps is 0"),
        (lambda: optimizers.linear_warmup(0.1, 5, start_factor=1.5), "start_factor is"),
        (lambda: optimizers.step_decay(0.1, 5)(-1), "step is -1"),
        (lambda: optimizers.cosine(0.1, 5)(-1), "step is -1"),
        (lambda: optimizers.linear_warmup(0.1, 5)(-1), "step is -1"),
        (lambda: optimizers.one_cycle(0.1, 50)(-1), "steps 0 to 49"),
        (lambda: optimizers.one_cycle(0.1, 50)(50), "steps 0 to 49"),
    ],
)
def test_bad_schedules(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# --- clipping -------------------------------------------------------------------------------------


@pytest.mark.parametrize("max_norm", [0.0, 0.5, 3.0, 1e3])
@pytest.mark.parametrize("by_name", [False, True])
def test_clip_grad_norm_equals_torch(max_norm, by_name):
    rng = np.random.default_rng(0)
    grads = [rng.normal(size=shape) for shape in [(3, 4), (5,), (2, 3, 2, 2), (1,)]]
    tensors = [torch.zeros(grad.shape, dtype=torch.float64, requires_grad=True) for grad in grads]
    for tensor, grad in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    expected = torch.nn.utils.clip_grad_norm_(tensors, max_norm).item()
    norm = optimizers.clip_grad_norm(dict(enumerate(grads)) if by_name else grads, max_norm)
    np.testing.assert_allclose(norm, expected, rtol=1e-13)
    for tensor, grad in zip(tensors, grads, strict=True):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("grads", "max_norm", "message"),
    [
        ([np.ones(2)], -1.0, "max_norm is"),
        ([np.array([1.0, np.nan])], 1.0, "norm of the gradients is nan"),
        ([np.ones(2), np.array([np.inf])], 1.0, "norm of the gradients is inf"),
        ([np.ones(2, dtype=int)], 1.0, "int64"),
        (np.ones(2), 1.0, "one array"),
    ],
)
def test_clip_grad_norm_refuses(grads, max_norm, message):
    with pytest.raises(ValueError, match=message):
        optimizers.clip_grad_norm(grads, max_norm)
