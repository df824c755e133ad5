"""The layers of a convolutional network; their mathematics is in ``convolution``. Taught in sittings 03a to 04b."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils import convolution
from course_utils.convolution.arguments import IntOrPair, pair, whole_number
from course_utils.layers.base import Layer, Rng, uniform_parameter


class Conv2d(Layer):
    """The convolution layer: one feature map for each filter, as ``convolution.conv2d`` computes it.

    Args:
        in_channels: C, channels of the input.
        out_channels: O, number of filters.
        kernel_size: A number, or (vertical, horizontal).
        stride: As for ``convolution.conv2d``, like padding, dilation, groups and padding_mode.
        padding: Pixels added on both sides, ``"valid"`` or ``"same"``.
        dilation: Pixels from one element of the kernel to the next.
        groups: G, divides C and O.
        bias: With False there is none.
        padding_mode: ``zeros``, ``reflect``, ``replicate`` or ``circular``.
        rng: Generator or seed of the start; None takes a fresh one each time.
        dtype: Of weight and bias, float32 or float64.

    Attributes:
        weight: (O, C/G, KH, KW).
        bias: (O,), or None.

    Raises:
        ValueError: A number below 1, ``groups`` that do not divide C and O, another dtype; in the passes what
            ``convolution.conv2d`` raises.

    Source: LeCun et al. (1998), "Gradient-based learning applied to document recognition"; names as in
    ``torch.nn.Conv2d``.

    Taught in lecture 03a.
    """

    parameter_names: ClassVar = ("weight", "bias")

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: IntOrPair,
        stride: IntOrPair = 1,
        padding: IntOrPair | str = 0,
        dilation: IntOrPair = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        rng: Rng = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__()
        channels, filters = whole_number(in_channels, "in_channels", 1), whole_number(out_channels, "out_channels", 1)
        groups = whole_number(groups, "groups", 1)
        if channels % groups or filters % groups:
            raise ValueError(f"groups is {groups}; it must divide in_channels {channels} and out_channels {filters}")
        shape = (filters, channels // groups, *pair(kernel_size, "kernel_size", 1))
        fan_in = math.prod(shape[1:])
        rng = np.random.default_rng(rng)
        self.weight = uniform_parameter(shape, fan_in, rng, dtype)
        self.bias = uniform_parameter((filters,), fan_in, rng, dtype) if bias else None
        self._options = {
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
            "padding_mode": padding_mode,
        }

    def forward(self, x: NDArray) -> NDArray:
        """Return the feature maps, (N, O, H', W'), of images (N, C, H, W)."""
        out = convolution.conv2d(x, self.weight, self.bias, **self._options)
        self._input = x
        return out

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the images, (N, C, H, W)."""
        gradients = convolution.conv2d_backward(
            grad_output, self._last_input(), self.weight, self.bias, **self._options
        )
        grad_x, grad_weight, grad_bias = gradients
        self._gradients = {"weight": grad_weight} | ({} if grad_bias is None else {"bias": grad_bias})
        return grad_x


class MaxPool2d(Layer):
    """Keep the largest value of each window, as ``convolution.max_pool2d`` does.

    Args:
        kernel_size: A number, or (vertical, horizontal).
        stride: As for ``convolution.max_pool2d``; None takes ``kernel_size``.
        padding: As for ``convolution.max_pool2d``.

    Raises:
        ValueError: In the passes what ``convolution.max_pool2d`` raises.

    Taught in lecture 03b.
    """

    def __init__(self, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> None:
        super().__init__()
        self._options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}

    def forward(self, x: NDArray) -> NDArray:
        """Return the maxima, (N, C, H', W'), of images (N, C, H, W)."""
        out = convolution.max_pool2d(x, **self._options)
        self._input = x
        return out

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the images, (N, C, H, W)."""
        return convolution.max_pool2d_backward(grad_output, self._last_input(), **self._options)


class AvgPool2d(Layer):
    """Take the mean of each window, as ``convolution.avg_pool2d`` does.

    Args:
        kernel_size: A number, or (vertical, horizontal).
        stride: As for ``convolution.avg_pool2d``; None takes ``kernel_size``.
        padding: As for ``convolution.avg_pool2d``.

    Raises:
        ValueError: In the passes what ``convolution.avg_pool2d`` raises.

    Taught in lecture 03b.
    """

    def __init__(self, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> None:
        super().__init__()
        self._options = {"kernel_size": kernel_size, "stride": stride, "padding": padding}

    def forward(self, x: NDArray) -> NDArray:
        """Return the means, (N, C, H', W'), of images (N, C, H, W)."""
        out = convolution.avg_pool2d(x, **self._options)
        self._input = x
        return out

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the images, (N, C, H, W)."""
        return convolution.avg_pool2d_backward(grad_output, self._last_input(), **self._options)
