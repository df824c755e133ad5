"""Max pooling, forward and backward. Taught in sittings 03b and 04b."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import IntOrPair, require_gradient
from course_utils.convolution.geometry import Geometry, pool_geometry, taps
from course_utils.convolution.padding import pad2d_backward


def max_pool2d(x: NDArray, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> NDArray:
    r"""Keep the largest value of each window: :math:`s_{n,c,y,x} = \max_{i,j} a_{n,\,c,\,yS + i,\,xS + j}`.

    Args:
        x: Images, (N, C, H, W), float32 or float64.
        kernel_size: Pixels of the window: a number, or (vertical, horizontal).
        stride: S, pixels from one window to the next; None takes ``kernel_size``.
        padding: Pixels added on both sides, at most half of ``kernel_size``; they hold minus infinity and never win.

    Returns:
        s, (N, C, H', W') with H' and W' as ``output_size`` gives them.

    Raises:
        ValueError: A wrong shape, dtype or value, NaN or infinity; the message names the argument and the shapes.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 9.3; names as in
    ``torch.nn.functional.max_pool2d``.

    Taught in lecture 03b.
    """
    geometry = pool_geometry(x, kernel_size, stride, padding)
    return _maximum(_lowered_border(x, geometry), geometry)


def max_pool2d_backward(
    grad_output: NDArray, x: NDArray, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0
) -> NDArray:
    """Return the gradient with respect to the images: each window sends its own to its maximum, the first among equals.

    First means in reading order: row by row from the top, each from the left.

    Args:
        grad_output: Gradient of the loss with respect to the output, (N, C, H', W').
        x: Images, (N, C, H, W).
        kernel_size: This and all that follow: as for :func:`max_pool2d`.
        stride: As for :func:`max_pool2d`.
        padding: As for :func:`max_pool2d`.

    Returns:
        (N, C, H, W).

    Raises:
        ValueError: As :func:`max_pool2d`, or ``grad_output`` is not of the output's shape.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 9.3; ties as in PyTorch.

    Taught in sitting 04b.
    """
    geometry = pool_geometry(x, kernel_size, stride, padding)
    require_gradient(grad_output, (*x.shape[:2], *geometry.output_size), "N, C, H, W", x)
    padded = _lowered_border(x, geometry)
    maximum = _maximum(padded, geometry)
    grad_padded = np.zeros_like(padded)
    unclaimed = np.ones(maximum.shape, bool)
    for here in taps(geometry):
        winner = unclaimed & (padded[here] == maximum)
        grad_padded[here] += winner * grad_output
        unclaimed ^= winner
    return pad2d_backward(grad_padded, x.shape, geometry.pads)


def _maximum(padded: NDArray, geometry: Geometry) -> NDArray:
    """Return the maximum over the elements of the window, each seen at all positions at once, (N, C, H', W')."""
    first, *others = taps(geometry)
    maximum = padded[first].copy()
    for here in others:
        np.maximum(maximum, padded[here], out=maximum)
    return maximum


def _lowered_border(x: NDArray, geometry: Geometry) -> NDArray:
    """Return the images with a border of minus infinity."""
    if geometry.pads == ((0, 0), (0, 0)):
        return x
    return np.pad(x, ((0, 0), (0, 0), *geometry.pads), constant_values=-np.inf)
