"""Mistakes of exercises that hand out a function with faults: one for each set of faults that may be left in it.

Used by the checks of the lectures whose exercises plant faults.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from course_utils.exercises.engine import Mistake


def left_over(build: Callable[..., Callable[..., Any]], faults: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Return a mistake for each set of faults.

    Args:
        build: takes a boolean keyword for each fault and returns the function with the faults that are True.
        faults: what to tell about each fault, one sentence.
    """
    mistakes = []
    for count in range(len(faults), 0, -1):
        for left in itertools.combinations(faults, count):
            answer = build(**{fault: fault in left for fault in faults})
            mistakes.append(Mistake(" and ".join(left).replace("_", " "), answer, _message(faults, left)))
    return tuple(mistakes)


def _message(faults: Mapping[str, str], left: tuple[str, ...]) -> str:
    if len(left) == len(faults):
        return "This is still the function from the task, with all of its faults."
    mended = len(faults) - len(left)
    start = f"{mended} of the {len(faults)} faults {'is' if mended == 1 else 'are'} mended. "
    return start + " ".join(faults[fault] for fault in left)
