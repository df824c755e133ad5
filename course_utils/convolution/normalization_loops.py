"""Batch normalisation as its formulas read, one channel after the other. Taught in lectures 03 and 04."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import require_gradient
from course_utils.convolution.normalization import AXES, require_batch_norm


def batch_norm_loop(
    x: NDArray,
    running_mean: NDArray | None,
    running_var: NDArray | None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> NDArray:
    """Return what ``batch_norm`` returns, and change the running statistics as it does.

    Args:
        x: (N, C), (N, C, L) or (N, C, H, W).
        running_mean: (C,), or None; this and all that follow: as for ``batch_norm``.
        running_var: (C,), or None.
        weight: (C,), or None.
        bias: (C,), or None.
        training: As for ``batch_norm``.
        momentum: As for ``batch_norm``.
        eps: As for ``batch_norm``.

    Returns:
        Of the shape of ``x``.

    Raises:
        ValueError: As ``batch_norm``.

    Taught in lecture 03.
    """
    require_batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    y = np.empty_like(x)
    for c in range(x.shape[1] if len(x) else 0):
        values = x[:, c]
        count = values.size
        if training:
            mean = values.sum() / count
            variance = ((values - mean) ** 2).sum() / count
            if running_mean is not None:
                unbiased = variance * count / (count - 1)
                running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
                running_var[c] = (1 - momentum) * running_var[c] + momentum * unbiased
        else:
            mean, variance = running_mean[c], running_var[c]
        scale, shift = (1 if weight is None else weight[c]), (0 if bias is None else bias[c])
        y[:, c] = scale * (values - mean) / np.sqrt(variance + eps) + shift
    return y


def batch_norm_backward_loop(
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
    """Return what ``batch_norm_backward`` returns, by the chain rule through variance and mean, link by link.

    Args:
        grad_output: Gradient of the loss with respect to the output, of the shape of ``x``.
        x: (N, C), (N, C, L) or (N, C, H, W).
        running_mean: (C,), or None; this and all that follow: as for ``batch_norm_backward``.
        running_var: (C,), or None.
        weight: (C,), or None.
        bias: (C,), or None.
        training: As for ``batch_norm_backward``.
        momentum: As for ``batch_norm_backward``.
        eps: As for ``batch_norm_backward``.

    Returns:
        The gradients of x, of weight (C,) and of bias (C,); None for a weight or bias that is None.

    Raises:
        ValueError: As ``batch_norm_backward``.

    Source: Ioffe and Szegedy (2015), "Batch normalization", arXiv 1502.03167, section 3.

    Taught in lecture 04.
    """
    require_batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    require_gradient(grad_output, x.shape, AXES[x.ndim], x)
    grad_x = np.empty_like(x)
    grad_weight, grad_bias = np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    for c in range(x.shape[1] if len(x) else 0):
        values, grad = x[:, c], grad_output[:, c]
        mean = values.mean() if training else running_mean[c]
        variance = ((values - mean) ** 2).mean() if training else running_var[c]
        std = np.sqrt(variance + eps)
        grad_weight[c], grad_bias[c] = (grad * (values - mean) / std).sum(), grad.sum()
        grad_normalized = grad if weight is None else grad * weight[c]
        grad_x[:, c] = grad_normalized / std  # the direct way
        if training:  # and the two ways through the batch's variance and mean, to which each value contributes
            grad_variance = (grad_normalized * (values - mean)).sum() * -0.5 / std**3
            grad_mean = -grad_normalized.sum() / std
            grad_x[:, c] += grad_variance * 2 * (values - mean) / values.size + grad_mean / values.size
    return grad_x, None if weight is None else grad_weight, None if bias is None else grad_bias
