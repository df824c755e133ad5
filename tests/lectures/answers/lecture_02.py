"""Right answers to the exercises of lecture 02, written differently from the solutions in the lecture."""

import numpy as np


def grow(image, width):
    stacked = np.vstack([image[:1]] * width + [image] + [image[-1:]] * width)
    return np.hstack([stacked[:, :1]] * width + [stacked] + [stacked[:, -1:]] * width)


def by_repeated_differences(image):
    return np.diff(image, n=2, axis=0)[:, 1:-1] + np.diff(image, n=2, axis=1)[1:-1, :]


def sharpen_in_one_sum(image, amount):
    padded = np.pad(image, 1, mode="edge")
    neighbours = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return ((1 + 4 * amount) * image - amount * neighbours).clip(0, 1)


ALTERNATIVES = {
    "02.1": [-2.0, 6.0],
    "02.2": grow,
    "02.3": 5.0,
    "02.4": " B",
    "02.5": by_repeated_differences,
    "02.6": sharpen_in_one_sum,
    "02.7": np.ones(7) / 7,
}
