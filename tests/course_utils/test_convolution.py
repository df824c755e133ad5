"""The convolution layer against PyTorch in float64, against its loop version and against centred differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from course_utils import convolution, gradcheck
from tests.course_utils import layer_loops as loops

MODES = ("zeros", "reflect", "replicate", "circular")
reproducible = {"derandomize": True, "deadline": None, "database": None}


def assert_close(ours, reference, what):
    """The largest difference, relative to the largest value, is at most 1e-10."""
    reference = reference.detach().numpy() if isinstance(reference, torch.Tensor) else reference
    assert ours.shape == reference.shape, what
    assert ours.dtype == reference.dtype, what
    if reference.size:
        assert np.abs(ours - reference).max() <= 1e-10 * np.abs(reference).max(), what


@st.composite
def conv_cases(draw, longest_extra=6, largest_batch=3):
    """Draw the shapes and the arguments of a convolution whose kernel fits."""
    mode, groups = draw(st.sampled_from(MODES)), draw(st.integers(1, 3))
    axes = [draw(axis_cases(mode, longest_extra)) for _ in range(2)]
    kernel_size, stride, padding, dilation, lengths = zip(*axes, strict=True)
    channels, filters = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    x_shape = (draw(st.integers(0, largest_batch)), channels, *lengths)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "padding_mode": mode}
    return x_shape, (filters, channels // groups, *kernel_size), draw(st.booleans()), options


@st.composite
def axis_cases(draw, mode, longest_extra):
    """Draw kernel size, stride, padding, dilation and length along one axis; strides may exceed the kernel."""
    size, stride, padding, dilation = (draw(st.integers(low, high)) for low, high in ((1, 4), (1, 5), (0, 3), (1, 3)))
    shortest = max(1, dilation * (size - 1) + 1 - 2 * padding)
    shortest = max(shortest, {"reflect": padding + 1, "circular": padding}.get(mode, 1))
    return size, stride, padding, dilation, draw(st.integers(shortest, shortest + longest_extra))


def arrays(x_shape, weight_shape, with_bias):
    rng = np.random.default_rng(sum(x_shape) + 100 * sum(weight_shape))
    x, weight = rng.normal(size=x_shape), rng.normal(size=weight_shape)
    return x, weight, rng.normal(size=weight_shape[0]) if with_bias else None


def torch_conv2d(x, weight, bias, options):
    """Run the layer of PyTorch; return the output and its input and parameters, which require gradients."""
    groups, filters = options.get("groups", 1), len(weight)
    channels = weight.shape[1] * groups
    layer = torch.nn.Conv2d(channels, filters, weight.shape[2:], bias=bias is not None, dtype=torch.float64, **options)
    layer.weight.data = torch.tensor(weight)
    if bias is not None:
        layer.bias.data = torch.tensor(bias)
    x = torch.tensor(x, requires_grad=True)
    return layer(x), (x, layer.weight, layer.bias)


def check_against_torch(x_shape, weight_shape, with_bias, options):
    x, weight, bias = arrays(x_shape, weight_shape, with_bias)
    reference, leaves = torch_conv2d(x, weight, bias, options)
    out = convolution.conv2d(x, weight, bias, **options)
    assert_close(out, reference, "output")
    grad_output = np.random.default_rng(1).normal(size=out.shape)
    reference.backward(torch.tensor(grad_output))
    gradients = convolution.conv2d_backward(grad_output, x, weight, bias, **options)
    assert (gradients[2] is None) == (bias is None)
    for name, ours, leaf in zip(("x", "weight", "bias"), gradients, leaves, strict=True):
        if leaf is not None:
            assert_close(ours, leaf.grad, f"gradient of {name}")


@settings(max_examples=400, **reproducible)
@given(conv_cases())
def test_conv2d_forward_and_backward_equal_torch(case):
    check_against_torch(*case)


@pytest.mark.parametrize(
    ("x_shape", "weight_shape", "options"),
    [
        pytest.param((32, 8, 28, 28), (16, 8, 3, 3), {}, id="lecture size"),
        pytest.param((0, 3, 6, 5), (4, 3, 3, 3), {"padding": 1}, id="empty batch"),
        pytest.param((1, 1, 7, 9), (1, 1, 3, 3), {}, id="batch 1, one channel, odd, not square"),
        pytest.param((2, 3, 9, 11), (4, 3, 2, 1), {"stride": (3, 4)}, id="stride larger than kernel"),
        pytest.param((2, 3, 5, 5), (4, 3, 5, 5), {}, id="kernel as large as the image"),
        pytest.param((2, 3, 1, 1), (4, 3, 1, 1), {}, id="one pixel"),
        pytest.param((2, 6, 5, 6), (12, 1, 3, 3), {"groups": 6, "padding": 1}, id="depthwise"),
        pytest.param((2, 3, 6, 7), (4, 3, 4, 2), {"padding": "same"}, id="same, even kernel"),
        pytest.param((2, 3, 6, 7), (4, 3, 3, 2), {"padding": "same", "dilation": (1, 3)}, id="same, dilated"),
        pytest.param((2, 3, 6, 7), (4, 3, 4, 3), {"padding": "same", "padding_mode": "reflect"}, id="same, reflect"),
        pytest.param((2, 3, 6, 7), (4, 3, 3, 3), {"padding": "valid", "stride": 2}, id="valid"),
        pytest.param((2, 2, 3, 4), (3, 2, 2, 2), {"padding": (3, 4), "padding_mode": "circular"}, id="widest circular"),
        pytest.param((2, 2, 3, 4), (3, 2, 2, 2), {"padding": (2, 3), "padding_mode": "reflect"}, id="widest reflect"),
    ],
)
@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")  # PyTorch on the cost of an even kernel
def test_conv2d_equals_torch_at_the_edges(x_shape, weight_shape, options):
    check_against_torch(x_shape, weight_shape, True, options)


@settings(max_examples=80, **reproducible)
@given(conv_cases(longest_extra=2, largest_batch=2))
def test_loop_version_equals_vectorised_version(case):
    x_shape, weight_shape, with_bias, options = case
    x, weight, bias = arrays(x_shape, weight_shape, with_bias)
    out = convolution.conv2d(x, weight, bias, **options)
    assert_close(loops.conv2d(x, weight, bias, **options), out, "output")
    grad_output = np.random.default_rng(1).normal(size=out.shape)
    vectorised = convolution.conv2d_backward(grad_output, x, weight, bias, **options)
    looped = loops.conv2d_backward(grad_output, x, weight, bias, **options)
    assert (looped[2] is None) == (bias is None)
    for ours, reference in zip(looped, vectorised, strict=True):
        if reference is not None:
            assert_close(ours, reference, "gradient")


@pytest.mark.parametrize("padding_mode", MODES)
def test_conv2d_backward_equals_centred_differences(padding_mode):
    x, weight, bias = arrays((2, 4, 5, 4), (2, 2, 3, 2), True)
    options = {"stride": (2, 1), "padding": (2, 1), "dilation": (1, 2), "groups": 2, "padding_mode": padding_mode}
    out = convolution.conv2d(x, weight, bias, **options)
    grad_output = np.random.default_rng(1).normal(size=out.shape)

    def loss(_):
        return np.sum(grad_output * convolution.conv2d(x, weight, bias, **options))

    gradients = convolution.conv2d_backward(grad_output, x, weight, bias, **options)
    for gradient, array in zip(gradients, (x, weight, bias), strict=True):
        assert gradcheck.relative_error(gradient, gradcheck.numerical_gradient(loss, array)) < 1e-8


def test_gradients_are_the_convolutions_that_the_formulas_name():
    x, weight, _ = arrays((1, 1, 7, 6), (1, 1, 3, 2), False)
    grad_output = np.random.default_rng(1).normal(size=(1, 1, 5, 5))
    grad_x, grad_weight, _ = convolution.conv2d_backward(grad_output, x, weight)
    assert_close(grad_x[0, 0], signal.convolve2d(grad_output[0, 0], weight[0, 0], mode="full"), "flipped")
    assert_close(grad_weight[0, 0], signal.correlate2d(x[0, 0], grad_output[0, 0], mode="valid"), "not flipped")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_inputs_are_not_changed(dtype):
    inputs = [array.astype(dtype) for array in arrays((2, 3, 6, 6), (4, 3, 3, 3), True)]
    copies = [array.copy() for array in inputs]
    out = convolution.conv2d(*inputs, padding=1)
    gradients = convolution.conv2d_backward(out, *inputs, padding=1)
    assert [array.dtype for array in (out, *gradients)] == [dtype] * 4
    assert all(np.array_equal(array, copy) for array, copy in zip(inputs, copies, strict=True))


def test_arrays_that_are_views_give_the_same():
    x, weight, _ = arrays((6, 7, 3, 2), (3, 2, 3, 4), False)
    x, weight = x.transpose(3, 2, 0, 1)[..., ::-1], weight.transpose(3, 0, 1, 2)[::-1]
    out = convolution.conv2d(x, weight[:, :, :, :2])
    assert_close(out, convolution.conv2d(x.copy(), weight[:, :, :, :2].copy()), "output")


def test_output_size_equals_torch_over_a_grid():
    compared = 0
    for length, size, stride, padding, dilation in np.ndindex(8, 4, 4, 3, 3):
        length, size, stride, dilation = length + 1, size + 1, stride + 1, dilation + 1
        if dilation * (size - 1) + 1 <= length + 2 * padding:
            out = torch.nn.functional.conv1d(
                torch.zeros(1, 1, length), torch.zeros(1, 1, size), stride=stride, padding=padding, dilation=dilation
            )
            assert convolution.output_size(length, size, stride, padding, dilation) == out.shape[2]
            compared += 1
    assert compared > 800
