"""Batch normalisation, forward and backward. Taught in sittings 03b and 04b.

Channels lie on axis 1: (N, C) after a dense layer, (N, C, H, W) after a convolution. Inside, every array is seen as
(N, C, L), L pixels per channel, so that a channel has M = N·L values.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import (
    require_floats,
    require_gradient,
    require_same_dtype,
    require_shape,
)

AXES = {2: "N, C", 3: "N, C, L", 4: "N, C, H, W"}


def batch_norm(
    x: NDArray,
    running_mean: NDArray | None,
    running_var: NDArray | None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> NDArray:
    r"""Normalise each channel, then scale and shift it: :math:`y = γ\, (x - μ) / \sqrt{σ^2 + ε} + β`.

    In training μ and σ² are the batch's mean and biased variance (divided by M), and the running statistics r change
    in place, :math:`r ← (1 - m)\, r + m\, s`, where s is the batch's mean and its *unbiased* variance (divided by
    M − 1). Otherwise μ and σ² are the running statistics. An empty batch changes nothing.

    Args:
        x: (N, C), (N, C, L) or (N, C, H, W), float32 or float64.
        running_mean: (C,), changed in place in training; None, in training only, keeps no statistics.
        running_var: (C,), likewise.
        weight: γ, (C,); None stands for ones.
        bias: β, (C,); None stands for zeros.
        training: Use the batch's own statistics.
        momentum: m, the share of the new statistics.
        eps: ε, keeps the root from zero.

    Returns:
        y, of the shape of ``x``.

    Raises:
        ValueError: A wrong shape, dtype or value, NaN or infinity, or a single value per channel in training; the
            message names the argument and the shapes.

    Source: Ioffe and Szegedy (2015), "Batch normalization", arXiv 1502.03167, algorithms 1 and 2.

    Taught in lecture 03b.
    """
    require_batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    values = _three_axes(x)
    count = values.shape[0] * values.shape[2]
    if not count:
        return x.copy()
    mean, variance = _batch_statistics(values) if training else (running_mean, running_var)
    if training and running_mean is not None:
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (variance * count / (count - 1) - running_var)
    normalized = (values - _column(mean)) * _column(1 / np.sqrt(variance + eps))
    if weight is not None:
        normalized *= _column(weight)
    if bias is not None:
        normalized += _column(bias)
    return normalized.reshape(x.shape)


def batch_norm_backward(
    grad_output: NDArray,
    x: NDArray,
    running_mean: NDArray | None,
    running_var: NDArray | None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[NDArray, NDArray | None, NDArray | None]:
    r"""Return the gradients of the loss with respect to the input, the scale and the shift.

    With :math:`\hat x = (x - μ) / \sqrt{σ^2 + ε}` and g = ∂L/∂y, each sum over the M values of a channel:
    :math:`∂L/∂γ = \sum g \hat x`, :math:`∂L/∂β = \sum g`, and in training, where every value moves μ and σ² too,

    .. math:: ∂L/∂x = \frac{γ}{\sqrt{σ^2 + ε}} \left( g - \frac{1}{M} \sum g - \frac{\hat x}{M} \sum g \hat x \right);

    otherwise μ and σ² are constants and only the first of the three terms is left.

    Args:
        grad_output: g, of the shape of ``x``.
        x: (N, C), (N, C, L) or (N, C, H, W).
        running_mean: (C,), read only when not training; None in training.
        running_var: (C,), likewise.
        weight: γ, (C,), or None.
        bias: β, (C,), or None; only whether it is there matters.
        training: As in the forward pass.
        momentum: Taken so that the forward pass's arguments fit; it moves no gradient.
        eps: As in the forward pass.

    Returns:
        The gradients of x, of weight (C,) and of bias (C,); None for a weight or bias that is None.

    Raises:
        ValueError: As :func:`batch_norm`, or ``grad_output`` is not of the shape of ``x``.

    Source: Ioffe and Szegedy (2015), "Batch normalization", arXiv 1502.03167, section 3, the chain rule simplified.

    Taught in sitting 04b.
    """
    require_batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    require_gradient(grad_output, x.shape, AXES[x.ndim], x)
    values, grad = _three_axes(x), _three_axes(grad_output)
    count = values.shape[0] * values.shape[2]
    if not count:
        return x.copy(), _zeros_like(weight), _zeros_like(bias)
    mean, variance = _batch_statistics(values) if training else (running_mean, running_var)
    inverse_std = 1 / np.sqrt(variance + eps)
    normalized = (values - _column(mean)) * _column(inverse_std)
    grad_bias = grad.sum(axis=(0, 2))  # (C,)
    grad_weight = np.einsum("ncl,ncl->c", grad, normalized)  # (C,)
    if training:
        grad = grad - _column(grad_bias / count) - normalized * _column(grad_weight / count)
    grad_x = grad * _column(inverse_std if weight is None else weight * inverse_std)
    return grad_x.reshape(x.shape), None if weight is None else grad_weight, None if bias is None else grad_bias


def require_batch_norm(
    x: NDArray,
    running_mean: NDArray | None,
    running_var: NDArray | None,
    weight: NDArray | None,
    bias: NDArray | None,
    training: bool,
    momentum: float,
    eps: float,
) -> None:
    """Check the arguments of a batch normalisation.

    Raises:
        ValueError: As :func:`batch_norm`.
    """
    require_floats("x", x, AXES.get(np.ndim(x), "N, C, H, W"))
    per_channel = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, array in per_channel.items():
        if array is not None:
            require_floats(name, array, "C")
            require_shape(name, array, (x.shape[1],), f"one value for each channel of x, shape {x.shape}")
    require_same_dtype(x=x, **per_channel)
    if (running_mean is None) != (running_var is None) or (running_mean is None and not training):
        raise ValueError("running_mean and running_var: give both; in training both may be None")
    if running_var is not None and (running_var < 0).any():
        raise ValueError(f"running_var holds {running_var.min()}; a variance is 0 or more")
    if training and x.size == x.shape[1]:
        raise ValueError(f"x has shape {x.shape}, one value per channel; training needs more, to have a variance")
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum is {momentum}; it must lie in [0, 1]")
    if not 0 <= eps < math.inf:
        raise ValueError(f"eps is {eps}; it must be 0 or more, and finite")


def _batch_statistics(values: NDArray) -> tuple[NDArray, NDArray]:
    """Return mean and biased variance of each channel of (N, C, L), two arrays (C,)."""
    mean = values.mean(axis=(0, 2))
    return mean, np.square(values - _column(mean)).mean(axis=(0, 2))


def _three_axes(x: NDArray) -> NDArray:
    """Return the batch as (N, C, L), with L = 1 for (N, C)."""
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))


def _column(per_channel: NDArray) -> NDArray:
    """Return (C,) as (C, 1), to go with (N, C, L)."""
    return per_channel[:, None]


def _zeros_like(array: NDArray | None) -> NDArray | None:
    return None if array is None else np.zeros_like(array)
