"""Batch normalization as a layer; its mathematics is in ``convolution``. Taught in sittings 03b and 04b."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils import convolution
from course_utils.convolution.arguments import whole_number
from course_utils.layers.base import Layer, require_float_dtype


class BatchNorm(Layer):
    """What ``BatchNorm1d`` and ``BatchNorm2d`` share: all but the number of axes.

    Args:
        num_features: C, channels.
        eps: ε, keeps the root from zero.
        momentum: Share of a batch's statistics in the running ones.
        dtype: Of all arrays but the counter, float32 or float64.

    Attributes:
        weight: γ, (C,), ones at the start.
        bias: β, (C,), zeros at the start.
        running_mean: (C,), zeros at the start; a buffer: it moves with the state, but is not learned.
        running_var: (C,), ones at the start; a buffer.
        num_batches_tracked: Forward passes in training so far; a buffer.

    Raises:
        ValueError: ``num_features`` below 1, another dtype; in the passes a wrong number of axes and what
            ``convolution.batch_norm`` raises.

    Source: Ioffe and Szegedy (2015), "Batch normalization", arXiv 1502.03167; names as in ``torch.nn.BatchNorm2d``.

    Taught in lecture 03b.
    """

    parameter_names: ClassVar = ("weight", "bias")
    buffer_names: ClassVar = ("running_mean", "running_var", "num_batches_tracked")
    numbers_of_axes: ClassVar[tuple[int, ...]] = ()

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, *, dtype: DTypeLike = np.float64
    ) -> None:
        super().__init__()
        require_float_dtype(dtype)
        features = whole_number(num_features, "num_features", 1)
        self.weight, self.bias = np.ones(features, dtype), np.zeros(features, dtype)
        self.running_mean, self.running_var = np.zeros(features, dtype), np.ones(features, dtype)
        self.num_batches_tracked = np.zeros((), np.int64)
        self.eps, self.momentum = eps, momentum
        self._trained = True  # whether the last forward pass was in training

    def forward(self, x: NDArray) -> NDArray:
        """Return the normalised batch, of the shape of ``x``; in training the running statistics move."""
        if np.ndim(x) not in self.numbers_of_axes:
            raise ValueError(
                f"x has shape {np.shape(x)}; {type(self).__name__} takes {self.numbers_of_axes} axes, (N, C, …)"
            )
        out = convolution.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )
        self.num_batches_tracked += self.training
        self._input, self._trained = x, self.training
        return out

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the batch, of its shape."""
        grad_x, grad_weight, grad_bias = convolution.batch_norm_backward(
            grad_output,
            self._last_input(),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            training=self._trained,
            eps=self.eps,
        )
        self._gradients = {"weight": grad_weight, "bias": grad_bias}
        return grad_x


class BatchNorm1d(BatchNorm):
    """Batch normalisation of (N, C), after a dense layer, or of (N, C, L), signals.

    Arguments, attributes and errors are those of :class:`BatchNorm`.

    Taught in lecture 03b.
    """

    numbers_of_axes: ClassVar = (2, 3)


class BatchNorm2d(BatchNorm):
    """Batch normalisation of images and feature maps, (N, C, H, W).

    Arguments, attributes and errors are those of :class:`BatchNorm`.

    Taught in lecture 03b.
    """

    numbers_of_axes: ClassVar = (4,)
