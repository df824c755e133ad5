"""Answers to the exercises of lecture 02a, written from the task texts alone."""

from fractions import Fraction

import numpy as np
import torch
from scipy import ndimage

from course_utils import data, filtering


def _nearest(image, width, last=0, fill=None, axes=(0, 1)):
    """Return the image with a border, one row and column at a time; last moves the index at the far ends."""
    for axis in axes:
        index = np.arange(-width, image.shape[axis] + width)
        index = index.clip(0, image.shape[axis] - 1) if fill is None else fill(index, image.shape[axis])
        image = image.take(index + last * (index == image.shape[axis] - 1), axis)
    return image


def _strips(image, width):
    """Repeat the outer rows, then the outer columns of the result."""
    rows = np.vstack([image[:1]] * width + [image] + [image[-1:]] * width)
    return np.hstack([rows[:, :1]] * width + [rows] + [rows[:, -1:]] * width)


def _frame(image, width, corners=True, dtype=None):
    """Fill a larger array side by side, as on paper; without the corners it is the fault of many."""
    h, w = image.shape
    out = np.zeros((h + 2 * width, w + 2 * width), dtype or image.dtype)
    out[width : width + h, width : width + w] = image
    out[:width, width : width + w], out[width + h :, width : width + w] = image[0], image[-1]
    out[width : width + h, :width], out[width : width + h, width + w :] = image[:, :1], image[:, -1:]
    if corners:
        out[:width, :width], out[:width, width + w :] = image[0, 0], image[0, -1]
        out[width + h :, :width], out[width + h :, width + w :] = image[-1, 0], image[-1, -1]
    return out


def _pixels(image, width):
    """Visit every pixel of the result."""
    h, w = image.shape
    last_row, last_column = h - 1, w - 1
    return [
        [image[min(max(i, 0), last_row), min(max(j, 0), last_column)] for j in range(-width, w + width)]
        for i in range(-width, h + width)
    ]


def _minus_width(image, width):
    out = np.zeros((image.shape[0] + 2 * width, image.shape[1] + 2 * width))
    out[width:-width, width:-width] = image
    out[:width], out[-width:] = out[width], out[-width - 1]
    out[:, :width], out[:, -width:] = out[:, width : width + 1], out[:, -width - 1 : -width]
    return out


def _in_place(image, width):
    grown = _nearest(image, width)
    image[0] = image[-1] = 0
    return grown


def _own_pad(image, width):
    return np.pad(image, width, mode="edge")


def _torch_pad(image, width):
    return torch.nn.functional.pad(torch.tensor(image)[None, None], (width,) * 4, mode="replicate")[0, 0]


def _kernel(*weights):
    return np.array(weights) / np.sum(weights)


def _bell(spread, size=9):
    return filtering.gaussian_kernel(spread, size)


def _broken(image):
    return (image == 0) | (image == 1)


def _by_median(image, size=3, where=_broken):
    return np.where(where(image), ndimage.median_filter(image, size), image)


def _by_good_neighbors(image, reach=1):
    """Replace a broken pixel by the mean of the sound ones around it."""
    good = ~_broken(image)
    total, count = (ndimage.uniform_filter(a.astype(float), 2 * reach + 1) for a in (image * good, good))
    return np.where(good, image, total / np.maximum(count, 1e-9))


def _by_loop(image):
    repaired, padded = image.copy(), np.pad(image, 1, mode="reflect")
    for i, j in np.argwhere(_broken(image)):
        window = padded[i : i + 3, j : j + 3]
        sound = window[(window > 0) & (window < 1)]
        repaired[i, j] = np.median(sound) if sound.size else np.median(window)
    return repaired


def _where_it_is(image):
    broken = _broken(image)
    image[broken] = ndimage.median_filter(image, 3)[broken]
    return image


def _raises(image):
    raise ValueError("not yet")


RIGHT = {
    "02a.1": [(-2, 6), [-2.0, 6.0], np.array([-2, 6]), torch.tensor([-2.0, 6.0]), (np.int64(-2), torch.tensor(6))],
    "02a.2": [
        _nearest,
        _strips,
        _frame,
        lambda image, width: np.array(_pixels(image, width)),
        _pixels,
        lambda image, width: _nearest(image.astype(np.float32), width),
        lambda image, width: image[np.ix_(*(np.arange(-width, n + width).clip(0, n - 1) for n in image.shape))],
    ],
    "02a.3": [5, 5.0, np.int64(5), torch.tensor(5), np.array([5])],
    "02a.4": [
        np.ones(7) / 7,
        [1 / 9] * 9,
        torch.full((9,), 1 / 9),
        np.float32(_bell(2.0)),
        [Fraction(1, 7)] * 7,
        [0.1429] * 7,
        _kernel(1, 1, 1, 1, 1, 1, 1, 1, 1) + 0.01 * np.array([0, 0, 1, -2, 0, 2, -1, 0, 0]),  # not symmetric
        _kernel(20, -2, 20, 20, 20, 20, 20, -2, 20),  # a negative weight, yet no value of a step leaves 0 to 1
        np.array([0.06, 0.08, 0.12, 0.16, 0.16, 0.16, 0.12, 0.08, 0.06]),
    ],
    "02a.5": ["b", "B", "(b)", "b)", " b. "],
    "02a.6": [
        _by_median,
        _by_good_neighbors,
        _by_loop,
        lambda image: torch.tensor(_by_median(image)),
        lambda image: _by_median(image.astype(np.float32)),
        lambda image: _by_median(image, 5),
    ],
}
WRONG = {
    "02a.1": [
        (6, -2),  # in the other order
        (-2, -2),  # nothing is flipped
        (6, 6),
        (-2, 0),  # transposed
        (-2, 2),  # flipped left to right only
        (-2, 5),  # flipped top to bottom only
        (-2, 10),  # rotated by 90 degrees
        (-2, 3),
        (6, 8),  # the weight -1 taken as 1
        (-2, 8),
        (2, -6),
        (0, 6),
        (-2 / 9, 6 / 9),
        -2,
        (-2, 6, 0),
        ((-2, 6), (6, -2)),
        (np.nan, np.nan),
        (),
        "-2 and 6",
    ],
    "02a.2": [
        lambda image, width: np.array([[0.0]]),
        lambda image, width: _nearest(image, width, fill=lambda index, n: index % n),
        lambda image, width: _nearest(image, width, fill=lambda index, n: (n - 1 - abs(n - 1 - abs(index))).clip(0)),
        lambda image, width: _nearest(image, width, axes=(0,)),
        lambda image, width: _nearest(image, width, axes=(1,)),
        lambda image, width: _nearest(image, width + 1),
        lambda image, width: _nearest(image, 1),
        lambda image, width: _nearest(image, 2 * width),
        lambda image, width: _nearest(image, width, last=-1),
        lambda image, width: _nearest(image, width).T,
        lambda image, width: _frame(image, width, corners=False),
        lambda image, width: _frame(image, width, dtype=int),
        lambda image, width: _frame(image, width, dtype=np.uint8),
        lambda image, width: np.pad(_nearest(image, min(width, 1)), max(width - 1, 0)),  # one pixel wide
        lambda image, width: torch.tensor(_nearest(image, width)),
        lambda image, width: _nearest(image, width)[: image.shape[0] + width, : image.shape[1] + width],
        lambda image, width: image,
        _minus_width,
        _in_place,
        _own_pad,
        _torch_pad,
        lambda image, width: ndimage.shift(np.pad(image, width), 0),
    ],
    "02a.3": [4, 3, 16, 17, 25, 7, 2, 0.25, -5, 0, np.nan, np.inf, (5, 5), "five", 9, 4.0, True],
    "02a.4": [
        _kernel(1, 2, 1),
        np.ones(5) / 5,
        np.ones(8) / 8,
        np.ones(11) / 11,
        np.ones(9),
        _kernel(1, 2, 3, 4, 5, 4, 3, 2, 1) * 25,
        _kernel(1, 2, 3, 4, 5, 6, 7, 8, 9),
        _kernel(-21, 14, 39, 54, 59, 54, 39, 14, -21),
        _kernel(-1, 3, 3, 3, 3, 3, 3, 3, -1),
        np.outer(np.ones(7), np.ones(7)) / 49,
        np.ones((1, 7)) / 7,
        np.zeros(9),
        np.full(9, np.nan),
        np.array([]),
        [1.0],
        [0.14] * 7,
        -np.ones(9) / 9,
        np.ones(9) / 3,
        np.ones(7) / 9,
        np.eye(9)[4],
        np.append(np.ones(8) / 8, 0),
        _bell(0.85, 5),
        _bell(1.2),
        np.full(9, 1e300),
        "triangle",
    ],
    "02a.5": ["a", "c", "d", "e", 2, "", "bd", ["b", "d"], "not b", "b or c"],
    "02a.6": [
        lambda image: ndimage.median_filter(image, 3),
        lambda image: image,
        lambda image: ndimage.median_filter(ndimage.median_filter(image, 3), 3),
        lambda image: ndimage.median_filter(image, 5),
        lambda image: ndimage.uniform_filter(image, 3),
        lambda image: ndimage.gaussian_filter(image, 1.0),
        lambda image: np.where(_broken(image), ndimage.uniform_filter(image, 3), image),
        lambda image: np.where(_broken(image), image.mean(), image),
        lambda image: np.where(_broken(image), ndimage.median_filter(image, 3), 0),
        lambda image: _by_median(image, where=lambda x: x == 0),
        lambda image: _by_median(image, where=lambda x: x == 1),
        lambda image: _by_median(image, where=lambda x: (x == 0) & (x == 1)),
        lambda image: _by_median(image, where=lambda x: ~_broken(x)),
        lambda image: _by_median(image)[1:-1, 1:-1],
        lambda image: np.where(_broken(image), np.nan, image),
        lambda image: _by_median(image).astype(int),
        lambda image: 255 * _by_median(image),
        lambda image: data.images()["coins"],
        lambda image: np.full(image.shape, 0.5),
        lambda image: _by_median(image).T,
        lambda image: np.where(_broken(image), 1e300, image),
        _where_it_is,
        lambda image: np.where(_broken(image), data.images()["coins"], image),
        lambda image: print(_by_median(image)),
        _raises,
    ],
}
