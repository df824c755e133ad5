"""The checked arguments of a convolution or a pooling: strides, borders and the size of the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import (
    IntOrPair,
    Pair,
    pair,
    require_floats,
    require_same_dtype,
    require_shape,
    whole_number,
)
from course_utils.convolution.padding import Pads
from course_utils.convolution.sizes import output_size, visited


class Geometry(NamedTuple):
    """Checked arguments, each as (vertical, horizontal)."""

    kernel_size: Pair
    stride: Pair
    pads: Pads
    dilation: Pair
    output_size: Pair


def conv_geometry(
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None,
    stride: IntOrPair,
    padding: IntOrPair | str,
    dilation: IntOrPair,
    groups: int,
) -> Geometry:
    """Check the arguments of a convolution.

    Raises:
        ValueError: As ``conv2d``.
    """
    require_floats("x", x, "N, C, H, W")
    require_floats("weight", weight, "O, C/G, KH, KW")
    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    groups = whole_number(groups, "groups", 1)
    channels, filters = x.shape[1], weight.shape[0]
    if channels % groups or filters % groups or channels != groups * weight.shape[1]:
        raise ValueError(
            f"x of shape {x.shape} and weight of shape {weight.shape} do not fit with groups={groups}: groups must "
            f"divide the {channels} channels and the {filters} filters, and weight.shape[1] must be channels / groups"
        )
    if bias is not None:
        require_floats("bias", bias, "O")
        require_shape("bias", bias, (filters,), f"one value for each filter of weight, shape {weight.shape}")
    require_same_dtype(x=x, weight=weight, bias=bias)
    kernel_size = (weight.shape[2], weight.shape[3])
    pads = _conv_pads(padding, kernel_size, stride, dilation)
    return _geometry(x, f"weight of shape {weight.shape}", kernel_size, stride, pads, dilation)


def pool_geometry(x: NDArray, kernel_size: IntOrPair, stride: IntOrPair | None, padding: IntOrPair) -> Geometry:
    """Check the arguments of a pooling; without a stride the windows lie side by side.

    Raises:
        ValueError: As ``max_pool2d``.
    """
    require_floats("x", x, "N, C, H, W")
    kernel_size = pair(kernel_size, "kernel_size", 1)
    stride = kernel_size if stride is None else pair(stride, "stride", 1)
    padding = pair(padding, "padding", 0)
    if padding[0] > kernel_size[0] // 2 or padding[1] > kernel_size[1] // 2:
        raise ValueError(
            f"padding is {padding} for kernel_size {kernel_size} on x of shape {x.shape}; it must be at most half the "
            "kernel_size, or a window would lie in the border altogether"
        )
    pads = ((padding[0], padding[0]), (padding[1], padding[1]))
    return _geometry(x, f"kernel_size {kernel_size}", kernel_size, stride, pads, (1, 1))


def taps(geometry: Geometry) -> Iterator[tuple]:
    """Yield for each element (i, j) of the window, in reading order, the index of the pixels under it."""
    (out_h, out_w), (down, right) = geometry.output_size, geometry.stride
    for i, j in np.ndindex(geometry.kernel_size):
        yield ..., visited(i, out_h, down), visited(j, out_w, right)


def _geometry(x: NDArray, kernel: str, kernel_size: Pair, stride: Pair, pads: Pads, dilation: Pair) -> Geometry:
    padded = [length + sum(amounts) for length, amounts in zip(x.shape[2:], pads, strict=True)]
    try:
        height, width = (
            output_size(length, size, stride=step, dilation=spread)
            for length, size, step, spread in zip(padded, kernel_size, stride, dilation, strict=True)
        )
    except ValueError as error:
        raise ValueError(f"{kernel} is too large for x of shape {x.shape} with padding {pads}: {error}") from None
    return Geometry(kernel_size, stride, pads, dilation, (height, width))


def _conv_pads(padding: IntOrPair | str, kernel_size: Pair, stride: Pair, dilation: Pair) -> Pads:
    """Return the border that ``padding`` stands for; an odd pixel of ``"same"`` goes to the bottom and to the right."""
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"padding is 'same' with stride {stride}; 'same' needs stride 1")
        totals = [spread * (size - 1) for size, spread in zip(kernel_size, dilation, strict=True)]
        (top, bottom), (left, right) = ((total // 2, total - total // 2) for total in totals)
        return (top, bottom), (left, right)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding is {padding!r}; give pixels, 'same' or 'valid'")
    vertical, horizontal = (0, 0) if padding == "valid" else pair(padding, "padding", 0)
    return (vertical, vertical), (horizontal, horizontal)
