"""The layers against PyTorch's modules in float64: values, gradients, names, states, initialisation."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import gradcheck, layers

PAIRS = {
    "Linear": (layers.Linear(6, 4, rng=0), nn.Linear(6, 4), (5, 6)),
    "Linear without bias": (layers.Linear(6, 4, bias=False, rng=0), nn.Linear(6, 4, bias=False), (5, 6)),
    "Conv2d": (layers.Conv2d(3, 4, (3, 2), 2, 1, rng=0), nn.Conv2d(3, 4, (3, 2), 2, 1), (2, 3, 7, 6)),
    "Conv2d, all arguments": (
        layers.Conv2d(4, 6, 3, 1, (2, 1), 2, 2, False, "circular", rng=0),
        nn.Conv2d(4, 6, 3, 1, (2, 1), 2, 2, False, "circular"),
        (2, 4, 6, 7),
    ),
    "BatchNorm1d": (layers.BatchNorm1d(3), nn.BatchNorm1d(3), (5, 3)),
    "BatchNorm1d of signals": (layers.BatchNorm1d(3, 0.1, 0.3), nn.BatchNorm1d(3, 0.1, 0.3), (5, 3, 4)),
    "BatchNorm2d": (layers.BatchNorm2d(3), nn.BatchNorm2d(3), (2, 3, 4, 5)),
    "ReLU": (layers.ReLU(), nn.ReLU(), (2, 3, 4, 5)),
    "MaxPool2d": (layers.MaxPool2d(3, 2, 1), nn.MaxPool2d(3, 2, 1), (2, 3, 6, 5)),
    "AvgPool2d": (layers.AvgPool2d(3, 2, 1), nn.AvgPool2d(3, 2, 1), (2, 3, 6, 5)),
    "Flatten": (layers.Flatten(), nn.Flatten(), (2, 3, 4, 5)),
    "Dropout of none": (layers.Dropout(0.0), nn.Dropout(0.0), (2, 3)),
}


def assert_close(ours, reference, what):
    reference = reference.detach().numpy()
    assert ours.shape == reference.shape, what
    assert np.abs(ours - reference).max() <= 1e-10 * max(np.abs(reference).max(), 1e-3), what


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", PAIRS)
def test_layer_equals_torch(name, training):
    layer, module, shape = PAIRS[name]
    module = module.double().train(training)
    layer.load_state_dict(module.state_dict())
    layer.train() if training else layer.eval()
    rng = np.random.default_rng(0)
    for _ in range(2):  # twice: gradients do not accumulate, running statistics do
        x = rng.normal(size=shape)
        leaf = torch.tensor(x, requires_grad=True)
        module.zero_grad()
        reference, out = module(leaf), layer.forward(x)
        assert_close(out, reference, "output")
        grad_output = rng.normal(size=out.shape)
        reference.backward(torch.tensor(grad_output))
        assert_close(layer.backward(grad_output), leaf.grad, "gradient of the input")
        for key, parameter in module.named_parameters():
            assert_close(layer.gradients()[key], parameter.grad, key)
    for key, value in module.state_dict().items():
        assert_close(layer.state_dict()[key], value, key)


def networks():
    ours = layers.Sequential(
        layers.Conv2d(1, 3, 3, padding=1, rng=0),
        layers.BatchNorm2d(3),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Sequential(layers.Flatten(), layers.Linear(12, 5, rng=1)),
    )
    head = nn.Sequential(nn.Flatten(), nn.Linear(12, 5))
    theirs = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), head)
    return ours, theirs.double()


def test_state_moves_to_torch_and_back():
    ours, theirs = networks()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert list(ours.parameters()) == [name for name, _ in theirs.named_parameters()]
    x = np.random.default_rng(0).normal(size=(4, 1, 4, 4))
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})
    assert_close(ours.forward(x), theirs(torch.tensor(x)), "after moving to PyTorch")
    with torch.no_grad():
        theirs[0].weight += 1
    before = ours.parameters()
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    assert_close(ours.eval().forward(x), theirs.eval()(torch.tensor(x)), "after moving back")
    assert all(array is before[name] for name, array in ours.parameters().items())


def test_state_dict_is_a_copy_and_parameters_are_the_arrays_themselves():
    layer = layers.Linear(2, 2, rng=0)
    state = layer.state_dict()
    layer.parameters()["weight"] += 1
    assert np.array_equal(layer.weight, state["weight"] + 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"0.weight": np.ones((3, 1, 3, 2))},
            r"0.weight has shape \(3, 1, 3, 2\) in state; the layer's has \(3, 1, 3, 3\)",
        ),
        ({"4.1.bias": np.full(5, np.nan)}, "4.1.bias.*nan"),
        ({"9.bias": np.ones(5)}, r"missing \[\], unknown \['9.bias'\]"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, words):
    ours, _ = networks()
    before = ours.state_dict()
    with pytest.raises(ValueError, match=words):
        ours.load_state_dict({name: array + 1 for name, array in before.items()} | change)
    assert all(np.array_equal(array, before[name]) for name, array in ours.state_dict().items())


def test_network_backward_equals_centred_differences():
    ours, _ = networks()
    x = np.random.default_rng(0).normal(size=(3, 1, 4, 4))
    grad_output = np.random.default_rng(1).normal(size=(3, 5))
    ours.forward(x)
    gradients = {"x": ours.backward(grad_output)} | ours.gradients()
    for name, array in ({"x": x} | ours.parameters()).items():
        numerical = gradcheck.numerical_gradient(lambda _: np.sum(grad_output * ours.forward(x)), array)
        scale = np.abs(gradients["x"]).max()  # batch norm makes the gradient of the bias before it vanish
        assert np.abs(gradients[name] - numerical).max() < 1e-7 * max(scale, np.abs(numerical).max()), name


@pytest.mark.parametrize(("ours", "theirs"), [(layers.Linear, nn.Linear), (layers.Conv2d, nn.Conv2d)])
def test_initialisation_has_the_bounds_of_torch(ours, theirs):
    arguments = (50, 80) if ours is layers.Linear else (6, 64, 3)
    for name, parameter in theirs(*arguments).named_parameters():
        array = ours(*arguments, rng=0).parameters()[name]
        bound = 1 / np.sqrt(50 if ours is layers.Linear else 54)
        assert np.abs(array).max() <= bound
        assert np.abs(array).max() == pytest.approx(parameter.abs().max().item(), rel=0.1)
        assert array.std() == pytest.approx(bound / np.sqrt(3), rel=0.2)


def test_the_seed_decides_the_start_and_a_shared_generator_goes_on():
    assert np.array_equal(layers.Linear(3, 2, rng=7).weight, layers.Linear(3, 2, rng=7).weight)
    rng = np.random.default_rng(7)
    first, second = layers.Linear(3, 2, rng=rng), layers.Linear(3, 2, rng=rng)
    assert np.array_equal(first.weight, layers.Linear(3, 2, rng=7).weight)
    assert not np.array_equal(first.weight, second.weight)


def test_dropout_scales_what_is_left_and_sends_the_gradient_the_same_way():
    dropout, x = layers.Dropout(0.4, rng=0), np.ones((200, 100))
    out = dropout.forward(x)
    assert np.isin(out, [0, 1 / 0.6]).all()
    assert (out == 0).mean() == pytest.approx(0.4, abs=0.014)  # four standard errors of 20,000 draws
    assert np.array_equal(dropout.backward(x), out)
    assert not np.array_equal(dropout.forward(x), out)
    assert np.array_equal(dropout.eval().forward(x), x)
    assert np.array_equal(dropout.backward(x), x)
    assert not layers.Dropout(1.0).forward(x).any()


def test_train_and_eval_reach_nested_layers_and_return_the_network():
    ours, _ = networks()
    assert ours.eval() is ours
    assert not any(layer.training for layer in (ours, *ours.layers, *ours.layers[4].layers))
    assert ours.train().layers[4].layers[0].training


def test_float32_stays_float32():
    net = layers.Sequential(
        layers.Conv2d(1, 2, 3, rng=0, dtype=np.float32),
        layers.BatchNorm2d(2, dtype=np.float32),
        layers.Dropout(0.5, rng=0),
        layers.ReLU(),
        layers.Flatten(),
        layers.Linear(8, 3, rng=0, dtype=np.float32),
    )
    out = net.forward(np.random.default_rng(0).normal(size=(4, 1, 4, 4)).astype(np.float32))
    assert {array.dtype for array in (out, net.backward(out), *net.gradients().values())} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: layers.Conv2d(4, 6, 3, groups=4), "groups is 4; .*in_channels 4 and out_channels 6"),
        (lambda: layers.Conv2d(0, 6, 3), "in_channels is 0"),
        (lambda: layers.Linear(2, 2, dtype=np.float16), "dtype is float16"),
        (lambda: layers.Linear(2, 2).forward(np.ones((3, 4))), r"x has shape \(3, 4\); expected \(3, 2\).*\(2, 2\)"),
        (
            lambda: layers.BatchNorm2d(2).forward(np.ones((3, 2))),
            r"x has shape \(3, 2\); BatchNorm2d takes \(4,\) axes",
        ),
        (lambda: layers.BatchNorm1d(0), "num_features is 0"),
        (lambda: layers.ReLU().forward(np.array([1, np.nan])), r"x, of shape \(2,\), holds nan at \(1,\)"),
        (lambda: layers.Flatten().forward(np.full((1, 2), np.inf)), r"x, of shape \(1, 2\), holds inf at \(0, 0\)"),
        (lambda: layers.Flatten().forward(np.float64(1)), r"x has shape \(\)"),
        (lambda: layers.Dropout().forward(np.array([np.nan])), r"x, of shape \(1,\), holds nan"),
        (lambda: layers.Dropout(1.5), "p is 1.5"),
        (lambda: layers.Sequential(), "layers is empty"),
        (lambda: layers.Sequential(layers.ReLU), r"layers\[0\] is .*ReLU"),
        (lambda: layers.Sequential(*[layers.ReLU()] * 2), "same object twice"),
    ],
)
def test_layers_refuse(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("name", PAIRS)
def test_a_gradient_of_another_shape_is_refused(name):
    layer, _, shape = PAIRS[name]
    out = layer.forward(np.random.default_rng(0).normal(size=shape))
    with pytest.raises(ValueError, match="grad_output"):
        layer.backward(np.ones((*out.shape[:-1], out.shape[-1] + 1)))


def test_backward_before_forward_says_what_to_do():
    with pytest.raises(RuntimeError, match="call forward first"):
        layers.Linear(2, 2).backward(np.ones((1, 2)))
    with pytest.raises(RuntimeError, match="call forward, then backward"):
        layers.Linear(2, 2).gradients()
