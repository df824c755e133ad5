"""Answers to the exercises of lecture 02b, written from the task texts alone."""

from fractions import Fraction

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from course_utils import filtering
from course_utils.filtering import correlate2d

_CROSS = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
_SECOND = np.array([1.0, -2.0, 1.0])


def _laplacian(x, center=4, factor=1):
    return factor * (x[2:, 1:-1] + x[:-2, 1:-1] + x[1:-1, 2:] + x[1:-1, :-2] - center * x[1:-1, 1:-1])


def _twice(x):
    """Take first differences of first differences, as slices."""
    down, across = x[1:] - x[:-1], x[:, 1:] - x[:, :-1]
    return (down[1:] - down[:-1])[:, 1:-1] + (across[:, 1:] - across[:, :-1])[1:-1]


def _changes_the_center(x):
    center = x[1:-1, 1:-1]
    center *= -4
    return center + x[2:, 1:-1] + x[:-2, 1:-1] + x[1:-1, 2:] + x[1:-1, :-2]


def _changes_a_copy(x):
    z = -4 * x[1:-1, 1:-1]
    for rows, columns in ((slice(2, None), slice(1, -1)), (slice(-2), slice(1, -1))):
        z += x[rows, columns] + x.T[rows, columns].T
    return z


def _by_gradient(x):
    down, across = np.gradient(x)
    return (np.gradient(down, axis=0) + np.gradient(across, axis=1))[1:-1, 1:-1]


def _in_torch(x):
    x, w = torch.tensor(x)[None, None], torch.tensor(_CROSS, dtype=torch.tensor(x).dtype)[None, None]
    return torch.nn.functional.conv2d(x, w)[0, 0]


def _sharpen(image, amount, sign=-1, low=0, high=1, padding="replicate", kernel=_CROSS):
    return np.clip(image + sign * amount * correlate2d(image, kernel, padding=padding), low, high)


def _faulty(**faults):
    return lambda image, amount: _sharpen(image, amount, **faults)


def _unsharp(image, amount):
    mean_of_five = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
    return (image + 5 * amount * (image - ndimage.correlate(image, mean_of_five, mode="nearest"))).clip(0, 1)


def _padded(image, amount):
    return np.minimum(1, np.maximum(0, image - amount * _laplacian(np.pad(image, 1, mode="edge"))))


def _changes_the_image(image, amount):
    image[:] = _sharpen(image, amount)
    return image


def _stretched(image, amount):
    sharp = image - amount * correlate2d(image, _CROSS, "replicate")
    return (sharp - sharp.min()) / (np.ptp(sharp) + 1e-12)


def _least_squares():
    """Return the nine weights with the least noise that fulfill all four conditions."""
    u = np.arange(-4, 5)
    rows = [np.ones(9), u, np.cos(2 * np.pi * u / 8), np.sin(2 * np.pi * u / 8)]
    return np.linalg.lstsq(np.array(rows), np.array([1, 0, 0, 0]), rcond=None)[0]


_UNCLIPPED = {"low": -np.inf, "high": np.inf}
_TWO_MEANS = np.convolve(np.ones(8) / 8, [0.5, 0.5])
_NOTCH = np.array([1, -2 * np.cos(2 * np.pi / 8), 1])
_FINEST = np.outer(_SECOND, _SECOND)
_BANK = [np.pad([[-1, 1]], ((1, 1), (1, 0))), np.pad([[-1], [1]], ((1, 0), (1, 1))), _CROSS]


RIGHT = {
    "02b.1": ["b", "B", "(b)", "b)", " b. "],
    "02b.2": [
        _laplacian,
        _twice,
        _changes_a_copy,
        lambda x: _laplacian(x.astype(np.float32)),
        lambda x: _laplacian(torch.as_tensor(x)).numpy(),
        lambda x: _laplacian(x).tolist(),
    ],
    "02b.3": [
        _sharpen,
        _unsharp,
        _padded,
        lambda image, amount: _sharpen(image.astype(np.float32), amount),
        lambda image, amount: np.clip(
            correlate2d(image, np.pad([[1]], 1) - amount * filtering.laplacian_kernel(), "replicate"), 0, 1
        ),
    ],
    "02b.4": [
        (1, 0.5, 0),
        [1.0, 0.5, 6e-17],
        np.float32([1, 0.5, 0]),
        torch.tensor([1, 0.5, 0]),
        (1, Fraction(1, 2), 0),
        np.abs(filtering.frequency_response(np.array([1, 2, 1]) / 4, np.array([0, 0.25, 0.5]))),
    ],
    "02b.5": [
        _TWO_MEANS,
        [0.5, 0, 0, 0, 0.5],  # half a period apart, the hum has opposite signs
        np.array([1, 0, 0, 0, 2, 0, 0, 0, 1]) / 4,
        torch.tensor(_TWO_MEANS),
        np.float32(_TWO_MEANS),
        _least_squares(),
        [Fraction(1, 2), 0, 0, 0, Fraction(1, 2)],
        np.round(_least_squares(), 4),
        np.convolve([0.5, 0, 0, 0, 0.5], [0.25, 0.5, 0.25]),
        (_TWO_MEANS / 3 + np.array([0, 0, 1, 0, 0, 0, 1, 0, 0]) / 3).tolist(),
    ],
    "02b.6": [
        [_FINEST],
        (_FINEST, 5 * _FINEST),
        np.array([_FINEST]),
        torch.tensor(_FINEST)[None],
        [np.float32(_FINEST).tolist()],
        [np.pad(_FINEST, 2)],
        [torch.tensor(_FINEST)],
        [1e300 * _FINEST],
        [np.array([[1, -1], [-1, 1]])],
    ],
}
WRONG = {
    "02b.1": ["a", "c", "d", "e", 2, "", "bc", ["b", "d"], "not b", "0.1"],
    "02b.2": [
        lambda x: -_laplacian(x),
        lambda x: _laplacian(x, center=-4),
        lambda x: _laplacian(x, center=2),
        lambda x: _laplacian(x, center=0),
        lambda x: _laplacian(x, center=1),
        lambda x: _laplacian(x, factor=0.25),
        lambda x: _laplacian(x, center=8) + x[2:, 2:] + x[2:, :-2] + x[:-2, 2:] + x[:-2, :-2],
        lambda x: x[2:, 2:] + x[2:, :-2] + x[:-2, 2:] + x[:-2, :-2] - 4 * x[1:-1, 1:-1],
        lambda x: x[2:, 1:-1] + x[:-2, 1:-1] - 2 * x[1:-1, 1:-1],
        lambda x: x[1:-1, 2:] + x[1:-1, :-2] - 2 * x[1:-1, 1:-1],
        lambda x: 2 * (x[1:-1, 2:] + x[1:-1, :-2] - 2 * x[1:-1, 1:-1]),
        lambda x: abs(_laplacian(x)),
        lambda x: _laplacian(x).T,
        lambda x: _laplacian(x).astype(int),
        lambda x: x[2:, 1:-1] + x[:-2, 1:-1] + x[1:-1, 2:] + x[1:-1, :-2] - 4 * x[:-2, :-2],
        _changes_the_center,
        lambda x: np.pad(_laplacian(x), 1),
        _by_gradient,
        _in_torch,
        lambda x: correlate2d(x, _CROSS, "valid"),
        lambda x: ndimage.correlate(x, _CROSS)[1:-1, 1:-1],
        lambda x: (sliding_window_view(x, (3, 3)) * _CROSS).sum(axis=(2, 3)),
        lambda x: print(_laplacian(x)),
        lambda x: torch.tensor(_laplacian(x)),
    ],
    "02b.3": [
        _faulty(sign=1),
        _faulty(padding="zeros"),
        _faulty(**_UNCLIPPED),
        _faulty(sign=1, padding="zeros"),
        _faulty(sign=1, **_UNCLIPPED),
        _faulty(padding="zeros", **_UNCLIPPED),
        _faulty(sign=1, padding="zeros", **_UNCLIPPED),
        _faulty(padding="reflect"),
        _faulty(padding="circular"),
        _faulty(high=255),
        _faulty(low=-np.inf),
        _faulty(kernel=filtering.laplacian_kernel(diagonal=True)),
        lambda image, amount: _sharpen(image, 1),
        lambda image, amount: _sharpen(image, amount**2),
        lambda image, amount: np.clip(image, 0, 1) - amount * correlate2d(image, _CROSS, "replicate"),
        lambda image, amount: image - amount * np.clip(correlate2d(image, _CROSS, "replicate"), 0, 1),
        lambda image, amount: np.clip(-amount * correlate2d(image, _CROSS, "replicate"), 0, 1),
        lambda image, amount: np.clip(image - correlate2d(image, _CROSS, "replicate") / amount, 0, 1),
        _stretched,
        _changes_the_image,
        lambda image, amount: image,
        lambda image, amount: torch.tensor(_sharpen(image, amount)),
    ],
    "02b.4": [
        (4, 2, 0),
        (1, 0, -1),
        (1, 0, 1),
        (0, 0.5, 1),
        (1, 0.25, 0),
        (1, 2**-0.5, 0),
        (1.5, 0.5, -0.5),
        (0.75, 0.5, 0.25),
        (1, 0.5),
        (100, 50, 0),
        (2, 1, 0),
        (1, (1 + 2**-0.5) / 2, 0.5),
        (1, 0.5, 0.5),
        (0.5, 0, -0.5),
        (0.5, 0.25, 0),
        (np.nan,) * 3,
        "1, 0.5, 0",
    ],
    "02b.5": [
        np.ones(8) / 8,
        np.append(np.ones(8) / 8, 0),
        np.ones(9) / 9,
        _NOTCH / _NOTCH.sum(),
        2 * _TWO_MEANS,
        np.array([0.5 + 1j, 0, 0, 0, 0.5 - 1j]),
        np.convolve(np.ones(8) / 8, np.ones(8) / 8),
        np.array([1, 0, 1]) / 2,
        filtering.gaussian_kernel(2.0, 9),
        np.zeros(9),
        np.array([]),
        np.full(9, np.nan),
        np.outer(_TWO_MEANS, _TWO_MEANS),
        _TWO_MEANS[None],
        np.convolve(np.ones(4) / 4, [0.5, 0.5]),
        np.full(9, 1e300),
        "mean of eight",
    ],
    "02b.6": [
        _BANK,
        [np.ones((3, 3)) / 9],
        [np.zeros((3, 3))],
        [np.full((3, 3), np.nan)],
        [np.full((3, 3), 1e300)],
        [1e300 * np.ones((2, 2)), _CROSS],
        [],
        _FINEST,
        [_SECOND],
        [_FINEST] * 5,
        [np.pad(_FINEST, 3)],
        [_CROSS],
        [_FINEST, np.zeros((3, 3))],
        _FINEST.tolist(),
        ["Laplacian"],
        3,
    ],
}
