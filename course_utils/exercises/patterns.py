"""What wrong values have in common, said in words: a sign, a factor, an offset, an order, or the place where they are.

A remark is made only where it holds in every call that was compared. Used by the checks of every lecture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises.diagnosis import agree, as_array, number_text

Array = np.ndarray
RTOL = 2e-5
CLOSE = 2e-3  # of the largest value: what is nearer than this is a constant or an epsilon, no other formula


@dataclass(frozen=True)
class Compared:
    """A right array, the one that came back, of the same shape, and the arguments of the call."""

    expected: Array
    given: Array
    arguments: tuple[Any, ...] = ()

    @property
    def scale(self) -> float:
        return float(np.abs(self.expected).max(initial=0))

    @property
    def wrong(self) -> Array:
        return ~_equal(self.expected, self.given)


def _equal(expected: Array, given: Array) -> Array:
    scale = float(np.abs(expected).max(initial=0))
    return agree(expected.astype(float), given.astype(float), RTOL, RTOL * scale or RTOL)


def remark(pairs: Sequence[Compared], parameters: Sequence[str] = ()) -> str:
    """Return a sentence about what all pairs have in common, or an empty string.

    Args:
        pairs: what was compared, one pair for each call; wrong in at least one.
        parameters: names of the function's parameters, to say which of them has come back unchanged.
    """
    pairs = [
        Compared(pair.expected.astype(float), pair.given.astype(float), pair.arguments)
        for pair in pairs
        if pair.expected.size and pair.expected.dtype.kind in "biuf" and pair.given.dtype.kind in "biuf"
    ]
    finite = [pair for pair in pairs if np.isfinite(pair.expected).all() and np.isfinite(pair.given).all()]
    wrong = [pair for pair in finite if pair.wrong.any()]
    if not wrong or sum(pair.expected.size for pair in finite) < 2:
        return _nearly(finite) if finite and len(finite) == len(pairs) else ""  # far from right where it is infinite
    pairs = finite
    return (
        _unchanged(pairs, parameters)
        or _constant(wrong)
        or _made_of_the_right_one(pairs)
        or _factor(pairs)
        or _offset(pairs)
        or _nearly(pairs)
        or _along_an_axis(pairs)
        or _place(pairs)
        or _where(wrong)
        or _one_sided(wrong)
    )


def _unchanged(pairs: Sequence[Compared], parameters: Sequence[str]) -> str:
    for number in range(min((len(pair.arguments) for pair in pairs), default=0)):
        held = [as_array(pair.arguments[number]) for pair in pairs]
        if all(
            one is not None
            and one.shape == pair.given.shape
            and one.dtype.kind in "biuf"
            and _equal(one, pair.given).all()
            for one, pair in zip(held, pairs, strict=True)
        ):
            name = parameters[number] if number < len(parameters) else f"argument {number + 1}"
            return f"This is {name} as it came in."
    return ""


def _constant(wrong: Sequence[Compared]) -> str:
    values = {float(value) for pair in wrong for value in np.unique(pair.given)}
    if (len(values) == 1 and any(np.ptp(pair.expected) > 0 for pair in wrong)) or values == {0.0}:
        return f"It is {number_text(values.pop())} everywhere."
    return ""


# Each takes the right array and returns what a wrong answer may have made of it.
_TRANSFORMS: tuple[tuple[Callable[[Array], Array], str], ...] = (
    (lambda right: -right, "Every sign is turned around."),
    (lambda right: np.abs(right), "The size is right, but negative values have lost their sign."),
    (lambda right: np.maximum(right, 0), "Right where it is positive, but negative values have become 0."),
    (lambda right: np.minimum(right, 0), "Right where it is negative, but positive values have become 0."),
    (np.sign, "Only the sign is left of each value."),
    (lambda right: 1 - right, "What comes out is one minus the value that is asked for."),
    (np.round, "The values are rounded to whole numbers."),
    (np.floor, "The values are rounded down to whole numbers."),
    (np.ceil, "The values are rounded up to whole numbers."),
    (np.square, "These are the squares of what is asked for."),
    (lambda right: np.sqrt(right), "These are the square roots of what is asked for."),
    (lambda right: 1 / right, "Everything is upside down: one divided by what is asked for."),
    (lambda right: np.log(right), "These are the logarithms of what is asked for."),
    (lambda right: np.exp(right), "These are the exponentials of what is asked for."),
    (lambda right: right[::-1], "The values are right, but axis 0 runs backwards."),
    (lambda right: right[..., ::-1], "The values are right, but the last axis runs backwards."),
    (lambda right: right.swapaxes(-1, -2), "The values are right, but the last two axes are swapped."),
    (lambda right: right.swapaxes(0, 1), "The values are right, but the first two axes are swapped."),
    (lambda right: np.roll(right, 1, -1), "Everything is shifted by one along the last axis."),
    (lambda right: np.roll(right, -1, -1), "Everything is shifted by one along the last axis."),
    (lambda right: np.roll(right, 1, -2), "Everything is shifted by one along the axis before the last."),
    (lambda right: np.roll(right, -1, -2), "Everything is shifted by one along the axis before the last."),
    (lambda right: np.roll(right, 1, 0), "Everything is shifted by one along axis 0."),
    (lambda right: np.roll(right, -1, 0), "Everything is shifted by one along axis 0."),
    (lambda right: np.flip(right, (-1, -2)), "The values are right, but the last two axes run backwards."),
    (lambda right: np.sort(right, axis=-1), "The values are right, but they are sorted."),
)


def _made_of_the_right_one(pairs: Sequence[Compared]) -> str:
    return next((words for change, words in _TRANSFORMS if all(_comes_from(change, pair) for pair in pairs)), "")


def _comes_from(change: Callable[[Array], Array], pair: Compared) -> bool:
    with np.errstate(all="ignore"):
        try:
            made = change(pair.expected)
        except (ValueError, IndexError):  # too few axes, such as those of a number
            return False
    return made.shape == pair.given.shape and bool(np.isfinite(made).all() and _equal(made, pair.given).all())


def _ratio(pair: Compared) -> float | None:
    """Return by which one factor the two differ, or None; NaN where both are zero and any factor fits."""
    nonzero = np.abs(pair.expected) > 1e-9 * pair.scale
    if not _equal(np.zeros_like(pair.given[~nonzero]), pair.given[~nonzero]).all():
        return None
    ratio = pair.given[nonzero] / pair.expected[nonzero]
    if not ratio.size:
        return np.nan
    return float(np.median(ratio)) if np.allclose(ratio, np.median(ratio), rtol=1e-4, atol=0) else None


def _factor(pairs: Sequence[Compared]) -> str:
    found = [_ratio(pair) for pair in pairs]
    if any(ratio is None for ratio in found):
        return ""
    known = [(pair, ratio) for pair, ratio in zip(pairs, found, strict=True) if ratio is not None and ratio == ratio]
    ratios = np.array([ratio for _, ratio in known])
    if not ratios.size or np.allclose(ratios, 1, atol=1e-4) or (ratios == 0).any():
        return ""
    if np.allclose(ratios, ratios[0], rtol=1e-4):
        several = len(known) > 1 or known[0][0].expected.size > 1
        return f"Everything is {_times(float(ratios[0]))}." if several else ""
    if all(pair.expected.size > 1 for pair, _ in known) and (ratios > 0).all():
        return (
            f"In each call everything is wrong by one factor, {_times(float(ratios[0]))} in the first, but the factor "
            "changes with the arguments: was a sum taken for a mean, or is something divided twice or not at all?"
        )
    return ""


def _times(ratio: float) -> str:
    sign = "the sign is turned around, and it is " if ratio < 0 else ""
    size, named = abs(ratio), {2.0: "twice", 0.5: "half", 1 / 3: "a third", 0.25: "a quarter"}
    for value, word in named.items():
        if np.isclose(size, value, rtol=1e-4):
            return f"{sign}{word} as large as it should be"
    if size < 1:
        return f"{sign}too small, by a factor of {1 / size:.4g}"
    return f"{sign}too large, by a factor of {size:.4g}"


def _offset(pairs: Sequence[Compared]) -> str:
    offsets = [pair.given - pair.expected for pair in pairs]
    one_each = [np.allclose(offset, offset.flat[0], rtol=1e-5, atol=1e-7) for offset in offsets]
    first = np.array([offset.flat[0] for offset in offsets])
    if not all(one_each):
        return ""
    if np.allclose(first, first[0], rtol=1e-5, atol=1e-7):
        return f"Everything is off by the same amount, {first[0]:.4g}."
    if all(pair.expected.size > 1 for pair in pairs):
        return "In each call everything is off by one amount, which changes with the arguments: is a term missing?"
    return ""


def _nearly(pairs: Sequence[Compared]) -> str:
    distance = [np.abs(pair.given - pair.expected).max() / (pair.scale or 1) for pair in pairs]
    if max(distance) < CLOSE:
        return (
            "It is very nearly right: is a constant rounded, or a small number such as an epsilon too many or missing?"
        )
    return ""


def _along_an_axis(pairs: Sequence[Compared]) -> str:
    """Notice a factor or an offset of its own for each index of one axis."""
    for axis in range(min(pair.expected.ndim for pair in pairs)):
        others = [_others(pair, axis) for pair in pairs]
        if not all(pair.expected.shape[axis] > 1 and pair.expected.size > pair.expected.shape[axis] for pair in pairs):
            continue
        if all(np.allclose(given - right, (given - right)[:, :1], atol=1e-7) for right, given in others):
            return f"Each index of axis {axis} is off by an amount of its own."
        with np.errstate(all="ignore"):
            if all(np.allclose(given, right * (given[:, :1] / right[:, :1]), rtol=1e-4) for right, given in others):
                return f"Each index of axis {axis} is wrong by a factor of its own."
    return ""


def _others(pair: Compared, axis: int) -> tuple[Array, Array]:
    """Return both arrays as (indices of this axis, everything else)."""
    return tuple(np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1) for array in (pair.expected, pair.given))  # type: ignore[return-value]


def _place(pairs: Sequence[Compared]) -> str:
    """Notice wrong values that lie in one place only: the first or last index of an axis, or all but that."""
    for axis in range(min(pair.expected.ndim for pair in pairs)):
        if not all(pair.expected.shape[axis] > 2 for pair in pairs):
            continue
        bad = [pair.wrong.any(axis=tuple(i for i in range(pair.wrong.ndim) if i != axis)) for pair in pairs]
        for index, word in ((0, "first"), (-1, "last")):
            rest = [np.delete(one, index) for one in bad]
            if not any(one.any() for one in rest):
                return f"Only the {word} index of axis {axis} is wrong."
            if all(one.all() for one in rest) and not any(one[index] for one in bad):
                return f"Only the {word} index of axis {axis} is right."
        if not any(one[1:-1].any() for one in bad):
            return f"Only the edge is wrong, the first and the last index of axis {axis}."
    return ""


def _where(wrong: Sequence[Compared]) -> str:
    """Notice wrong values exactly where the right one, or an argument of its shape, has one sign."""
    if all(pair.wrong.all() for pair in wrong):
        return ""
    tests = ((lambda x: x < 0, "negative"), (lambda x: x > 0, "positive"), (lambda x: x == 0, "zero"))
    for test, word in tests:
        if all(np.array_equal(test(pair.expected), pair.wrong) for pair in wrong):
            return f"It is wrong exactly where the right value is {word}."
        for number in range(min(len(pair.arguments) for pair in wrong)):
            held = [pair.arguments[number] for pair in wrong]
            if all(
                isinstance(one, np.ndarray) and one.shape == pair.wrong.shape and np.array_equal(test(one), pair.wrong)
                for one, pair in zip(held, wrong, strict=True)
            ):
                return f"It is wrong exactly where argument {number + 1} is {word}."
    return ""


def _one_sided(wrong: Sequence[Compared]) -> str:
    for sign, word in ((1, "large"), (-1, "small")):
        if all((sign * (pair.given - pair.expected)[pair.wrong] > 0).all() for pair in wrong):
            return f"Whatever is wrong is too {word}."
    return ""
