"""Spatial filtering: correlation and convolution, the classical kernels, and what a kernel does to noise and sines.

``x[i, j]`` is the pixel in row i (counted downward) and column j (counted to the right), both from 0, as in code;
``w[u, v]`` is the weight at offset (u, v) from the center of the kernel. Everything is computed in float64.
Taught in sittings 02a and 02b.
"""

from course_utils.filtering.correlation import Padding, convolve1d, convolve2d, correlate1d, correlate2d
from course_utils.filtering.kernels import (
    box_kernel,
    first_difference_kernel,
    gaussian_kernel,
    laplacian_kernel,
    second_difference_kernel,
    sobel_kernels,
    weighted_kernel,
)
from course_utils.filtering.median import median_filter
from course_utils.filtering.responses import frequency_response, noise_gain

__all__ = [
    "Padding",
    "box_kernel",
    "convolve1d",
    "convolve2d",
    "correlate1d",
    "correlate2d",
    "first_difference_kernel",
    "frequency_response",
    "gaussian_kernel",
    "laplacian_kernel",
    "median_filter",
    "noise_gain",
    "second_difference_kernel",
    "sobel_kernels",
    "weighted_kernel",
]
