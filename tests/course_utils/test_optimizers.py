"""The optimizers' paths and states against PyTorch in float64, and what chapter 07 says of them."""

import copy
import math

import numpy as np
import pytest
import torch

from course_utils.optimizers import SGD, AdaDelta, AdaGrad, Adam, AdamW, RMSProp

SHAPES = [(3, 4), (5,), (2, 3, 2, 2), ()]
STEPS = 100

CASES = [
    (SGD, torch.optim.SGD, {"lr": 0.05}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.9}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    (SGD, torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (AdaGrad, torch.optim.Adagrad, {}),
    (AdaGrad, torch.optim.Adagrad, {"lr": 0.3, "lr_decay": 0.05, "eps": 1e-3}),
    (AdaGrad, torch.optim.Adagrad, {"lr": 0.3, "initial_accumulator_value": 0.5, "weight_decay": 0.1}),
    (RMSProp, torch.optim.RMSprop, {}),
    (RMSProp, torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    (RMSProp, torch.optim.RMSprop, {"lr": 0.02, "momentum": 0.8}),
    (RMSProp, torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "centered": True}),
    (RMSProp, torch.optim.RMSprop, {"lr": 0.02, "momentum": 0.8, "centered": True, "weight_decay": 0.1}),
    (AdaDelta, torch.optim.Adadelta, {}),
    (AdaDelta, torch.optim.Adadelta, {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.1}),
    (Adam, torch.optim.Adam, {}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.1}),
    (AdamW, torch.optim.AdamW, {}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
]
CASE_NAMES = [f"{ours.__name__}-{'-'.join(options)}" for ours, _, options in CASES]
STATEFUL = [case for case in CASES if case[0] is not SGD or "momentum" in case[2]]
STATEFUL_NAMES = [f"{ours.__name__}-{'-'.join(options)}" for ours, _, options in STATEFUL]
DEFAULTS = [(SGD, {"momentum": 0.9}), (AdaGrad, {}), (RMSProp, {}), (AdaDelta, {}), (Adam, {}), (AdamW, {})]


def start(seed=0):
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape) * 2) for shape in SHAPES]


def gradients(params, step):
    """The gradients of a wavy bowl that is not centred on zero, with noise that depends on the step alone."""
    rng = np.random.default_rng(1000 + step)
    noise = [0.3 * rng.normal(size=w.shape) for w in params]
    return [
        np.asarray((1 + i) * (w - 0.7) + np.sin(3 * w) + e) for i, (w, e) in enumerate(zip(params, noise, strict=True))
    ]


def run(optimizer, first, last):
    path = []
    for step in range(first, last):
        optimizer.step(gradients(optimizer.params, step))
        path.append(np.concatenate([w.ravel() for w in optimizer.params]))
    return path


def as_tensors(params):
    return [torch.tensor(w, requires_grad=True) for w in params]


def run_torch(optimizer, first, last):
    params = optimizer.param_groups[0]["params"]
    path = []
    for step in range(first, last):
        for param, grad in zip(params, gradients([p.detach().numpy() for p in params], step), strict=True):
            param.grad = torch.as_tensor(grad)
        optimizer.step()
        path.append(torch.cat([p.detach().ravel() for p in params]).numpy())
    return path


def assert_same_path(ours, theirs):
    """Each step within 1e-12 of the size of the largest parameter."""
    assert len(ours) == len(theirs) > 0
    for step, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        error = np.abs(a - b).max() / np.abs(b).max()
        assert error < 1e-12, f"step {step}: relative error {error:.1e}"


# --- the path is PyTorch's ------------------------------------------------------------------------


@pytest.mark.parametrize(("ours", "theirs", "options"), CASES, ids=CASE_NAMES)
def test_path_equals_torch(ours, theirs, options):
    path = run(ours(start(), **options), 0, STEPS)
    torch_options = options if ours is not SGD else {"lr": 1e-3, **options}
    assert_same_path(path, run_torch(theirs(as_tensors(start()), **torch_options), 0, STEPS))
    assert np.abs(path[-1] - path[0]).max() > 1e-3  # it moved


@pytest.mark.parametrize(("ours", "theirs", "options"), STATEFUL, ids=STATEFUL_NAMES)
def test_torch_state_continues_in_ours(ours, theirs, options):
    torch_optimizer = theirs(as_tensors(start()), **options)
    run_torch(torch_optimizer, 0, 37)
    continued = ours([p.detach().numpy().copy() for p in torch_optimizer.param_groups[0]["params"]], **options)
    continued.state = list(torch_optimizer.state_dict()["state"].values())
    assert_same_path(run(continued, 37, STEPS), run_torch(torch_optimizer, 37, STEPS))


@pytest.mark.parametrize(("ours", "theirs", "options"), STATEFUL, ids=STATEFUL_NAMES)
def test_our_state_continues_in_torch(ours, theirs, options):
    optimizer = ours(start(), **options)
    run(optimizer, 0, 37)
    continued = theirs(as_tensors(optimizer.params), **options)
    entries = {
        index: {
            key: torch.tensor(float(value)) if key == "step" else torch.tensor(value) for key, value in entry.items()
        }
        for index, entry in enumerate(optimizer.state)
    }
    continued.load_state_dict({"state": entries, "param_groups": continued.state_dict()["param_groups"]})
    assert_same_path(run(optimizer, 37, STEPS), run_torch(continued, 37, STEPS))


@pytest.mark.parametrize(("ours", "theirs", "options"), STATEFUL, ids=STATEFUL_NAMES)
def test_state_has_torch_names_and_values(ours, theirs, options):
    optimizer, torch_optimizer = ours(start(), **options), theirs(as_tensors(start()), **options)
    run(optimizer, 0, 5)
    run_torch(torch_optimizer, 0, 5)
    for entry, expected in zip(optimizer.state, torch_optimizer.state_dict()["state"].values(), strict=True):
        assert entry.keys() == expected.keys()
        for key, value in entry.items():
            np.testing.assert_allclose(value, expected[key].numpy(), rtol=1e-11)


@pytest.mark.parametrize(("ours", "options"), DEFAULTS)
def test_float32_stays_float32(ours, options):
    optimizer = ours([np.ones(3, dtype=np.float32)], **options)
    optimizer.lr = np.float64(0.01)
    optimizer.step([np.ones(3)])
    arrays = [*optimizer.params, *(value for key, value in optimizer.state[0].items() if key != "step")]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# --- state, names, order --------------------------------------------------------------------------


@pytest.mark.parametrize(("ours", "options"), DEFAULTS)
def test_saved_state_repeats_the_rest_of_a_run(ours, options):
    optimizer = ours(start(), **options)
    run(optimizer, 0, 10)
    saved, params = copy.deepcopy(optimizer.state), copy.deepcopy(optimizer.params)
    rest = run(optimizer, 10, 20)
    resumed = ours(params, **options)
    resumed.state = saved
    np.testing.assert_array_equal(run(resumed, 10, 20), rest)


def test_setting_the_state_copies_it():
    first, second = Adam(start()), Adam(start())
    run(first, 0, 3)
    second.state = first.state
    second.state[0]["exp_avg"][...] = 0
    assert np.abs(first.state[0]["exp_avg"]).min() > 0


def test_params_and_grads_by_name_in_any_order():
    listed, named = Adam(start()), Adam(dict(zip("abcd", start(), strict=True)))
    grads = gradients(start(), 0)
    listed.step(grads)
    named.step(dict(reversed(list(zip("abcd", grads, strict=True)))))
    for expected, actual in zip(listed.params, named.params, strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_step_changes_the_arrays_that_were_passed_and_no_gradient():
    params = start()
    before, optimizer = copy.deepcopy(params), AdamW(dict(zip("abcd", params, strict=True)), weight_decay=0.5)
    grads = gradients(params, 0)
    kept = copy.deepcopy(grads)
    optimizer.step(grads)
    assert all(np.all(new != old) for new, old in zip(params, before, strict=True))
    assert all(np.array_equal(new, old) for new, old in zip(grads, kept, strict=True))


@pytest.mark.parametrize(("ours", "options"), DEFAULTS)
def test_a_gradient_may_be_the_parameter_itself(ours, options):
    """Which is what w²/2 has for a gradient."""
    same, apart = ours(start(), **options, weight_decay=0.3), ours(start(), **options, weight_decay=0.3)
    for _ in range(3):
        same.step(same.params)
        apart.step(copy.deepcopy(apart.params))
    for a, b in zip(same.params, apart.params, strict=True):
        np.testing.assert_array_equal(a, b)


# --- what the lecture says ------------------------------------------------------------------------


def test_the_averaged_momentum_is_classical_momentum_with_a_smaller_learning_rate():
    params, velocity, m, lr = start(), [np.zeros(shape) for shape in SHAPES], 0.9, 0.2
    equivalent, damped = SGD(start(), lr=(1 - m) * lr, momentum=m), SGD(start(), lr=lr, momentum=m, dampening=m)
    damped.state = [{"momentum_buffer": np.zeros(shape)} for shape in SHAPES]
    for step in range(50):
        grads = gradients(params, step)
        equivalent.step(grads)
        damped.step(grads)
        for w, v, g in zip(params, velocity, grads, strict=True):
            v[...] = m * v + (1 - m) * g
            w -= lr * v
        for w, a, b in zip(params, equivalent.params, damped.params, strict=True):
            np.testing.assert_allclose(a, w, rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(b, w, rtol=1e-12, atol=1e-13)


def test_dampening_from_an_empty_buffer_exceeds_the_average_by_a_fading_share_of_the_first_gradient():
    m, grads = 0.8, np.random.default_rng(3).normal(size=12)
    optimizer, average = SGD([np.zeros(1)], lr=0.1, momentum=m, dampening=m), 0.0
    for t, g in enumerate(grads, start=1):
        optimizer.step([np.array([g])])
        average = m * average + (1 - m) * g
        np.testing.assert_allclose(optimizer.state[0]["momentum_buffer"] - average, m**t * grads[0], rtol=1e-10)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.9, 0.99), (0.5, 0.999)])
def test_first_uncorrected_adam_step_is_larger(betas):
    corrected = Adam([np.zeros(2)], lr=0.1, betas=betas, eps=0)
    uncorrected = Adam([np.zeros(2)], lr=0.1, betas=betas, eps=0, bias_correction=False)
    for optimizer in (corrected, uncorrected):
        optimizer.step([np.array([3.0, -0.01])])
    np.testing.assert_allclose(corrected.params[0], [-0.1, 0.1], rtol=1e-12)
    ratio = uncorrected.params[0] / corrected.params[0]
    np.testing.assert_allclose(ratio, (1 - betas[0]) / math.sqrt(1 - betas[1]), rtol=1e-12)
    if betas == (0.9, 0.999):
        np.testing.assert_allclose(ratio, 3.16, atol=0.005)


def test_ten_uncorrected_adam_steps_equal_torch_with_its_correction_undone():
    """PyTorch's Adam has no such option: a learning rate and an ε that cancel the hats at each step stand in for it."""
    lr, (beta1, beta2), eps = 0.05, (0.9, 0.999), 1e-8
    path = run(Adam(start(), lr=lr, bias_correction=False), 0, 10)
    torch_optimizer, reference = torch.optim.Adam(as_tensors(start())), []
    for step in range(10):
        root = math.sqrt(1 - beta2 ** (step + 1))
        torch_optimizer.param_groups[0].update(lr=lr * (1 - beta1 ** (step + 1)) / root, eps=eps / root)
        reference += run_torch(torch_optimizer, step, step + 1)
    assert_same_path(path, reference)
    corrected = run(Adam(start(), lr=lr), 0, 10)
    assert np.abs(corrected[-1] - path[-1]).max() > lr


def test_adam_with_an_l2_term_is_not_adamw():
    moved = {}
    for name, optimizer in {"l2": Adam, "decoupled": AdamW}.items():
        for gradient in (0.1, 10.0):
            with_decay, without = np.ones(1), np.ones(1)
            optimizer([with_decay], lr=1e-3, weight_decay=0.1).step([np.array([gradient])])
            optimizer([without], lr=1e-3, weight_decay=0.0).step([np.array([gradient])])
            moved[name, gradient] = abs(with_decay - without).item()
    np.testing.assert_allclose([moved["decoupled", 0.1], moved["decoupled", 10.0]], 1e-3 * 0.1, rtol=1e-9)
    assert max(moved["l2", 0.1], moved["l2", 10.0]) < 1e-9


def test_centred_rmsprop_survives_a_constant_gradient():
    """Rounding makes the variance negative there, and a bare root would turn the parameters to NaN."""
    constants = np.random.default_rng(0).normal(size=200)
    optimizer = RMSProp([np.zeros(200)], lr=1e-3, alpha=0.5, centered=True)
    for _ in range(200):
        optimizer.step([constants])
    assert np.isfinite(optimizer.params[0]).all()
