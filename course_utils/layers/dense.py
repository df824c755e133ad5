"""The layers of a multilayer perceptron: dense, ReLU, flatten, dropout. Taught in sittings 01b and 04b."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils.activations import relu, relu_backward
from course_utils.activations.base import as_floating, with_gradient
from course_utils.convolution.arguments import (
    require_finite,
    require_floats,
    require_gradient,
    require_same_dtype,
    require_shape,
    whole_number,
)
from course_utils.layers.base import Layer, Rng, uniform_parameter
from course_utils.regularization import check_probability, dropout, dropout_backward


class Linear(Layer):
    r"""The dense layer: every output is a weighted sum of all inputs, :math:`Y = X W^T + b`.

    With δ = ∂L/∂Y the gradients are :math:`∂L/∂X = δ W`, :math:`∂L/∂W = δ^T X` and, summed over the batch,
    :math:`∂L/∂b = \sum_n δ_n`.

    Args:
        in_features: Inputs F.
        out_features: Outputs O.
        bias: With False there is no b.
        rng: Generator or seed of the start; None takes a fresh one each time.
        dtype: Of weight and bias, float32 or float64.

    Attributes:
        weight: W, (O, F).
        bias: b, (O,), or None.

    Raises:
        ValueError: ``in_features`` or ``out_features`` below 1, another dtype; in the passes a wrong shape, dtype,
            NaN or infinity.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 6.5; names as in ``torch.nn.Linear``.

    Taught in sitting 01b.
    """

    parameter_names: ClassVar = ("weight", "bias")

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: Rng = None, dtype: DTypeLike = np.float64
    ) -> None:
        super().__init__()
        fan_in = whole_number(in_features, "in_features", 1)
        outputs = whole_number(out_features, "out_features", 1)
        rng = np.random.default_rng(rng)
        self.weight = uniform_parameter((outputs, fan_in), fan_in, rng, dtype)
        self.bias = uniform_parameter((outputs,), fan_in, rng, dtype) if bias else None

    def forward(self, x: NDArray) -> NDArray:
        """Return Y, (N, O), for a batch (N, F)."""
        require_floats("x", x, "N, F")
        why = f"as many features as weight of shape {self.weight.shape} takes"
        require_shape("x", x, (len(x), self.weight.shape[1]), why)
        require_same_dtype(x=x, weight=self.weight)
        self._input = x
        out = x @ self.weight.T  # (N, F) @ (F, O)
        return out if self.bias is None else out + self.bias

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return ∂L/∂X, (N, F), for δ, (N, O)."""
        x = self._last_input()
        require_gradient(grad_output, (len(x), len(self.weight)), "N, O", x)
        self._gradients = {"weight": grad_output.T @ x}  # (O, N) @ (N, F)
        if self.bias is not None:
            self._gradients["bias"] = grad_output.sum(axis=0)
        return grad_output @ self.weight  # (N, O) @ (O, F)


class ReLU(Layer):
    """The rectified linear unit: negative values become zero, and their gradients too.

    Source: Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    Taught in sitting 01b.
    """

    def forward(self, x: NDArray) -> NDArray:
        """Return max(0, x), of the shape of ``x``."""
        self._input = _finite("x", x)
        return relu(self._input)

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient where the input was positive, zero elsewhere."""
        return relu_backward(_finite("grad_output", grad_output), self._last_input())


class Flatten(Layer):
    """Lay each sample out as one row: (N, C, H, W) becomes (N, C·H·W), channel by channel, row by row.

    Taught in lecture 03b.
    """

    def forward(self, x: NDArray) -> NDArray:
        """Return (N, C·H·W)."""
        x = _finite("x", x)
        if x.ndim == 0:
            raise ValueError("x has shape (); the first axis must be the batch, N")
        self._input = x
        return x.reshape(self._flat_shape())

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient in the shape of the input."""
        why = f"the shape of the output for x of shape {self._last_input().shape}"
        grad_output = _finite("grad_output", grad_output)
        require_shape("grad_output", grad_output, self._flat_shape(), why)
        return grad_output.reshape(self._last_input().shape)

    def _flat_shape(self) -> tuple[int, int]:
        samples, *others = self._last_input().shape
        return samples, math.prod(others)


class Dropout(Layer):
    r"""Switch each unit off with probability p in training, and scale the others by :math:`1/(1 - p)`.

    The scaling keeps the expected value, so that nothing is left to do in evaluation, where the layer is the identity.

    Args:
        p: Probability of switching off, in [0, 1].
        rng: Generator or seed of the masks; None takes a fresh one each time.

    Raises:
        ValueError: ``p`` outside [0, 1]; in the passes an input or gradient that is no array of finite numbers, or
            whose shapes differ.

    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 10,
    for the scaling in training.

    Taught in sitting 04b.
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        super().__init__()
        check_probability("p", p)
        self.p = p
        self._rng = np.random.default_rng(rng)
        self._scale: NDArray | None = None  # of the last forward pass, where that was in training

    def forward(self, x: NDArray) -> NDArray:
        """Return the units left, scaled, of the shape of ``x``; in evaluation ``x`` itself."""
        self._input = x = _finite("x", x)
        out, self._scale = dropout(x, self.p, self._rng) if self.training else (x, None)
        return out

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient through the same units as in the last forward pass."""
        _, grad = with_gradient(self._last_input(), _finite("grad_output", grad_output))
        return grad if self._scale is None else dropout_backward(grad, self._scale)


def _finite(name: str, array: NDArray) -> NDArray:
    """Return an array of finite floats, of any shape; integers become float64."""
    array = as_floating(name, array)
    require_finite(name, array)
    return array
