"""Activations that act on each number alone, and their derivatives. Taught in lecture 05."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import as_floating, positive, tiny_is_zero, with_gradient

# The fixed point (mean 0, variance 1) of Klambauer et al. 2017: SCALE multiplies both branches, ALPHA the negative one.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def linear(x: ArrayLike) -> np.ndarray:
    """Return f(x) = x, the identity: a layer without a bend.

    Args:
        x: net input, any shape.

    Returns:
        A new array, shape and dtype of x.

    Raises:
        ValueError: x does not hold real numbers.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.
    Taught in lecture 05.
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
    Taught in lecture 05.
    """
    _, grad_output = with_gradient(x, grad_output)
    return grad_output.copy()


@tiny_is_zero
def sigmoid(x: ArrayLike) -> np.ndarray:
    """Return f(x) = 1 / (1 + exp(-x)), between 0 and 1.

    Computed as 1 / (1 + e) for x ≥ 0 and e / (1 + e) for x < 0, both with e = exp(-|x|) ≤ 1.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.59.
    Taught in lecture 05.
    """
    x = as_floating("x", x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, np.ones_like(e), e) / (1 + e)


@tiny_is_zero
def sigmoid_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = f(x) (1 - f(x)), at most 1/4; 1 - f(x) is computed as f(-x).

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 4.88.
    Taught in lecture 05.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output * (sigmoid(x) * sigmoid(-x))


def tanh(x: ArrayLike) -> np.ndarray:
    """Return f(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x)) = 2 sigmoid(2x) - 1, between -1 and 1.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 5.59.
    Taught in lecture 05.
    """
    return np.tanh(as_floating("x", x))


@tiny_is_zero
def tanh_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = 1 - f(x)², at most 1.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Bishop, *Pattern Recognition and Machine Learning*, equation 5.60.
    Taught in lecture 05.
    """
    x, grad_output = with_gradient(x, grad_output)
    return grad_output * (1 - np.tanh(x) ** 2)


def relu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = max(0, x), the rectified linear unit.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Nair and Hinton, *Rectified Linear Units Improve Restricted Boltzmann Machines*, ICML 2010.
    Taught in lecture 05.
    """
    return np.maximum(as_floating("x", x), 0)


def relu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output where x > 0, and 0 elsewhere (at the kink x = 0, too, as in PyTorch).

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.1.
    Taught in lecture 05.
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
    Taught in lecture 05.
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
    Taught in lecture 05.
    """
    x, grad_output = with_gradient(x, grad_output)
    return np.where(x > 0, grad_output, negative_slope * grad_output)


@tiny_is_zero
def selu(x: ArrayLike) -> np.ndarray:
    """Return f(x) = SCALE * x for x > 0 and SCALE * ALPHA * (exp(x) - 1) elsewhere; SCALE ≈ 1.0507, ALPHA ≈ 1.6733.

    Args, Returns, Raises: as for :func:`linear`.

    Formula: Klambauer et al., *Self-Normalizing Neural Networks*, NeurIPS 2017, equation 2.
    Taught in lecture 05.
    """
    x = as_floating("x", x)
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))


@tiny_is_zero
def selu_backward(grad_output: ArrayLike, x: ArrayLike) -> np.ndarray:
    """Return grad_output * f'(x) with f'(x) = SCALE for x > 0 and SCALE * ALPHA * exp(x) elsewhere.

    Args, Returns, Raises: as for :func:`linear_backward`.

    Formula: Klambauer et al., *Self-Normalizing Neural Networks*, NeurIPS 2017, equation 2, differentiated.
    Taught in lecture 05.
    """
    x, grad_output = with_gradient(x, grad_output)
    return SELU_SCALE * np.where(x > 0, grad_output, grad_output * (SELU_ALPHA * np.exp(np.minimum(x, 0))))


@tiny_is_zero
def softplus(x: ArrayLike, beta: float = 1.0, threshold: float = 20.0) -> np.ndarray:
    """Return f(x) = log(1 + exp(beta * x)) / beta, a smooth ReLU; x itself where beta * x > threshold.

    Computed as max(x, 0) + log(1 + exp(-|beta * x|)) / beta, which is exact for every x; the threshold is PyTorch's
    and changes f by less than 2.1e-9 / beta at its default.

    Args:
        x: net input, any shape.
        beta: sharpness of the bend, above 0.
        threshold: value of beta * x above which f(x) = x; ``math.inf`` for the exact function.

    Returns:
        Shape and dtype of x.

    Raises:
        ValueError: beta is not above 0, or x does not hold real numbers.

    Formula: Dugas et al., *Incorporating Second-Order Functional Knowledge for Better Option Pricing*, NeurIPS 2000.
    Taught in lecture 05.
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
    Taught in lecture 05.
    """
    (x, grad_output), _ = with_gradient(x, grad_output), positive("beta", beta)
    return np.where(beta * x > threshold, grad_output, grad_output * sigmoid(beta * x))
