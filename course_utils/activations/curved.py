"""Activations that are curved on the left of zero, and their derivatives. Taught in lecture 05a."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import as_floating, positive, tiny_is_zero, with_gradient
from course_utils.activations.elementwise import sigmoid

# The fixed point (mean 0, variance 1) of Klambauer et al. 2017: SCALE multiplies both branches, ALPHA the negative one.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


@tiny_is_zero
def softplus(x: ArrayLike, beta: float = 1.0, threshold: float = 20.0) -> np.ndarray:
    """Return f(x) = log(1 + exp(beta * x)) / beta, a smooth ReLU; x itself where beta * x > threshold.

    Computed as max(x, 0) + log(1 + exp(-|beta * x|)) / beta, which is exact for every x; the threshold is PyTorch's
    and changes f by less than 2.1e-9 / beta at its default.

    Args:
        x: net input, any shape.
        beta: sharpness of the corner, above 0.
        threshold: value of beta * x above which f(x) = x; ``math.inf`` for the exact function.

    Returns:
        Shape and dtype of x.

    Raises:
        ValueError: beta is not above 0, or x does not hold real numbers.

    Formula: Dugas et al., *Incorporating Second-Order Functional Knowledge for Better Option Pricing*, NeurIPS 2000.
    Taught in lecture 05a.
    """
    x, _ = as_floating("x", x), positive("beta", beta)
    smooth = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(beta * x))) / beta
    return np.where(beta * x > threshold, x, smooth)


@tiny_is_zero
def softplus_backward(grad_output: ArrayLike, x: ArrayLike, beta: float = 1.0, threshold: float = 20.0) -> np.ndarray:
    """Return grad_output * sigmoid(beta * x); grad_output itself where beta * x > threshold.

    Args:
        grad_output: dL/dy, shape of x.
        x: net input, any shape.
        beta, threshold: as for :func:`softplus`.

    Returns:
        dL/dx, shape and dtype of x.

    Raises:
        ValueError: beta is not above 0, the shapes differ, or x does not hold real numbers.

    Formula: Dugas et al., *Incorporating Second-Order Functional Knowledge for Better Option Pricing*, NeurIPS 2000.
    Taught in lecture 05a.
    """
    (x, grad_output), _ = with_gradient(x, grad_output), positive("beta", beta)
    return np.where(beta * x > threshold, grad_output, grad_output * sigmoid(beta * x))


@tiny_is_zero
def selu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = SCALE * x for x > 0 and SCALE * ALPHA * (exp(x) - 1) elsewhere; SCALE ≈ 1.0507, ALPHA ≈ 1.6733.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Klambauer et al., *Self-Normalizing Neural Networks*, NeurIPS 2017, equation 2.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))


@tiny_is_zero
def selu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = SCALE for x > 0 and SCALE * ALPHA * exp(x) elsewhere.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Klambauer et al., *Self-Normalizing Neural Networks*, NeurIPS 2017, equation 2, differentiated.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return SELU_SCALE * np.where(x > 0, grad_output, grad_output * (SELU_ALPHA * np.exp(np.minimum(x, 0))))


@tiny_is_zero
def elu(x: ArrayLike, alpha: float = 1.0) -> np.ndarray:
    """Return f(x) = x for x > 0 and alpha * (exp(x) - 1) elsewhere, which levels off at -alpha.

    Args:
        x: net input, any shape.
        alpha: depth of the floor on the left.

    Returns, Raises: as for :func:`linear`.

    Formula: Clevert, Unterthiner and Hochreiter, *Fast and Accurate Deep Network Learning by Exponential Linear Units*,
    ICLR 2016, equation 15.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@tiny_is_zero
def elu_backward(grad_output: ArrayLike, x: ArrayLike, alpha: float = 1.0) -> np.ndarray:
    """Return grad_output where x > 0, and grad_output * alpha * exp(x) elsewhere.

    Args:
        grad_output: dL/dy, shape of x.
        x: net input, any shape.
        alpha: depth of the floor on the left.

    Returns, Raises: as for :func:`linear_backward`.

    Formula: Clevert, Unterthiner and Hochreiter, ICLR 2016, equation 15.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return np.where(x > 0, grad_output, grad_output * (alpha * np.exp(np.minimum(x, 0))))


@tiny_is_zero
def silu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = x * sigmoid(x), also called swish.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Elfwing, Uchibe and Doya, *Sigmoid-Weighted Linear Units*, *Neural Networks* 107, 2018.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    return x * sigmoid(x)


@tiny_is_zero
def silu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = s + x s (1 - s), where s is the sigmoid of x.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Elfwing, Uchibe and Doya, *Sigmoid-Weighted Linear Units*, *Neural Networks* 107, 2018.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output * (sigmoid(x) + x * sigmoid(x) * sigmoid(-x))


@tiny_is_zero
def gelu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = x * P(standard normal number < x), the Gaussian error linear unit, without approximation.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Hendrycks and Gimpel, *Gaussian Error Linear Units*, arXiv:1606.08415, 2016, section 2.
    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    return x * _normal_below(x)


@tiny_is_zero
def gelu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x): the probability of :func:`gelu` plus x times the density of the normal distribution.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Hendrycks and Gimpel, *Gaussian Error Linear Units*, arXiv:1606.08415, 2016, differentiated.
    Taught in lecture 05a.
    """
    x, grad_output = with_gradient(x, grad_output)
    density = np.exp(-(np.minimum(np.abs(x), 1e3) ** 2) / 2) / math.sqrt(2 * math.pi)
    return grad_output * (_normal_below(x) + x * density)


def _normal_below(x: np.ndarray) -> np.ndarray:
    """Return the probability that a standard normal number lies below x; erfc keeps its digits far to the left."""
    return np.vectorize(lambda one: math.erfc(-one / math.sqrt(2)) / 2, otypes=[x.dtype])(x)
