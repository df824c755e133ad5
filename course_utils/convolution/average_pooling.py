"""Average pooling, forward and backward. Taught in sittings 03b and 04b."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import IntOrPair, require_gradient
from course_utils.convolution.geometry import pool_geometry, taps
from course_utils.convolution.padding import pad2d, pad2d_backward, padded_shape


def avg_pool2d(x: NDArray, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> NDArray:
    r"""Take the mean of each window: :math:`s_{n,c,y,x} = \frac{1}{K_H K_W} \sum_{i,j} a_{n,\,c,\,yS + i,\,xS + j}`.

    Args:
        x: Images, (N, C, H, W), float32 or float64.
        kernel_size: Pixels of the window: a number, or (vertical, horizontal).
        stride: S, pixels from one window to the next; None takes ``kernel_size``.
        padding: Pixels added on both sides, at most half of ``kernel_size``; they are zeros and count in the mean.

    Returns:
        s, (N, C, H', W') with H' and W' as ``output_size`` gives them.

    Raises:
        ValueError: A wrong shape, dtype or value, NaN or infinity; the message names the argument and the shapes.

    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", arXiv 1603.07285; names
    as in ``torch.nn.functional.avg_pool2d``.

    Taught in lecture 03b.
    """
    geometry = pool_geometry(x, kernel_size, stride, padding)
    padded = pad2d(x, geometry.pads)
    total = np.zeros((*x.shape[:2], *geometry.output_size), x.dtype)
    for here in taps(geometry):
        total += padded[here]
    return total / math.prod(geometry.kernel_size)


def avg_pool2d_backward(
    grad_output: NDArray, x: NDArray, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0
) -> NDArray:
    """Return the gradient with respect to the images: each window shares its own equally among its pixels.

    Args:
        grad_output: Gradient of the loss with respect to the output, (N, C, H', W').
        x: Images, (N, C, H, W); only their shape and dtype matter.
        kernel_size: This and all that follow: as for :func:`avg_pool2d`.
        stride: As for :func:`avg_pool2d`.
        padding: As for :func:`avg_pool2d`.

    Returns:
        (N, C, H, W).

    Raises:
        ValueError: As :func:`avg_pool2d`, or ``grad_output`` is not of the output's shape.

    Source: the derivative of a mean of K values with respect to each of them is 1/K.

    Taught in sitting 04b.
    """
    geometry = pool_geometry(x, kernel_size, stride, padding)
    require_gradient(grad_output, (*x.shape[:2], *geometry.output_size), "N, C, H, W", x)
    share = grad_output / math.prod(geometry.kernel_size)
    grad_padded = np.zeros(padded_shape(x.shape, geometry.pads), x.dtype)
    for here in taps(geometry):
        grad_padded[here] += share
    return pad2d_backward(grad_padded, x.shape, geometry.pads)
