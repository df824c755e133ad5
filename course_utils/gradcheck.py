"""Is a gradient right? Centered differences, and how far two gradients are apart. Taught in sitting 04a.

>>> import numpy as np
>>> x = np.array([1.0, 2.0, 3.0])
>>> bool(relative_error(2 * x, numerical_gradient(lambda x: np.sum(x**2), x)) < 1e-8)
True
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def numerical_gradient(function: Callable[[NDArray], float], x: NDArray, eps: float = 1e-6) -> NDArray:
    r"""Return the gradient of a scalar function by centered differences.

    .. math:: \frac{∂f}{∂x_k} ≈ \frac{f(x + ε e_k) - f(x - ε e_k)}{2ε}

    Two calls of the function per element: keep ``x`` small. Each element is moved in ``x`` itself and put back, so
    that ``x`` may be a layer's parameter and ``function`` may run the network without looking at its argument.

    Args:
        function: Takes ``x``, returns one number; it must give the same number each time (no fresh random mask).
        x: The point, of any shape, float64: in float32 rounding would drown the difference.
        eps: ε, small against the curvature of the function, large against rounding.

    Returns:
        The gradient, of the shape of ``x``.

    Raises:
        ValueError: ``x`` is not a float64 array that can be written to, ``eps`` is not positive, or the function
            returns an array, NaN or infinity.

    Source: the Taylor expansion of f at x: the error is of order ε².

    Taught in sitting 04a.
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64 or not x.flags.writeable:
        kind = f"an array of {x.dtype}" if isinstance(x, np.ndarray) else type(x).__name__
        raise ValueError(f"x is {kind}; expected a writeable NumPy array of float64, for example x.astype(float)")
    if not 0 < eps < np.inf:
        raise ValueError(f"eps is {eps}; it must be positive and finite, for example 1e-6")
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + eps
            above = _one_number(function(x))
            x[index] = value - eps
            below = _one_number(function(x))
        finally:
            x[index] = value
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def relative_error(a: NDArray, b: NDArray) -> float:
    r"""Return how far two gradients are apart: :math:`\|a - b\| / (\|a\| + \|b\|)`, 0 where both vanish.

    In float64 with centered differences, 1e-7 or less is what a right gradient gives; more than 1e-2 is a wrong one.
    In between look for kinks (ReLU, max pooling) near the point.

    Args:
        a: A gradient.
        b: Another, of the same shape.

    Returns:
        From 0, equal, to 1, opposite or one of them zero.

    Raises:
        ValueError: The shapes differ, or a gradient holds NaN or infinity.

    Source: the relative error of numerical analysis, with Euclidean norms and symmetric in a and b.

    Taught in sitting 04a.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b has shape {b.shape}; gradients of one array have one shape")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError(f"a or b, of shape {a.shape}, holds NaN or infinity; every value must be finite")
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / scale) if scale else 0.0


def _one_number(value: float) -> float:
    """Return what a function gave as a float, if it is one finite number."""
    if np.ndim(value) != 0 or not np.isfinite(value):
        raise ValueError(
            f"function returned {value!r}; expected one finite number, for example the sum of output * grad_output"
        )
    return float(value)
