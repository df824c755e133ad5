"""What an experiment over several seeds shows. One rule for the whole course; explained in lecture 08a.

A mean over n seeds is known up to a margin, t · s / √n: s is the standard deviation over the seeds (divided by n - 1)
and t the quantile of Student's t with n - 1 degrees of freedom for which mean ± margin covers the true mean in 99 of
100 experiments (4.6 for 5 seeds, 3.2 for 10). Every ± that is printed here is this margin. Two methods are compared in
pairs: the rule is applied to their differences, seed by seed. In words, for the interval mean ± margin:

- a difference **is clear** where the interval does not contain 0;
- a method **improves** by more than 0.01 where the whole interval lies above 0.01;
- a difference **does not matter** where the whole interval lies within ±bound, the smallest difference that would;
- a measurement **agrees** with a prediction where the whole interval lies within a few percent of it.

"Not clear" says that the seeds are too few to tell; "does not matter" says that they suffice. Why 99 and not 95: a
lecture compares a dozen methods, and chance would call one useless method in twenty clear. Here it is one in a hundred.
Sources: Student, The probable error of a mean, *Biometrika* 6, 1908; D. J. Schuirmann, A comparison of the two
one-sided tests procedure and the power approach, *Journal of Pharmacokinetics and Biopharmaceutics* 15, 1987.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from course_utils import settings

if TYPE_CHECKING:
    from course_utils.data import ImageDataset, SegmentationDataset


@dataclass(frozen=True)
class Estimate:
    """A mean, its margin and the number of seeds, as :func:`over_seeds` returns them."""

    mean: float
    margin: float
    seeds: int

    def is_above(self, number: float) -> bool:
        """Return whether the whole interval lies above ``number``."""
        return self.mean - self.margin > number

    def is_below(self, number: float) -> bool:
        """Return whether the whole interval lies below ``number``."""
        return self.mean + self.margin < number

    def agrees(self, predicted: float, *, within: float) -> bool:
        """Return whether the interval lies within the share ``within`` (0.02 is 2 %) of a number that is not 0."""
        if predicted == 0 or not 0 < within < 1:
            raise ValueError(f"within is a share of the prediction; got predicted={predicted}, within={within}")
        return abs(self.mean - predicted) + self.margin < within * abs(predicted)

    def __str__(self) -> str:
        # One digit of the margin, or two where the first is a 1.
        exponent = math.floor(math.log10(self.margin)) if self.margin > 0 else -3
        digits = max(0, -exponent + (self.margin < 2 * 10.0**exponent))
        return f"{self.mean:.{digits}f} ± {self.margin:.{digits}f} over {self.seeds} seeds"

    def __bool__(self) -> NoReturn:
        raise TypeError("a mean is neither true nor false; say what you claim: is_above, is_below or agrees")


@dataclass(frozen=True)
class Comparison:
    """What the first of two methods gains over the second, as :func:`compare` returns it."""

    gain: Estimate
    names: tuple[str, str]

    def is_clear(self) -> bool:
        """Return whether the interval of the gain does not contain 0."""
        return self.gain.is_above(0) or self.gain.is_below(0)

    def improves(self, by: float = 0.0) -> bool:
        """Return whether the whole interval of the gain lies above ``by``, which is at least 0."""
        if not by >= 0:
            raise ValueError(f"an improvement is at least 0, got by={by}; for 'no harm done' use does_not_matter")
        return self.gain.is_above(by)

    def does_not_matter(self, bound: float) -> bool:
        """Return whether the whole interval lies between -bound and ``bound``, the smallest gain that would matter."""
        if not bound > 0:
            raise ValueError(f"the bound is the smallest difference that would matter, above 0; got {bound}")
        return self.gain.is_above(-bound) and self.gain.is_below(bound)

    def __str__(self) -> str:
        first, second = self.names if self.gain.mean >= 0 else self.names[::-1]
        verb, verdict = ("beat", "clear") if self.is_clear() else ("led", "not clear")
        return f"{first} {verb} {second} by {replace(self.gain, mean=abs(self.gain.mean))}: {verdict}"

    def __bool__(self) -> NoReturn:
        raise TypeError("a comparison is neither true nor false; say what you claim: improves or does_not_matter")


def over_seeds(values: ArrayLike) -> Estimate:
    """Return the mean of what was measured, one number for each of n ≥ 3 seeds, (n,), with its margin.

    Raises ValueError for too few seeds, a number that is not finite, or numbers that are all the same.
    """
    values = _checked(values, "values")
    if np.ptp(values) == 0:
        raise ValueError(f"all {len(values)} values are {values[0]}: the seeds change nothing, so assert it directly")
    return _estimate(values)


def compare(
    a: ArrayLike, b: ArrayLike, *, better: Literal["higher", "lower"] = "higher", names: tuple[str, str] = ("A", "B")
) -> Comparison:
    """Compare the scores ``a`` and ``b`` of two methods, one for each of the same n ≥ 3 seeds, (n,) and (n,).

    ``better`` is ``"higher"`` for accuracies, ``"lower"`` for losses; the printed sentence calls the methods ``names``.

    Raises ValueError for too few seeds, a score that is alone or not finite, or seeds that change nothing.
    """
    a, b = _checked(a, names[0]), _checked(b, names[1])
    if len(a) != len(b):
        raise ValueError(f"{names[0]} has {len(a)} scores and {names[1]} has {len(b)}; each seed needs one of both")
    if np.ptp(a) == np.ptp(b) == 0:
        raise ValueError(f"all scores are {a[0]} and {b[0]}: the seeds change nothing, so assert it directly")
    if better not in ("higher", "lower"):
        raise ValueError(f"better is 'higher' or 'lower', got {better!r}")
    return Comparison(_estimate(a - b if better == "higher" else b - a), names)


def in_full_only(claim: str, *datasets: ImageDataset | SegmentationDataset) -> bool:
    """Return whether this run can check a claim that needs long training and, if named, real data; if not, say so."""
    if settings.profile() == "full" and not any(dataset.is_substitute for dataset in datasets):
        return True
    print(f"checked in full only{', on the real data' if datasets else ''}: {claim}")
    return False


def _checked(values: ArrayLike, name: str) -> NDArray[np.float64]:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or len(found) < 3:
        raise ValueError(f"{name} must be one number for each of at least 3 seeds, (n,); got shape {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} holds {found[~np.isfinite(found)][0]}; a run that failed is no part of a mean")
    return found


def _estimate(values: NDArray[np.float64]) -> Estimate:
    t = special.stdtrit(len(values) - 1, 0.995)  # Student's t, 0.5 % beyond it on either side
    return Estimate(float(values.mean()), float(t * values.std(ddof=1) / math.sqrt(len(values))), len(values))
