"""Compare a returned value with the expected one and say the first difference in words: type, shape, then values.

Used by the checks of every lecture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def difference(expected: Any, returned: Any, *, rtol: float = 1e-6, atol: float = 1e-8) -> str | None:
    """Return None where the two agree, else a sentence about the first difference.

    Args:
        expected: what a right answer returns: an array, a tensor, a number, a string, a boolean or a tuple of these.
        returned: what the answer returned.
        rtol, atol: tolerances as in ``numpy.allclose``.
    """
    if isinstance(expected, tuple):
        return _tuple_difference(expected, returned, rtol, atol)
    if isinstance(expected, str | bool | np.bool_):
        same_kind = isinstance(returned, str) if isinstance(expected, str) else isinstance(returned, bool | np.bool_)
        return None if same_kind and returned == expected else f"The answer, {describe(returned)}, is not right."
    if is_tensor(expected):
        if not is_tensor(returned):
            return f"Expected a torch tensor, got {describe(returned)}."
        return _array_difference(_to_numpy(expected), _to_numpy(returned), rtol, atol)
    if isinstance(expected, np.ndarray):
        return _array_difference(expected, returned, rtol, atol)
    return _number_difference(expected, returned, rtol, atol)


def _tuple_difference(expected: tuple[Any, ...], returned: Any, rtol: float, atol: float) -> str | None:
    if not isinstance(returned, Sequence) or isinstance(returned, str):
        return f"Expected {len(expected)} values in a tuple, got {describe(returned)}."
    if len(returned) != len(expected):
        return f"Expected {len(expected)} values, got {len(returned)}."
    for number, (right, given) in enumerate(zip(expected, returned, strict=True), start=1):
        found = difference(right, given, rtol=rtol, atol=atol)
        if found:
            return f"Value {number} of {len(expected)}: {found}"
    return None


def _number_difference(expected: Any, returned: Any, rtol: float, atol: float) -> str | None:
    value = _as_array(returned)
    if value is None or value.dtype.kind not in "iuf":
        return f"Expected a number, got {describe(returned)}."
    if value.size != 1:
        return f"Expected one number, got {describe(returned)}."
    number = float(value.reshape(()))
    if not np.isfinite(number) and np.isfinite(expected):
        return f"The value is {number}: look for a division by zero or the logarithm of zero."
    return None if np.isclose(number, expected, rtol=rtol, atol=atol) else f"The value {number:.6g} is not right."


def _array_difference(expected: np.ndarray, returned: Any, rtol: float, atol: float) -> str | None:
    if is_tensor(returned):
        return "Expected a NumPy array, got a torch tensor: .numpy() converts it."
    if not isinstance(returned, np.ndarray | np.generic):
        return f"Expected a NumPy array, got {describe(returned)}."
    given = np.asarray(returned)
    if given.dtype.kind not in "biufc":
        return f"Expected an array of numbers, got one of dtype {given.dtype}."
    if given.shape != expected.shape:
        turned = " It looks transposed." if given.shape == expected.shape[::-1] else ""
        return f"Expected shape {expected.shape}, got {given.shape}.{turned}"
    if expected.dtype.kind == "f" and given.dtype.kind in "biu":
        return f"Expected real numbers, got dtype {given.dtype}: the fractions are cut off somewhere."
    if np.isnan(given).any() and not np.isnan(expected).any():
        return "The shape is right, but some values are NaN: look for 0/0, a logarithm of zero or an overflow."
    right = np.isclose(given, expected, rtol=rtol, atol=atol, equal_nan=True)
    return None if right.all() else _first_wrong_value(expected, given, right)


def _first_wrong_value(expected: np.ndarray, given: np.ndarray, right: np.ndarray) -> str:
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    where = f" at index {index}" if index else ""
    share = f"{(~right).sum()} of {right.size} values differ"
    first = f"the first{where} is {given[index]:.6g}"
    return f"The shape is right, the values are not ({share}); {first}.{_pattern(expected, given)}"


def _pattern(expected: np.ndarray, given: np.ndarray) -> str:
    """Return a remark on a difference that has a simple form, or an empty string."""
    if expected.size < 2 or expected.dtype.kind != "f":
        return ""
    if np.allclose(given, -expected):
        return " Every sign is turned round."
    nonzero = np.abs(expected) > 1e-9
    if nonzero.any() and np.allclose(given[~nonzero], 0, atol=1e-9):
        ratio = given[nonzero] / expected[nonzero]
        if np.allclose(ratio, ratio.flat[0]) and ratio.flat[0] != 0:
            return f" Everything is {ratio.flat[0]:.4g} times too large."
    offset = given - expected
    if np.allclose(offset, offset.flat[0]):
        return f" Everything is off by the same amount, {offset.flat[0]:.4g}."
    return ""


def describe(value: Any) -> str:
    """Return a few words about a value: its type, and its shape or itself where that is short."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape != ():
        return f"a {type(value).__name__} of shape {tuple(shape)}"
    text = repr(value)
    return f"{type(value).__name__} {text}" if len(text) <= 40 else f"a {type(value).__name__}"


def is_tensor(value: Any) -> bool:
    """Return True for a torch tensor, without importing torch where nobody else did."""
    return type(value).__module__ == "torch"


def _to_numpy(tensor: Any) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def _as_array(value: Any) -> np.ndarray | None:
    try:
        return np.asarray(value)
    except Exception:  # anything may be handed in; what NumPy cannot read is not a number
        return None
