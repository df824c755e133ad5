"""Filtering against SciPy, PyTorch and the formula written as loops."""

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import torch
import torch.nn.functional as F

from course_utils import filtering
from tests.course_utils.filtering_loops import convolve2d_loop, correlate2d_loop

SCIPY_MODES = {"zeros": "constant", "reflect": "mirror", "replicate": "nearest", "circular": "wrap"}
TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
IMAGE_SHAPES = [(1, 1), (1, 6), (4, 4), (7, 5), (12, 9)]
KERNEL_SHAPES = [(1, 1), (3, 3), (1, 5), (3, 1), (5, 3)]
TOLERANCE = {"rtol": 0, "atol": 1e-10}


def random_pair(image_shape, kernel_shape):
    rng = np.random.default_rng([*image_shape, *kernel_shape])
    return rng.normal(size=image_shape), rng.normal(size=kernel_shape)


def mirror_fits(image_shape, kernel_shape):
    return all((k - 1) // 2 < n for n, k in zip(image_shape, kernel_shape, strict=True))


def same_size_grid():
    return [
        (image_shape, kernel_shape, padding)
        for image_shape in IMAGE_SHAPES
        for kernel_shape in KERNEL_SHAPES
        for padding in SCIPY_MODES
        if padding != "reflect" or mirror_fits(image_shape, kernel_shape)
    ]


@pytest.mark.parametrize(("image_shape", "kernel_shape", "padding"), same_size_grid())
def test_same_size_filtering_agrees_with_scipy_and_the_loop(image_shape, kernel_shape, padding):
    image, kernel = random_pair(image_shape, kernel_shape)
    mode = SCIPY_MODES[padding]
    correlated = filtering.correlate2d(image, kernel, padding)
    np.testing.assert_allclose(correlated, scipy.ndimage.correlate(image, kernel, mode=mode), **TOLERANCE)
    np.testing.assert_allclose(correlated, correlate2d_loop(image, kernel, padding), **TOLERANCE)
    convolved = filtering.convolve2d(image, kernel, padding)
    np.testing.assert_allclose(convolved, scipy.ndimage.convolve(image, kernel, mode=mode), **TOLERANCE)
    np.testing.assert_allclose(convolved, convolve2d_loop(image, kernel, padding), **TOLERANCE)


@pytest.mark.parametrize("padding", TORCH_MODES)
@pytest.mark.parametrize("kernel_shape", KERNEL_SHAPES)
def test_same_size_filtering_agrees_with_torch(kernel_shape, padding):
    image, kernel = random_pair((7, 6), kernel_shape)
    rows, columns = ((size - 1) // 2 for size in kernel_shape)
    padded = F.pad(torch.from_numpy(image)[None, None], (columns, columns, rows, rows), mode=TORCH_MODES[padding])
    expected = F.conv2d(padded, torch.from_numpy(kernel)[None, None])[0, 0].numpy()
    np.testing.assert_allclose(filtering.correlate2d(image, kernel, padding), expected, **TOLERANCE)


@pytest.mark.parametrize("kernel_shape", [(1, 1), (2, 2), (3, 2), (4, 5), (7, 6)])
def test_valid_filtering_agrees_with_scipy_and_torch(kernel_shape):
    image, kernel = random_pair((7, 6), kernel_shape)
    correlated = filtering.correlate2d(image, kernel, "valid")
    expected = F.conv2d(torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None])[0, 0].numpy()
    np.testing.assert_allclose(correlated, expected, **TOLERANCE)
    np.testing.assert_allclose(correlated, scipy.signal.correlate2d(image, kernel, mode="valid"), **TOLERANCE)
    np.testing.assert_allclose(correlated, correlate2d_loop(image, kernel, "valid"), **TOLERANCE)
    convolved = filtering.convolve2d(image, kernel, "valid")
    np.testing.assert_allclose(convolved, scipy.signal.convolve2d(image, kernel, mode="valid"), **TOLERANCE)
    np.testing.assert_allclose(convolved, convolve2d_loop(image, kernel, "valid"), **TOLERANCE)


@pytest.mark.parametrize("padding", SCIPY_MODES)
@pytest.mark.parametrize("size", [1, 3, 7])
def test_signals_agree_with_scipy_and_torch(size, padding):
    (signal,), (kernel,) = random_pair((1, 11), (1, size))
    correlated = filtering.correlate1d(signal, kernel, padding)
    expected = scipy.ndimage.correlate1d(signal, kernel, mode=SCIPY_MODES[padding])
    np.testing.assert_allclose(correlated, expected, **TOLERANCE)
    padded = F.pad(torch.from_numpy(signal)[None, None], (size // 2, size // 2), mode=TORCH_MODES[padding])
    through_torch = F.conv1d(padded, torch.from_numpy(kernel)[None, None])[0, 0].numpy()
    np.testing.assert_allclose(correlated, through_torch, **TOLERANCE)
    convolved = scipy.ndimage.convolve1d(signal, kernel, mode=SCIPY_MODES[padding])
    np.testing.assert_allclose(filtering.convolve1d(signal, kernel, padding), convolved, **TOLERANCE)


@pytest.mark.parametrize("size", [1, 2, 5, 11])
def test_valid_signals_agree_with_numpy(size):
    (signal,), (kernel,) = random_pair((1, 11), (1, size))
    expected = np.convolve(signal, kernel, mode="valid")
    np.testing.assert_allclose(filtering.convolve1d(signal, kernel, "valid"), expected, **TOLERANCE)


def test_a_kernel_larger_than_the_image_wraps_around_as_often_as_needed():
    image, kernel = random_pair((2, 3), (9, 7))
    expected = scipy.ndimage.correlate(image, kernel, mode="wrap")
    np.testing.assert_allclose(filtering.correlate2d(image, kernel, "circular"), expected, **TOLERANCE)


def test_integers_are_filtered_as_real_numbers_and_inputs_stay_as_they_are():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    kept = image.copy()
    filtered = filtering.correlate2d(image, filtering.laplacian_kernel(), "replicate")
    assert filtered.dtype == np.float64
    assert filtered[0, 0] == 1 + 4  # one step right, four down: no wrap-around of unsigned integers
    np.testing.assert_array_equal(image, kept)


@pytest.mark.parametrize("size", [1, 3, 9])
def test_averaging_kernels_keep_a_flat_region(size):
    flat = np.full((5, 8), 0.7)
    np.testing.assert_allclose(filtering.correlate2d(flat, filtering.box_kernel(size), "replicate"), flat)
    np.testing.assert_allclose(filtering.correlate2d(flat, filtering.weighted_kernel(), "replicate"), flat)


def test_difference_kernels_are_the_differences():
    (signal,), _ = random_pair((1, 20), (1, 3))
    first = filtering.correlate1d(signal, filtering.first_difference_kernel(), "valid")
    np.testing.assert_allclose(first, np.diff(signal)[1:], **TOLERANCE)
    second = filtering.correlate1d(signal, filtering.second_difference_kernel(), "valid")
    np.testing.assert_allclose(second, np.diff(signal, n=2), **TOLERANCE)


def test_laplacian_agrees_with_scipy_and_with_the_parabola():
    image, _ = random_pair((9, 7), (3, 3))
    ours = filtering.correlate2d(image, filtering.laplacian_kernel(), "reflect")
    np.testing.assert_allclose(ours, scipy.ndimage.laplace(image, mode="mirror"), **TOLERANCE)
    x, y = np.mgrid[:6, :8]
    bowl = x**2 + 3 * y**2
    np.testing.assert_allclose(filtering.correlate2d(bowl, filtering.laplacian_kernel(), "valid"), 2 + 6)
    np.testing.assert_allclose(filtering.correlate2d(bowl, filtering.laplacian_kernel(diagonal=True), "valid"), 3 * 8)


def test_noise_gain_is_the_measured_one():
    kernel = np.array([0.5, -1.0, 0.25])
    noise = np.random.default_rng(2).normal(size=200_000)
    measured = filtering.correlate1d(noise, kernel, "valid").std()
    assert measured == pytest.approx(filtering.noise_gain(kernel), rel=0.01)


@pytest.mark.parametrize(
    ("image", "kernel", "padding", "message"),
    [
        (np.zeros(5), np.zeros((3, 3)), "zeros", r"image has shape \(5,\); 2 dimensions expected"),
        (np.zeros((5, 5)), np.zeros(3), "zeros", r"kernel has shape \(3,\); 2 dimensions expected"),
        (np.zeros((0, 5)), np.zeros((3, 3)), "zeros", r"image has shape \(0, 5\); it holds no value"),
        (np.full((4, 5), np.nan), np.zeros((3, 3)), "zeros", r"image of shape \(4, 5\) holds NaN"),
        (np.zeros((4, 5)), np.full((3, 3), np.inf), "zeros", r"kernel of shape \(3, 3\) holds NaN or infinite"),
        (np.zeros((4, 5)), np.zeros((5, 3)), "valid", r"kernel is larger than image \(kernel \(5, 3\), image \(4, 5\)"),
        (np.zeros((4, 5)), np.zeros((3, 2)), "zeros", r"even side .*\(kernel \(3, 2\), image \(4, 5\)"),
        (np.zeros((1, 5)), np.zeros((3, 3)), "reflect", r"reflect.*\(kernel \(3, 3\), image \(1, 5\)"),
        (np.zeros((4, 5)) * 1j, np.zeros((3, 3)), "zeros", r"image has dtype complex128 and shape \(4, 5\); .* real"),
        (np.zeros((4, 5)), [["a"]], "zeros", r"kernel has dtype <U1 and shape \(1, 1\); it must hold real numbers"),
        ([[1, 2], [3]], np.zeros((1, 1)), "zeros", "image is no table: its rows differ in length"),
        (np.zeros((4, 5)), np.zeros((3, 3)), "same", "padding is 'same'; use one of zeros, reflect, replicate"),
    ],
)
def test_unusable_arguments_are_named(image, kernel, padding, message):
    for function in (filtering.correlate2d, filtering.convolve2d):
        with pytest.raises(ValueError, match=message):
            function(image, kernel, padding)


def test_signal_errors_speak_of_the_signal():
    with pytest.raises(ValueError, match=r"signal has shape \(2, 2\); 1 dimension expected"):
        filtering.correlate1d(np.zeros((2, 2)), np.zeros(3))
    with pytest.raises(ValueError, match=r"kernel \(5,\), signal \(4,\)"):
        filtering.convolve1d(np.zeros(4), np.zeros(5), "valid")


@pytest.mark.parametrize("size", [0, -3, 4, 2.5])
def test_box_kernel_needs_an_odd_size(size):
    with pytest.raises(ValueError, match=f"size is {size}"):
        filtering.box_kernel(size)


@pytest.mark.parametrize("size", [0, -3, 4, 2.5])
def test_gaussian_kernel_needs_an_odd_size(size):
    with pytest.raises(ValueError, match=f"size is {size}"):
        filtering.gaussian_kernel(1, size)


@pytest.mark.parametrize("std", [0, -1, float("nan")])
def test_gaussian_kernel_needs_a_width(std):
    with pytest.raises(ValueError, match="std is "):
        filtering.gaussian_kernel(std)


@pytest.mark.parametrize("std", [0.4, 1, 2.3])
def test_gaussian_agrees_with_scipy(std):
    image, _ = random_pair((12, 9), (1, 1))
    weights = filtering.gaussian_kernel(std)
    reach = len(weights) // 2
    assert (reach - 1) < 3 * std <= reach
    expected = scipy.ndimage.gaussian_filter(image, std, mode="nearest", radius=reach)
    np.testing.assert_allclose(
        filtering.correlate2d(image, np.outer(weights, weights), "replicate"), expected, **TOLERANCE
    )


def test_sobel_agrees_with_scipy_and_gives_the_slope_of_a_plane():
    image, _ = random_pair((9, 7), (3, 3))
    for axis, kernel in enumerate(filtering.sobel_kernels()):
        ours = filtering.correlate2d(image, kernel, "reflect")
        np.testing.assert_allclose(8 * ours, scipy.ndimage.sobel(image, axis, mode="mirror"), **TOLERANCE)
    i, j = np.mgrid[:6, :8]
    down, across = (filtering.correlate2d(3 * i - 2 * j, kernel, "valid") for kernel in filtering.sobel_kernels())
    np.testing.assert_allclose(down, 3)
    np.testing.assert_allclose(across, -2)


@pytest.mark.parametrize("padding", SCIPY_MODES)
@pytest.mark.parametrize("size", [1, 3, 5])
def test_median_filter_agrees_with_scipy(size, padding):
    image, _ = random_pair((7, 8), (1, 1))
    expected = scipy.ndimage.median_filter(image, size, mode=SCIPY_MODES[padding])
    np.testing.assert_array_equal(filtering.median_filter(image, size, padding), expected)


def test_median_filter_needs_a_center_unless_valid():
    with pytest.raises(ValueError, match="even side"):
        filtering.median_filter(np.zeros((5, 5)), 2)
    assert filtering.median_filter(np.zeros((5, 7)), 4, "valid").shape == (2, 4)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_frequency_response_agrees_with_scipy_and_with_a_filtered_sine(size):
    _, (kernel,) = random_pair((1, 1), (1, size))
    frequencies = np.linspace(0, 0.5, 11)
    response = filtering.frequency_response(kernel, frequencies)
    # SciPy's kernel begins at sample 0 and is convolved: flip it, and undo the delay of half its length.
    _, expected = scipy.signal.freqz(kernel[::-1], worN=2 * np.pi * frequencies)
    np.testing.assert_allclose(response, expected * np.exp(2j * np.pi * frequencies * (size // 2)), **TOLERANCE)
    wave = np.exp(2j * np.pi * 0.13 * np.arange(40))
    real, imaginary = (filtering.correlate1d(part, kernel, "valid") for part in (wave.real, wave.imag))
    inside = wave[size // 2 : 40 - size // 2]
    np.testing.assert_allclose(real + 1j * imaginary, filtering.frequency_response(kernel, 0.13) * inside, **TOLERANCE)


@pytest.mark.parametrize(("kernel", "message"), [([1, 1], "no center"), ([[1]], "1 dimension expected")])
def test_frequency_response_refuses_what_has_no_center(kernel, message):
    with pytest.raises(ValueError, match=message):
        filtering.frequency_response(kernel, 0.1)
