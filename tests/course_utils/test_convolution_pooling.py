"""Max and average pooling against PyTorch in float64, against their loop versions and against centred differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import convolution, gradcheck
from tests.course_utils import layer_loops as loops

FORWARD = {"max": convolution.max_pool2d, "avg": convolution.avg_pool2d}
BACKWARD = {"max": convolution.max_pool2d_backward, "avg": convolution.avg_pool2d_backward}
FORWARD_LOOP = {"max": loops.max_pool2d, "avg": loops.avg_pool2d}
BACKWARD_LOOP = {"max": loops.max_pool2d_backward, "avg": loops.avg_pool2d_backward}
TORCH = {"max": torch.nn.functional.max_pool2d, "avg": torch.nn.functional.avg_pool2d}
reproducible = {"derandomize": True, "deadline": None, "database": None}


def assert_close(ours, reference):
    assert ours.shape == reference.shape
    assert ours.dtype == reference.dtype
    if reference.size:
        assert np.abs(ours - reference).max() <= 1e-10 * np.abs(reference).max()


@st.composite
def pool_cases(draw):
    """Draw a shape and the arguments of a pooling that fits; few distinct values, so that windows hold ties."""
    axes = []
    for _ in range(2):
        size = draw(st.integers(1, 4))
        padding = draw(st.integers(0, size // 2))
        shortest = max(1, size - 2 * padding)
        axes.append((size, draw(st.integers(1, 5)), padding, draw(st.integers(shortest, shortest + 6))))
    kernel_size, stride, padding, lengths = zip(*axes, strict=True)
    stride = draw(st.sampled_from([stride, None]))
    shape = (draw(st.integers(0, 3)), draw(st.integers(1, 3)), *lengths)
    return shape, draw(st.booleans()), {"kernel_size": kernel_size, "stride": stride, "padding": padding}


def images(shape, ties):
    rng = np.random.default_rng(sum(shape))
    return rng.integers(-2, 2, shape).astype(float) if ties else rng.normal(size=shape)


@pytest.mark.parametrize("kind", FORWARD)
@settings(max_examples=200, **reproducible)
@given(case=pool_cases())
def test_pooling_equals_torch_and_its_loop_version(kind, case):
    shape, ties, options = case
    x = images(shape, ties)
    leaf = torch.tensor(x, requires_grad=True)
    reference = TORCH[kind](leaf, **options)
    out = FORWARD[kind](x, **options)
    assert_close(out, reference.detach().numpy())
    assert_close(FORWARD_LOOP[kind](x, **options), out)
    grad_output = np.random.default_rng(1).normal(size=out.shape)
    reference.backward(torch.tensor(grad_output))
    grad_x = BACKWARD[kind](grad_output, x, **options)
    assert_close(grad_x, leaf.grad.numpy())
    assert_close(BACKWARD_LOOP[kind](grad_output, x, **options), grad_x)


@pytest.mark.parametrize("kind", FORWARD)
@pytest.mark.parametrize(
    ("shape", "arguments"),
    [
        pytest.param((32, 8, 28, 28), (2,), id="lecture size"),
        pytest.param((2, 3, 7, 9), (2, 3), id="stride larger than kernel"),
        pytest.param((2, 3, 5, 4), ((5, 4),), id="whole image"),
        pytest.param((1, 1, 1, 1), (3, 1, 1), id="one pixel, padded"),
    ],
)
def test_pooling_equals_torch_at_the_edges(kind, shape, arguments):
    x = images(shape, ties=False)
    leaf = torch.tensor(x, requires_grad=True)
    reference = TORCH[kind](leaf, *arguments)
    reference.sum().backward()
    assert_close(FORWARD[kind](x, *arguments), reference.detach().numpy())
    assert_close(BACKWARD[kind](np.ones(reference.shape), x, *arguments), leaf.grad.numpy())


@pytest.mark.parametrize("kind", FORWARD)
def test_pooling_backward_equals_centred_differences(kind):
    rng = np.random.default_rng(0)
    x = rng.permutation(2 * 2 * 6 * 5).reshape(2, 2, 6, 5) / 10.0  # distinct, so that no maximum has a kink nearby
    options = {"kernel_size": 3, "stride": 2, "padding": 1}
    grad_output = rng.normal(size=FORWARD[kind](x, **options).shape)
    numerical = gradcheck.numerical_gradient(lambda x: np.sum(grad_output * FORWARD[kind](x, **options)), x)
    assert gradcheck.relative_error(BACKWARD[kind](grad_output, x, **options), numerical) < 1e-8


def test_the_first_of_equal_maxima_takes_the_gradient():
    x = np.array([[[[5.0, 5.0], [5.0, 5.0]]]])
    expected = np.array([[[[7.0, 0.0], [0.0, 0.0]]]])
    assert np.array_equal(convolution.max_pool2d_backward(np.full((1, 1, 1, 1), 7.0), x, 2), expected)


def test_negative_images_keep_their_maximum_beside_the_border():
    assert np.array_equal(
        convolution.max_pool2d(np.full((1, 1, 2, 2), -3.0), 2, padding=1), np.full((1, 1, 2, 2), -3.0)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", FORWARD)
def test_dtype_is_kept_and_the_input_is_not_changed(kind, dtype):
    x = images((2, 3, 6, 6), ties=True).astype(dtype)
    copy = x.copy()
    out = FORWARD[kind](x, 2)
    assert out.dtype == BACKWARD[kind](out, x, 2).dtype == dtype
    out[:] = 99
    assert np.array_equal(x, copy)


@pytest.mark.parametrize(("shift", "moves"), [(1, set()), (2, set()), (4, {1})])
def test_two_blocks_follow_only_shifts_by_four_pixels(shift, moves):
    """What exercise 03b.5 asks."""
    rng = np.random.default_rng(5)
    x, kernels = rng.normal(size=(1, 1, 16, 32)), rng.normal(size=(2, 1, 1, 3, 3))

    def blocks(image):
        for kernel in kernels:
            image = convolution.max_pool2d(convolution.conv2d(image, kernel, padding=1, padding_mode="circular"), 2)
        return image

    new, old = blocks(np.roll(x, shift, axis=3)), blocks(x)
    assert {cells for cells in range(8) if np.allclose(new, np.roll(old, cells, axis=3))} == moves
