"""Filtering symbol by symbol as in the formulas, with four loops: slow, and beyond doubt."""

import numpy as np

from course_utils.filtering.correlation import padded


def correlate2d_loop(image, kernel, padding="zeros"):
    """z[i, j] = ΣΣ w[u, v] x[i + u, j + v]."""
    x = padded("image", image, kernel.shape, padding)
    K, L = kernel.shape
    z = np.zeros((x.shape[0] - K + 1, x.shape[1] - L + 1))
    for i, j in np.ndindex(*z.shape):
        for u, v in np.ndindex(K, L):
            z[i, j] += kernel[u, v] * x[i + u, j + v]
    return z


def convolve2d_loop(image, kernel, padding="zeros"):
    """z[i, j] = ΣΣ w[u, v] x[i - u, j - v]: the minus signs of the formula, no flipped kernel."""
    x = padded("image", image, kernel.shape, padding)
    K, L = kernel.shape
    z = np.zeros((x.shape[0] - K + 1, x.shape[1] - L + 1))
    for i, j in np.ndindex(*z.shape):
        for u, v in np.ndindex(K, L):
            z[i, j] += kernel[u, v] * x[i + (K - 1) - u, j + (L - 1) - v]  # x begins K - 1, L - 1 earlier
    return z
