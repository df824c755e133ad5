"""The convolution layer as its formula reads: one output value after the other. Taught in lectures 03 and 04."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import IntOrPair, require_gradient
from course_utils.convolution.geometry import conv_geometry
from course_utils.convolution.padding import pad2d, pad2d_backward
from course_utils.convolution.sizes import visited_window


def conv2d_loop(
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: IntOrPair = 1,
    padding: IntOrPair | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> NDArray:
    """Return what ``conv2d`` returns, written as the formula.

    Args:
        x: Images, (N, C, H, W).
        weight: Filters, (O, C/G, KH, KW).
        bias: (O,), or None.
        stride: This and all that follow: as for ``conv2d``.
        padding: As for ``conv2d``.
        dilation: As for ``conv2d``.
        groups: As for ``conv2d``.
        padding_mode: As for ``conv2d``.

    Returns:
        (N, O, H', W').

    Raises:
        ValueError: As ``conv2d``.

    Taught in lecture 03.
    """
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    padded = pad2d(x, geometry.pads, padding_mode)
    out = np.zeros((x.shape[0], weight.shape[0], *geometry.output_size), x.dtype)
    for n, o, row, column in np.ndindex(out.shape):
        channels = _channels_of(o, weight, groups)
        window = visited_window((row, column), geometry.kernel_size, geometry.stride, geometry.dilation)
        out[n, o, row, column] = np.sum(weight[o] * padded[n, channels, *window])  # over (C/G, KH, KW)
        if bias is not None:
            out[n, o, row, column] += bias[o]
    return out


def conv2d_backward_loop(
    grad_output: NDArray,
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: IntOrPair = 1,
    padding: IntOrPair | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> tuple[NDArray, NDArray, NDArray | None]:
    """Return what ``conv2d_backward`` returns: every output value sends its gradient back along the products it summed.

    Args:
        grad_output: Gradient of the loss with respect to the output, (N, O, H', W').
        x: Images, (N, C, H, W).
        weight: Filters, (O, C/G, KH, KW).
        bias: (O,), or None.
        stride: This and all that follow: as for ``conv2d``.
        padding: As for ``conv2d``.
        dilation: As for ``conv2d``.
        groups: As for ``conv2d``.
        padding_mode: As for ``conv2d``.

    Returns:
        The gradients in argument order: of x (N, C, H, W), of weight (O, C/G, KH, KW), of bias (O,) or None.

    Raises:
        ValueError: As ``conv2d_backward``.

    Taught in lecture 04.
    """
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    require_gradient(grad_output, (x.shape[0], weight.shape[0], *geometry.output_size), "N, O, H, W", x)
    padded = pad2d(x, geometry.pads, padding_mode)
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    grad_bias = None if bias is None else np.zeros_like(bias)
    for n, o, row, column in np.ndindex(grad_output.shape):
        delta = grad_output[n, o, row, column]
        channels = _channels_of(o, weight, groups)
        window = visited_window((row, column), geometry.kernel_size, geometry.stride, geometry.dilation)
        grad_weight[o] += delta * padded[n, channels, *window]
        grad_padded[n, channels, *window] += delta * weight[o]
        if grad_bias is not None:
            grad_bias[o] += delta
    return pad2d_backward(grad_padded, x.shape, geometry.pads, padding_mode), grad_weight, grad_bias


def _channels_of(o: int, weight: NDArray, groups: int) -> slice:
    """Return the input channels that filter ``o`` sees: those of its group."""
    filters, channels = weight.shape[:2]
    group = o // (filters // groups)
    return slice(group * channels, (group + 1) * channels)
