"""Activations that act on each number alone, and their derivatives: straight ones and saturating ones. Lecture 05a."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import as_floating, tiny_is_zero, with_gradient


def linear(x: ArrayLike) -> np.ndarray:
    """Return f(x) = x, the identity: no activation function at all.

    Args:
        x: net input, any shape.

    Returns:
        A new array, shape and dtype of x.

    Raises:
        ValueError: x does not hold real numbers.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.
    Taught in lecture 05a.
    """
    return as_floating("x", x).copy()


def linear_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = 1: a constant, not zero.

    Args:
        grad_output: dL/dy, shape of x.
        x: net input, any shape.

    Returns:
        dL/dx, shape and dtype of x.

    Raises:
        ValueError: the shapes of grad_output and x differ, or x does not hold real numbers.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.
    Taught in lecture 05a.
    """
    _, grad_output = with_gradient(x, grad_output)
    return grad_output.copy()


@tiny_is_zero
def sigmoid(x: ArrayLike) -> np.ndarray:
    """Return f(x) = 1 / (1 + exp(-x)), between 0 and 1.

    Computed as 1 / (1 + e) for x ≥ 0 and e / (1 + e) for x < 0, both with e = exp(-|x|) ≤ 1.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.59.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, np.ones_like(e), e) / (1 + e)


@tiny_is_zero
def sigmoid_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = f(x) (1 - f(x)), at most 1/4; 1 - f(x) is computed as f(-x).

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.88.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output * (sigmoid(x) * sigmoid(-x))


def tanh(x: ArrayLike) -> np.ndarray:
    """Return f(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x)) = 2 sigmoid(2x) - 1, between -1 and 1.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 5.59.
    Taught in lecture 05a.
    """
    return np.tanh(as_floating("x", x))


@tiny_is_zero
def tanh_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = 1 - f(x)², at most 1.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 5.60.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output * (1 - np.tanh(x) ** 2)


def relu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = max(0, x), the rectified linear unit.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Fukushima, *Visual Feature Extraction by a Multilayered Network of Analog Threshold Elements*, 1969;
    in deep networks: Glorot, Bordes and Bengio, *Deep Sparse Rectifier Neural Networks*, AISTATS 2011.
    Taught in lecture 05a.
    """
    return np.maximum(as_floating("x", x), 0)


def relu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output where x > 0, and 0 elsewhere (at the kink x = 0, too, as in PyTorch).

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.1.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return np.where(x > 0, grad_output, np.zeros_like(x))


@tiny_is_zero
def leaky_relu(x: ArrayLike, negative_slope: float = 0.01) -> np.ndarray:
    """Return f(x) = x for x > 0 and negative_slope * x elsewhere.

    Args:
        x: net input, any shape.
        negative_slope: slope left of zero.

    Returns, Raises: as for :func:`linear`.

    Formula: Maas, Hannun and Ng, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, ICML 2013 workshop.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    return np.where(x > 0, x, negative_slope * x)


@tiny_is_zero
def leaky_relu_backward(grad_output: ArrayLike, x: ArrayLike, negative_slope: float = 0.01) -> np.ndarray:
    """Return grad_output where x > 0, and negative_slope * grad_output elsewhere.

    Args:
        grad_output: dL/dy, shape of x.
        x: net input, any shape.
        negative_slope: slope left of zero.

    Returns, Raises: as for :func:`linear_backward`.

    Formula: Maas, Hannun and Ng, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, ICML 2013 workshop.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return np.where(x > 0, grad_output, negative_slope * grad_output)
