"""Arguments that an answer does not use, found by changing them. Used by the checks of every lecture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course_utils.exercises import trials
from course_utils.exercises.calling import guarded_call


def ignored(answer: Callable[..., Any], reference: Callable[..., Any], trial: trials.Trial) -> str:
    """Return a remark on an argument that the right answer depends on and this one does not, or an empty string."""
    names = trials.parameters(answer)
    for number, argument in enumerate(trial.call.arguments):
        moved = False  # whether the right answer moved with the argument
        for other in _others(argument):
            arguments = (*trial.call.arguments[:number], other, *trial.call.arguments[number + 1 :])
            here, there = guarded_call(answer, arguments), guarded_call(reference, arguments)
            if (
                here.error is not None
                or there.error is not None
                or trials.agrees(there.returned, trial.expected, 1e-5, 1e-8)
            ):
                continue
            moved = trials.agrees(here.returned, trial.call.returned, 1e-9, 1e-12)
            if not moved:
                break
        if moved:
            name = names[number] if number < len(names) else f"argument {number + 1}"
            return f" Whatever {name} is, the answer is the same: where does it enter?"
    return ""


def _others(argument: Any) -> Sequence[Any]:
    """Return numbers, arrays or tensors of the same kind as this one with other values, none for other kinds.

    More than one, because a floor may swallow a step, and a normalization a scale and a shift.
    """
    if isinstance(argument, bool):
        return ()
    if isinstance(argument, int):
        return argument + 1, argument + 2, argument + 4
    if isinstance(argument, float) or str(getattr(argument, "dtype", "")).startswith(("float", "torch.float")):
        return argument * 1.25 + 0.25, argument * abs(argument) + 0.5
    return ()
