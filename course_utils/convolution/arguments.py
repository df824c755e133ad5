"""The checks that convolution, pooling and the layers share: what is wrong, where, and what to do next."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import NDArray

IntOrPair = int | tuple[int, int]
Pair = tuple[int, int]

FLOATS = (np.float32, np.float64)


def whole_number(value: int, name: str, minimum: int) -> int:
    """Return ``value`` as an int.

    Raises:
        ValueError: It is not a whole number, or below ``minimum``.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; it must be a whole number, {minimum} or more") from None
    if number < minimum:
        raise ValueError(f"{name} is {number}; it must be {minimum} or more")
    return number


def pair(value: IntOrPair, name: str, minimum: int) -> Pair:
    """Return ``(vertical, horizontal)``; one number stands for both.

    Raises:
        ValueError: Neither a whole number nor two of them, or one of them below ``minimum``.
    """
    if not isinstance(value, tuple | list):
        number = whole_number(value, name, minimum)
        return number, number
    if len(value) != 2:
        raise ValueError(f"{name} is {value!r}; give one number, or two: (vertical, horizontal)")
    return whole_number(value[0], f"{name}[0]", minimum), whole_number(value[1], f"{name}[1]", minimum)


def require_floats(name: str, array: NDArray, axes: str) -> None:
    """Check an array of finite float32 or float64 numbers with the axes named, for example ``"N, C, H, W"``.

    Raises:
        ValueError: Another type, dtype or number of axes, an empty axis other than N, or NaN or infinity inside.
    """
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name} is {type(array).__name__}; expected a NumPy array of shape ({axes})")
    if array.dtype not in FLOATS:
        raise ValueError(
            f"{name} has dtype {array.dtype}; expected float32 or float64, for example {name}.astype(float)"
        )
    names = axes.split(", ")
    if array.ndim != len(names):
        raise ValueError(f"{name} has shape {array.shape}; expected {len(names)} axes, ({axes})")
    if 0 in [length for axis, length in zip(names, array.shape, strict=True) if axis != "N"]:
        raise ValueError(f"{name} has shape {array.shape}; only the batch axis N may be empty, of ({axes})")
    require_finite(name, array)


def require_finite(name: str, array: NDArray) -> None:
    """Raise ValueError for an array that holds NaN or infinity, naming the first place."""
    finite = np.isfinite(array)
    if not finite.all():
        place = tuple(int(index) for index in np.argwhere(~finite)[0])
        raise ValueError(f"{name}, of shape {array.shape}, holds {array[place]} at {place}; every value must be finite")


def require_shape(name: str, array: NDArray, shape: tuple[int, ...], why: str) -> None:
    """Raise ValueError for an array that does not have the shape expected, for the reason given."""
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; expected {shape}, {why}")


def require_same_dtype(**arrays: NDArray | None) -> None:
    """Raise ValueError where the arrays given (those that are not None) differ in dtype."""
    dtypes = {name: array.dtype for name, array in arrays.items() if array is not None}
    if len(set(dtypes.values())) > 1:
        listed = ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
        raise ValueError(f"the dtypes differ: {listed}; convert with .astype so that all are the same")


def require_gradient(grad_output: NDArray, shape: tuple[int, ...], axes: str, x: NDArray) -> None:
    """Check the gradient of the loss with respect to an output of the shape given.

    Raises:
        ValueError: Not finite floats in the dtype of ``x``, or of another shape.
    """
    require_floats("grad_output", grad_output, axes)
    require_shape("grad_output", grad_output, shape, f"the shape of the output for x of shape {x.shape}")
    require_same_dtype(grad_output=grad_output, x=x)
