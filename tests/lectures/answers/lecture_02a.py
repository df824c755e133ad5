"""Right answers to the exercises of sitting 02a, written differently from the solutions in the lecture."""

import numpy as np


def grow(image, width):
    stacked = np.vstack([image[:1]] * width + [image] + [image[-1:]] * width)
    return np.hstack([stacked[:, :1]] * width + [stacked] + [stacked[:, -1:]] * width)


def mean_of_sound_neighbors(image):
    sound = (image != 0) & (image != 1)
    padded, weights = np.pad(np.where(sound, image, 0), 2), np.pad(sound.astype(float), 2)
    H, W = image.shape
    total = sum(padded[u : u + H, v : v + W] for u in range(5) for v in range(5))
    number = sum(weights[u : u + H, v : v + W] for u in range(5) for v in range(5))
    return np.where(sound, image, total / np.maximum(number, 1))


ALTERNATIVES = {
    "02a.1": [-2.0, 6.0],
    "02a.2": grow,
    "02a.3": 5.0,
    "02a.4": np.ones(7) / 7,
    "02a.5": " B",
    "02a.6": mean_of_sound_neighbors,
}
