"""Right answers to the exercises of lecture 11b, written differently from the solutions in the lecture."""

import numpy as np
import torch
from scipy import ndimage
from skimage.morphology import h_maxima


def mirrored_one_by_one(X, y, which):
    pairs = [(x.flip(-1), mask.flip(-1)) if chosen else (x, mask) for x, mask, chosen in zip(X, y, which, strict=True)]
    return tuple(torch.stack(values) for values in zip(*pairs, strict=True))


def pieces_by_size(mask, smallest):
    numbered, count = ndimage.label(np.asarray(mask))
    sizes = ndimage.sum_labels(np.ones_like(numbered), numbered, range(1, count + 1))
    return sum(size >= smallest for size in sizes)


def nearest_high_peak(mask):
    """Each pixel belongs to the nearest maximum that is at least half a pixel higher than the pass to the next one."""
    height = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0)
    peaks = ndimage.label(h_maxima(height, 0.2), np.ones((3, 3)))[0]
    nearest = ndimage.distance_transform_edt(peaks == 0, return_distances=False, return_indices=True)
    return np.where(mask, peaks[tuple(nearest)], 0)


ALTERNATIVES = {"11b.1": pieces_by_size, "11b.2": mirrored_one_by_one, "11b.3": nearest_high_peak, "11b.4": "D"}
