"""Compare a returned value with the expected one and say the first difference in words: type, shape, then values.

Used by the checks of every lecture.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

LONGEST_SEQUENCE = 10_000_000
# What float32 keeps of a sum of a few hundred terms: right answers computed in it are right.
SINGLE_RTOL, SINGLE_ATOL = 1e-4, 1e-5
PARTLY_SINGLE_ATOL = 1e-6  # of the largest value: a sum that was taken in float32 and came back in float64


def difference(expected: Any, returned: Any, *, rtol: float = 1e-5, atol: float = 1e-8) -> str | None:
    """Return None where the two agree, else a sentence about the first difference.

    Whole numbers are compared exactly. What is only another container is no difference: a list for an array or a
    tuple, an array for a tuple, a tensor of one element for a number, capital letters in a text.

    Args:
        expected: what a right answer returns: an array, a tensor, a number, a string, a boolean or a tuple of these.
        returned: what the answer returned.
        rtol, atol: tolerances as in ``numpy.allclose``; wider where either side is float32.
    """
    if isinstance(returned, Sequence) and len(returned) > LONGEST_SEQUENCE:
        return f"The answer holds {len(returned):,} values, far too many."
    if isinstance(expected, tuple | list):
        return _tuple_difference(expected, returned, rtol, atol)
    if isinstance(expected, str):
        return None if _folded(returned) == _folded(expected) else f"{_capital(describe(returned))} is not right here."
    if isinstance(expected, bool | np.bool_):
        return _boolean_difference(expected, returned)
    if is_tensor(expected):
        if not is_tensor(returned):
            return f"Expected a torch tensor, got {describe(returned)}."
        if expected.ndim == 0 and returned.numel() == 1:
            returned = returned.reshape(())
        return _array_difference(_to_numpy(expected), _to_numpy(returned), rtol, atol)
    if isinstance(expected, np.ndarray):
        if is_tensor(returned):
            return "Expected a NumPy array, got a torch tensor: .numpy() converts it."
        return _array_difference(expected, returned, rtol, atol)
    return _number_difference(expected, returned, rtol, atol)


def agree(expected: np.ndarray, given: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Return where two arrays of one shape agree: whole numbers exactly, float32 as far as it reaches."""
    if expected.dtype.kind in "biu":
        rtol, atol = 0, 1e-6
    elif atol > 0:
        single = any(array.dtype in (np.float32, np.float16) for array in (expected, given))
        scale = float(np.abs(expected[np.isfinite(expected)]).max(initial=0))
        rtol = max(rtol, SINGLE_RTOL) if single else rtol
        atol = max(atol, (SINGLE_ATOL if single else PARTLY_SINGLE_ATOL) * scale)
    with np.errstate(all="ignore"):
        return np.isclose(given, expected, rtol=rtol, atol=atol, equal_nan=True)


def _folded(value: Any) -> str | None:
    return str(value).strip().casefold() if isinstance(value, str) else None


def _boolean_difference(expected: bool | np.bool_, returned: Any) -> str | None:
    value = as_array(returned)
    same = value is not None and value.dtype.kind == "b" and value.size == 1 and bool(value.reshape(())) == expected
    return None if same else f"{_capital(describe(returned))} is not right here."


def _tuple_difference(expected: Sequence[Any], returned: Any, rtol: float, atol: float) -> str | None:
    values = as_items(returned)
    if values is None:
        return f"Expected {len(expected)} values, in a tuple or a list, got {describe(returned)}."
    if len(values) != len(expected):
        return f"Expected {len(expected)} values, got {len(values)}."
    for number, (right, given) in enumerate(zip(expected, values, strict=True), start=1):
        found = difference(right, given, rtol=rtol, atol=atol)
        if found:
            return f"Value {number} of {len(expected)}: {found}"
    return None


def as_items(value: Any) -> list[Any] | None:
    """Return what a tuple, a list, or the first axis of an array holds; None for anything else."""
    if isinstance(value, np.ndarray) or is_tensor(value):
        return list(value) if value.ndim else None
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) > LONGEST_SEQUENCE:
        return None
    return list(value)


def _number_difference(expected: Any, returned: Any, rtol: float, atol: float) -> str | None:
    value = as_array(returned)
    if value is None or value.dtype.kind not in "iuf":
        quotes = " Write it without quotes." if isinstance(returned, str) else ""
        return f"Expected a number, got {describe(returned)}.{quotes}"
    if value.size != 1:
        return f"Expected one number, got {describe(returned)}."
    value, right = value.reshape(()), np.asarray(expected)
    if not np.isfinite(value) and np.isfinite(expected):
        return f"The value is {value}: look for a division by zero, the logarithm of zero or an overflow."
    return None if agree(right, value, rtol, atol).all() else f"The value {number_text(value)} is not right."


def number_text(value: Any) -> str:
    """Return a number as it is read: whole numbers in full, others with six digits."""
    return f"{int(value):,}" if float(value).is_integer() and abs(float(value)) < 1e15 else f"{float(value):.6g}"


def _array_difference(expected: np.ndarray, returned: Any, rtol: float, atol: float) -> str | None:
    given = as_array(returned)
    if given is None or isinstance(returned, Real | bool):
        return f"Expected {'a NumPy array' if expected.ndim else 'a number'}, got {describe(returned)}."
    if given.dtype.kind not in "biufc":
        return f"Expected an array of numbers, got one of dtype {given.dtype}."
    if given.shape != expected.shape:
        return f"Expected shape {expected.shape}, got {given.shape}.{_shape_remark(expected, given, rtol, atol)}"
    if expected.dtype.kind == "f" and given.dtype.kind in "biu" and not agree(expected, given, rtol, atol).all():
        return f"Expected real numbers, got dtype {given.dtype}: the fractions are cut off somewhere."
    right = agree(expected, given, rtol, atol)
    if right.all():
        return None
    for bad, name in ((np.isnan, "NaN"), (np.isinf, "infinite")):
        if (bad(given) & ~right).any() and not bad(expected).any():
            return f"The shape is right, but some values are {name}: look for 0/0, a logarithm of zero or an overflow."
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    if not index:
        return f"The value {number_text(given[()])} is not right."
    share, first = f"{(~right).sum()} of {right.size} values differ", number_text(given[index])
    return f"The shape is right, the values are not ({share}); the first at index {index} is {first}."


def _shape_remark(expected: np.ndarray, given: np.ndarray, rtol: float, atol: float) -> str:
    """Return a remark on a shape that is wrong in a simple way, or an empty string."""
    wanted, found = expected.shape, given.shape
    if given.size == expected.size:
        same = agree(expected.ravel(), given.ravel(), rtol, atol).all()
        values = " The values are right." if same else ""
        if [side for side in found if side > 1] == [side for side in wanted if side > 1]:
            if len(found) < len(wanted):
                return f"{values} An axis of length one has gone: keepdims=True or indexing with None keeps it."
            return f"{values} There is an axis of length one too many."
        if sorted(found) == sorted(wanted):
            return _order_remark(expected, given, rtol, atol)
        return f"{values} The number of values is right, so reshape may be missing or wrong."
    if len(found) == len(wanted):
        axis = next(i for i, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b)
        by = found[axis] - wanted[axis]
        size = "off by one" if abs(by) == 1 else "too long" if by > 0 else "too short"
        return f" Axis {axis} is {size}."
    if len(found) < len(wanted):
        gone = "The number of axes is too small: did a sum, a mean or an index take one away?"
        return f" {gone}"
    return " It has too many axes."


def _order_remark(expected: np.ndarray, given: np.ndarray, rtol: float, atol: float) -> str:
    """Say which order of the axes would make the two equal, if there is one."""
    for order in itertools.permutations(range(given.ndim)):
        turned = given.transpose(order)
        if turned.shape == expected.shape and agree(expected, turned, rtol, atol).all():
            return " It looks transposed: the values are right, but the axes are in another order."
    return " It looks transposed." if given.shape == expected.shape[::-1] else " The axes may be in another order."


def describe(value: Any) -> str:
    """Return a few words about a value: its type, and its shape or itself where that is short."""
    name = type(value).__name__
    article = "an" if name[:1].lower() in "aeiou" or name.startswith("nd") else "a"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape != ():
        return f"{article} {name} of shape {tuple(shape)}"
    if isinstance(value, Sequence) and len(value) > 40:
        return f"{article} {name} of {len(value):,} values"
    text = repr(value)
    plain = text if isinstance(value, str | bool) else f"{name} {text}"
    return plain if len(text) <= 40 else f"{article} {name}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_tensor(value: Any) -> bool:
    """Return True for a torch tensor, without importing torch where nobody else did."""
    return hasattr(type(value), "requires_grad") and type(value).__module__.startswith("torch")


def _to_numpy(tensor: Any) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def as_array(value: Any) -> np.ndarray | None:
    """Return what NumPy makes of a number, a tensor, an array or a list of them; None for anything else."""
    if is_tensor(value):
        return _to_numpy(value)
    if np.ma.is_masked(value) or (isinstance(value, Sequence) and len(value) > LONGEST_SEQUENCE):
        return None
    if not isinstance(value, np.ndarray | np.generic | Real | complex | Sequence) or isinstance(value, str | bytes):
        return None
    try:
        if isinstance(value, Sequence) and any(is_tensor(item) for item in value):
            value = [_to_numpy(item) if is_tensor(item) else item for item in value]
        return np.asarray(value if not isinstance(value, Real) or isinstance(value, int | np.generic) else float(value))
    except (ValueError, TypeError, OverflowError, RecursionError):  # ragged, or numbers that NumPy has no room for
        return None
