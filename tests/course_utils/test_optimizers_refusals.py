"""What the optimizers refuse, and that a refusal changes nothing."""

import copy
import math

import numpy as np
import pytest

from course_utils.optimizers import SGD, AdaDelta, AdaGrad, Adam, AdamW, RMSProp

DEFAULTS = [(SGD, {"momentum": 0.9}), (AdaGrad, {}), (RMSProp, {}), (AdaDelta, {}), (Adam, {}), (AdamW, {})]


@pytest.mark.parametrize(
    ("ours", "options", "message"),
    [
        *((ours, {"lr": lr}, "lr is") for ours, _ in DEFAULTS for lr in (-0.1, math.nan, math.inf)),
        *((ours, {"weight_decay": -0.1}, "weight_decay is -0.1") for ours, _ in DEFAULTS),
        *((ours, {"eps": -1e-8}, "eps is") for ours, _ in DEFAULTS[1:]),
        (SGD, {"momentum": -0.9}, "momentum is"),
        (SGD, {"dampening": -0.9}, "dampening is"),
        (SGD, {"nesterov": True}, "nesterov needs"),
        (SGD, {"momentum": 0.9, "dampening": 0.1, "nesterov": True}, "nesterov needs"),
        (AdaGrad, {"lr_decay": -1}, "lr_decay is"),
        (AdaGrad, {"initial_accumulator_value": -1}, "initial_accumulator_value is"),
        (RMSProp, {"alpha": 1.0}, "alpha is"),
        (RMSProp, {"momentum": -0.9}, "momentum is"),
        (AdaDelta, {"rho": -0.1}, "rho is"),
        (Adam, {"betas": (1.0, 0.999)}, "beta1 is"),
        (Adam, {"betas": (0.9, -0.1)}, "beta2 is"),
        (AdamW, {"betas": (0.9, 1.0)}, "beta2 is"),
    ],
)
def test_bad_options(ours, options, message):
    with pytest.raises(ValueError, match=message):
        ours([np.ones(2)], **options)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ([np.ones(2), np.arange(3)], r"params\[1\] is int64"),
        ({"weight": np.arange(3)}, "weight is int64"),
        ([np.ones(2, dtype=complex)], "complex128"),
        ([1.0, 2.0], "is a float, not an array"),
        (np.ones((2, 2)), "one array"),
        ([], "empty"),
    ],
)
def test_bad_params(params, message):
    with pytest.raises(ValueError, match=message):
        SGD(params)


@pytest.mark.parametrize(
    ("grads", "message"),
    [
        ({"weight": np.ones((2, 3))}, r"missing \['bias'\]"),
        ({"weight": np.ones((2, 3)), "bais": np.ones(2)}, r"missing \['bias'\], unknown \['bais'\]"),
        ({"weight": np.ones((3, 2)), "bias": np.ones(2)}, r"weight has shape \(3, 2\)"),
        ({"weight": np.ones((2, 3)), "bias": np.ones(1)}, r"bias has shape \(1,\)"),
        ({"weight": np.ones((2, 3)), "bias": np.array([1.0, np.nan])}, "bias holds NaN"),
        ({"weight": np.ones((2, 3)), "bias": np.array([1.0, -np.inf])}, "bias holds NaN or infinity"),
        ({"weight": np.ones((2, 3)), "bias": np.ones(2, dtype=int)}, "bias is int64"),
        ([np.ones((2, 3))], "1 gradients for 2 parameters"),
        (np.ones((2, 3)), "one array"),
    ],
)
@pytest.mark.parametrize(("ours", "options"), DEFAULTS)
def test_refused_gradients_change_nothing(ours, options, grads, message):
    params = {"weight": np.ones((2, 3)), "bias": np.ones(2)}
    optimizer = ours(params, **options)
    before = copy.deepcopy(optimizer.state)
    with pytest.raises(ValueError, match=message):
        optimizer.step(grads)
    assert all(np.all(array == 1) for array in params.values())
    assert str(optimizer.state) == str(before)


def test_named_gradients_for_listed_params_are_refused():
    with pytest.raises(ValueError, match="params was a list"):
        SGD([np.ones(2)]).step({"weight": np.ones(2)})


def test_a_learning_rate_turned_negative_is_refused():
    optimizer = SGD([np.ones(2)])
    optimizer.lr = -0.1
    with pytest.raises(ValueError, match=r"lr is -0\.1"):
        optimizer.step([np.ones(2)])


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ([], "0 entries for 1"),
        ([{"step": 1, "exp_avg": np.ones(2)}], "expected .*exp_avg_sq"),
        ([{"step": 1, "exp_avg": np.ones(2), "exp_avg_sq": np.ones(2), "sum": np.ones(2)}], "'sum'"),
        ([{"step": 1, "exp_avg": np.ones(3), "exp_avg_sq": np.ones(2)}], r"exp_avg of params\[0\] has shape \(3,\)"),
    ],
)
def test_bad_state(state, message):
    with pytest.raises(ValueError, match=message):
        Adam([np.ones(2)]).state = state
