"""What all activations share: the dtype that is kept, the shapes that must agree, the underflow that is harmless."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# exp(-1000) is 0 in float64: the right answer for a probability or a slope, so it is not worth a warning.
tiny_is_zero = np.errstate(under="ignore")


def as_floating(name: str, array: ArrayLike) -> np.ndarray:
    """Return ``array`` in its own floating dtype; integers and booleans become float64.

    Args:
        name: what the caller calls the array, for the message.
        array: real numbers, any shape.

    Returns:
        Shape of array; not a copy if it is a floating array already.

    Raises:
        ValueError: array does not hold real numbers.

    Taught in lecture 05a.
    """
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype} and shape {array.shape}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def with_gradient(x: ArrayLike, grad_output: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return ``x`` and ``grad_output``, both in the dtype of x, after checking that their shapes agree.

    Args:
        x: what went into the activation, any shape.
        grad_output: gradient with respect to what came out, shape of x.

    Returns:
        The two arrays.

    Raises:
        ValueError: the shapes differ, or one of the arrays does not hold real numbers.

    Taught in lecture 05a.
    """
    x = as_floating("x", x)
    grad_output = as_floating("grad_output", grad_output).astype(x.dtype, copy=False)
    if grad_output.shape != x.shape:
        raise ValueError(f"grad_output has shape {grad_output.shape} and x has shape {x.shape}; they must be the same")
    return x, grad_output


def positive(name: str, number: float) -> float:
    """Return ``number`` if it is above 0.

    Args:
        name: what the caller calls the number, for the message.
        number: any number.

    Returns:
        The number.

    Raises:
        ValueError: number is 0, negative or not a number.

    Taught in lecture 05a.
    """
    if not number > 0:
        raise ValueError(f"{name} must be above 0, got {number}")
    return number
