"""Softmax, its logarithm and its Jacobian: the activation in which every output depends on every input.

Taught in lecture 05b.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import as_floating, positive, tiny_is_zero, with_gradient


@tiny_is_zero
def softmax(x: ArrayLike, dim: int = -1, temperature: float = 1.0) -> np.ndarray:
    """Return p_i = exp(x_i / T) / Σ_j exp(x_j / T): positive numbers that sum to one along ``dim``.

    The largest logit is taken off first. That changes nothing (softmax ignores a shift) and keeps exp at 1 or below.

    Args:
        x: logits, any shape with at least one dimension.
        dim: the dimension that holds the classes.
        temperature: T above 0; below 1 sharpens towards the largest logit, above 1 flattens towards equal shares.

    Returns:
        Probabilities, shape and dtype of x.

    Raises:
        ValueError: temperature is not above 0, x has no dimension ``dim`` or no class along it, or no real numbers.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.104; temperature: Hinton, Vinyals and Dean,
    *Distilling the Knowledge in a Neural Network*, 2015, equation 1.
    Taught in lecture 05b.
    """
    e = np.exp(_below_largest(x, dim) / positive("temperature", temperature))
    return e / e.sum(axis=dim, keepdims=True)


@tiny_is_zero
def softmax_backward(grad_output: ArrayLike, x: ArrayLike, dim: int = -1, temperature: float = 1.0) -> np.ndarray:
    """Return the Jacobian times grad_output without building the Jacobian: p_i (g_i - Σ_j g_j p_j) / T.

    Args:
        grad_output: g = dL/dp, shape of x.
        x: logits, any shape with at least one dimension.
        dim, temperature: as for :func:`softmax`.

    Returns:
        dL/dx, shape and dtype of x.

    Raises:
        ValueError: the shapes of grad_output and x differ; and as for :func:`softmax`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.106 (softmax's derivatives), summed over j.
    Taught in lecture 05b.
    """
    x, grad_output = with_gradient(x, grad_output)
    p = softmax(x, dim, temperature)
    return p * (grad_output - (grad_output * p).sum(axis=dim, keepdims=True)) / temperature


@tiny_is_zero
def softmax_jacobian(x: ArrayLike, temperature: float = 1.0) -> np.ndarray:
    """Return the table of all derivatives dp_i / dx_j = p_i (δ_ij - p_j) / T.

    Args:
        x: logits, shape (..., C); the classes lie along the last dimension.
        temperature: as for :func:`softmax`.

    Returns:
        Symmetric matrices whose rows sum to zero, shape (..., C, C), dtype of x.

    Raises:
        ValueError: as for :func:`softmax`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.106.
    Taught in lecture 05b.
    """
    p = softmax(x, temperature=temperature)
    identity = np.eye(p.shape[-1], dtype=p.dtype)
    return p[..., :, None] * (identity - p[..., None, :]) / temperature


@tiny_is_zero
def log_softmax(x: ArrayLike, dim: int = -1) -> np.ndarray:
    """Return log p_i = x_i - log Σ_j exp(x_j), finite even where p_i itself is too small for the dtype.

    Args:
        x: logits, any shape with at least one dimension.
        dim: the dimension that holds the classes.

    Returns:
        Log-probabilities (0 or below), shape and dtype of x.

    Raises:
        ValueError: x has no dimension ``dim`` or no class along it, or no real numbers.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2.2.3.
    Taught in lecture 05b.
    """
    shifted = _below_largest(x, dim)
    return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))


@tiny_is_zero
def log_softmax_backward(grad_output: ArrayLike, x: ArrayLike, dim: int = -1) -> np.ndarray:
    """Return g_i - p_i Σ_j g_j, the Jacobian of the log-probabilities, transposed, times grad_output.

    Args:
        grad_output: g = dL/d(log p), shape of x.
        x: logits, any shape with at least one dimension.
        dim: the dimension that holds the classes.

    Returns:
        dL/dx, shape and dtype of x.

    Raises:
        ValueError: the shapes of grad_output and x differ; and as for :func:`log_softmax`.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2.2.3, differentiated.
    Taught in lecture 05b.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output - softmax(x, dim) * grad_output.sum(axis=dim, keepdims=True)


def _below_largest(x: ArrayLike, dim: int) -> np.ndarray:
    x = as_floating("x", x)
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(f"dim is {dim}, but x has shape {x.shape}: there is no such dimension to hold the classes")
    if x.shape[dim] == 0:
        raise ValueError(f"x has shape {x.shape}: no class along dim {dim}")
    return x - x.max(axis=dim, keepdims=True)
