"""The layers and the loss of a multilayer perceptron against PyTorch in float64, over many shapes and options."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import gradcheck, layers, losses
from tests.course_utils import layer_loops as loops

reproducible = {"derandomize": True, "deadline": None, "database": None}


def assert_close(ours, reference):
    """The largest difference, relative to the largest value, is at most 1e-10."""
    reference = reference.detach().numpy() if isinstance(reference, torch.Tensor) else reference
    assert ours.shape == reference.shape
    assert ours.dtype == reference.dtype
    if reference.size:
        assert np.abs(ours - reference).max() <= 1e-10 * np.abs(reference).max()


@pytest.mark.parametrize(
    ("n", "inputs", "outputs", "seed"), list(itertools.product((0, 1, 2, 9), (1, 2, 7), (1, 3, 8), (0, 1)))
)
def test_linear_equals_torch_and_its_loop_version(n, inputs, outputs, seed):
    rng = np.random.default_rng(seed)
    layer, x, grad_output = (
        layers.Linear(inputs, outputs, rng=rng),
        rng.normal(size=(n, inputs)),
        rng.normal(size=(n, outputs)),
    )
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, layer.weight, layer.bias)]
    reference, out = F.linear(*leaves), layer.forward(x)
    reference.backward(torch.tensor(grad_output))
    assert_close(out, reference)
    assert_close(loops.linear(x, layer.weight, layer.bias), out)
    gradients = (layer.backward(grad_output), *layer.gradients().values())
    looped = loops.linear_backward(grad_output, x, layer.weight)
    for ours, leaf, by_loop in zip(gradients, leaves, looped, strict=True):
        assert_close(ours, leaf.grad)
        assert_close(by_loop, ours)


def test_linear_backward_equals_centred_differences():
    rng = np.random.default_rng(0)
    layer, x, grad_output = layers.Linear(4, 3, rng=rng), rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    layer.forward(x)
    gradients = {"x": layer.backward(grad_output)} | layer.gradients()
    for name, array in ({"x": x} | layer.parameters()).items():
        numerical = gradcheck.numerical_gradient(lambda _: np.sum(grad_output * layer.forward(x)), array)
        assert gradcheck.relative_error(gradients[name], numerical) < 1e-8


@pytest.mark.parametrize("shape", [(0, 4), (1, 1), (3, 1), (2, 3, 5), (1, 1, 7, 4), (4, 3, 1, 1), (0, 2, 3, 4)])
@pytest.mark.parametrize("ours", [layers.ReLU, layers.Flatten])
def test_relu_and_flatten_equal_torch(ours, shape):
    rng = np.random.default_rng(0)
    layer, x = ours(), rng.normal(size=shape)
    leaf = torch.tensor(x, requires_grad=True)
    reference, out = getattr(torch.nn, ours.__name__)()(leaf), layer.forward(x)
    assert_close(out, reference)
    grad_output = rng.normal(size=out.shape)
    reference.backward(torch.tensor(grad_output))
    assert_close(layer.backward(grad_output), leaf.grad)


@st.composite
def cross_entropy_cases(draw):
    """Draw logits, targets and options; some target counts, whatever is ignored, so that there is a mean."""
    classes, more = draw(st.integers(1, 6)), draw(st.sampled_from([(), (3,), (2, 3)]))
    shape = (draw(st.integers(1, 5)), classes, *more)
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scores, labels = rng.normal(scale=4, size=shape), rng.integers(0, classes, shape[:1] + more)
    options = {"label_smoothing": draw(st.sampled_from([0.0, 0.1, 0.6, 1.0]))}
    options["weight"] = rng.uniform(0.1, 3, classes) if draw(st.booleans()) else None
    if draw(st.booleans()):
        return scores, np.moveaxis(rng.dirichlet(np.ones(classes), labels.shape), -1, 1), options
    options["ignore_index"] = draw(st.sampled_from([-100, -1, classes]))
    labels.flat[1:] = np.where(rng.random(labels.size - 1) < 0.3, options["ignore_index"], labels.flat[1:])
    return scores, labels, options


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@settings(max_examples=120, **reproducible)
@given(case=cross_entropy_cases())
def test_cross_entropy_equals_torch_with_all_options_together(reduction, case):
    scores, target, options = case
    leaf = torch.tensor(scores, requires_grad=True)
    in_torch = {
        key: torch.tensor(value) if key == "weight" and value is not None else value for key, value in options.items()
    }
    reference = F.cross_entropy(leaf, torch.tensor(target), reduction=reduction, **in_torch)
    reference.sum().backward()
    value = np.asarray(losses.cross_entropy(scores, target, reduction, **options))
    np.testing.assert_allclose(value, reference.detach().numpy(), rtol=1e-10, atol=1e-13)
    gradient = losses.cross_entropy_backward(scores, target, reduction, **options)
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-10, atol=1e-13)
