"""Try a function on one case, and look at a whole round of cases together.

Used by the checks of every lecture.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.exercises import calling, patterns
from course_utils.exercises.calling import Call, cut, guarded_call, limited
from course_utils.exercises.diagnosis import agree, as_array, as_items, difference, is_tensor

LONGEST_ERROR = 300
# Tolerances of answers to arguments in float32, which may compute in it and return a plain number.
SINGLE = {"rtol": 1e-4, "atol": 1e-5}


class Edge(tuple[Any, ...]):
    """The arguments of a case that is special, with words for what is special about it: ``"for an empty mask"``."""

    note: str

    def __new__(cls, note: str, *arguments: Any) -> Edge:
        edge = super().__new__(cls, arguments)
        edge.note = note
        return edge


@dataclass(frozen=True)
class Trial:
    """One case, tried.

    Attributes:
        call: of the answer; what it returned includes the gradients where they are asked for.
        expected: what the right function returns.
        note: what is special about the case, or an empty string.
        trouble: why the call gave no usable value, or None.
        problem: how the value differs from what is expected, or None.
    """

    call: Call
    expected: Any
    note: str = ""
    trouble: str | None = None
    problem: str | None = None

    @property
    def is_right(self) -> bool:
        return self.trouble is None and self.problem is None

    def in_words(self, text: str) -> str:
        """Return a sentence about this case, with what is special about it in front."""
        return f"{self.note[:1].upper()}{self.note[1:]}: {text}" if self.note else text


def compared(expected: Any, returned: Any, rtol: float, atol: float) -> str | None:
    """Return ``difference`` in a sentence, whatever the returned object does when it is looked at."""
    looked = limited(lambda: difference(expected, returned, rtol=rtol, atol=atol), calling.TIME_LIMIT_SECONDS)
    kind = type(returned).__name__
    if looked.timed_out:
        return f"Looking at this answer, of type {kind}, took too long."
    if looked.error is not None:
        return f"This answer, of type {kind}, breaks when it is looked at ({type(looked.error).__name__})."
    return looked.returned


def holds_single(value: Any) -> bool:
    """Return True where a value is float32, or holds something that is: an array, a tensor, a network."""
    if isinstance(value, tuple | list):
        return any(holds_single(item) for item in value)
    if hasattr(value, "parameters") and hasattr(value, "state_dict"):
        return any(holds_single(parameter) for parameter in value.parameters())
    return str(getattr(value, "dtype", "")) in {"float32", "torch.float32"}


def with_gradients(function: Callable[..., Any], positions: Sequence[int]) -> Callable[..., Any]:
    """Return a function that returns what ``function`` does, and its gradients by the arguments at these positions.

    A gradient is None where the returned value does not depend on the argument in a way that PyTorch can follow.
    """

    def call(*arguments: Any) -> Any:
        tracked = [arguments[position].clone().requires_grad_() for position in positions]
        given = list(arguments)
        for position, leaf in zip(positions, tracked, strict=True):
            given[position] = leaf * 1  # so that an answer may change it, and is told so
        returned = function(*given)
        for position in positions:
            arguments[position].copy_(given[position].detach())
        if returned is None:
            return None
        if not (is_tensor(returned) and returned.requires_grad):
            return returned, (None,) * len(tracked)
        import torch

        return returned, torch.autograd.grad(returned.sum(), tracked, allow_unused=True)

    call.__name__ = getattr(function, "__name__", "your function")
    return call


@contextlib.contextmanager
def _same_draws() -> Iterator[None]:
    """Seed PyTorch for a while, where somebody uses it, and give its random numbers back as they were."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)  # torch.manual_seed writes down the whole stack, for a GPU's sake
        yield


def quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that overflows in silence, as its values say it, and that draws the same numbers each time.

    So a network with dropout that is left in training mode gives the same answer as the mistake that does this.
    """

    def call(*arguments: Any) -> Any:
        with np.errstate(all="ignore"), _same_draws():
            return function(*arguments)

    return call


def without_gradients(trial: Trial) -> Trial:
    """Return a trial of the value alone, of one that holds the gradients too."""
    if trial.trouble is not None:
        return trial
    return replace(trial, expected=trial.expected[0], call=replace(trial.call, returned=trial.call.returned[0]))


def agrees(first: Any, second: Any, rtol: float, atol: float) -> bool:
    """Return True where two returned values are the same."""
    if first is None or second is None:
        return first is second
    return compared(first, second, rtol, atol) is None


def trouble_in_call(call: Call, function: Callable[..., Any]) -> str | None:
    """Return a sentence about a call that gave no usable value, or None where it gave one."""
    name = getattr(function, "__name__", "your function")
    name = "your function" if name == "<lambda>" else name
    if call.timed_out:
        return f"{name} was still running after the time limit and was stopped: look for a loop that never ends."
    if isinstance(call.error, TypeError) and "positional argument" in str(call.error) and call.trace.count("File") == 0:
        count = len(call.arguments)
        plural = "argument" if count == 1 else "arguments"
        return f"{name} is called with {count} {plural}, but takes {_signature(function)}."
    if call.error is not None:
        return f"{name} raised {error_in_words(call.error)}"
    if call.returned is None:
        printed = " It prints its answer; a check needs it returned." if call.printed else ""
        return f"{name} returned None: is a return missing?{printed}"
    changed = _changed(call.arguments, call.after)
    if changed:
        return f"{name} changes the {changed} it was given: work on a copy."
    return None


def _signature(function: Callable[..., Any]) -> str:
    try:
        return str(inspect.signature(function))
    except (TypeError, ValueError):
        return "others"


def parameters(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's parameters, none where they are not known."""
    try:
        listed = inspect.signature(function).parameters.values()
        return [parameter.name for parameter in listed if parameter.kind is not parameter.VAR_POSITIONAL]
    except (TypeError, ValueError):
        return []


def takes(function: Callable[..., Any], count: int) -> bool:
    """Return True where a function can be called with this number of arguments."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True


def _changed(before: Any, after: Any) -> str | None:
    """Return "array" or "tensor" where a call changed one of its arguments, also one inside a list; else None."""
    if isinstance(before, np.ndarray) or is_tensor(before):
        return None if difference(before, after, rtol=0, atol=0) is None else "tensor" if is_tensor(before) else "array"
    if not isinstance(before, tuple | list):
        return None
    if len(before) != len(after):
        return "list"
    return next((found for pair in zip(before, after, strict=True) if (found := _changed(*pair))), None)


def error_in_words(error: BaseException) -> str:
    """Return what kind of error it is and what it says, cut to a readable length."""
    said = cut(str(error).strip(), LONGEST_ERROR)
    return f"{type(error).__name__}: {said}" if said else f"{type(error).__name__}."


def parts(value: Any, expected: Any) -> list[tuple[Any, Any]]:
    """Return pairs (expected, given) of what a value consists of: one, or one for each entry of an expected tuple."""
    if not isinstance(expected, tuple | list):
        return [(expected, value)]
    items = as_items(value)
    return list(zip(expected, items, strict=True)) if items is not None and len(items) == len(expected) else []


def pattern(trials: Sequence[Trial], names: Sequence[str]) -> str:
    """Return a remark on what the wrong values of all trials have in common, or an empty string."""
    if not all(trial.trouble is None for trial in trials):
        return ""
    columns = list(zip(*(parts(trial.call.returned, trial.expected) for trial in trials), strict=False))
    wrong = [column for column in columns if not all(agrees(right, given, 1e-5, 1e-8) for right, given in column)]
    if not wrong:
        return ""
    if len(columns) > 1 and all(_in_another_order(column_values(trial)) for trial in trials):
        return " The values are right, but they come in another order."
    rest = " The rest is right." if len(wrong) == 1 < len(columns) else ""
    pairs = [
        patterns.Compared(right, given, trial.call.arguments)
        for (expected, returned), trial in zip(wrong[0], trials, strict=True)
        if (right := as_array(expected)) is not None
        and (given := as_array(returned)) is not None
        and right.shape == given.shape
    ]
    if len(pairs) == len(trials) and all(_same_numbers(pair.expected, pair.given) for pair in pairs):
        return f" The values are right.{rest}"  # in another container, such as a tensor for an array
    found = patterns.remark(pairs, names) if len(pairs) == len(trials) else ""
    return f" {found}{rest}" if found else rest


def _same_numbers(expected: np.ndarray, given: np.ndarray) -> bool:
    return given.dtype.kind in "biufc" and bool(agree(expected, given, 1e-5, 1e-8).all())


def column_values(trial: Trial) -> tuple[list[Any], list[Any]]:
    """Return what is expected and what was given, entry by entry."""
    pairs = parts(trial.call.returned, trial.expected)
    return [right for right, _ in pairs], [given for _, given in pairs]


def _in_another_order(values: tuple[list[Any], list[Any]]) -> bool:
    expected, given = values
    orders = itertools.permutations(given) if len(given) < 4 else [given[::-1]]
    return any(all(agrees(*pair, 1e-5, 1e-8) for pair in zip(expected, order, strict=True)) for order in orders)


def run(answer: Callable[..., Any], arguments: tuple[Any, ...], gradients: Sequence[int] = ()) -> Call:
    """Call an answer with copies of the arguments of a case, and take the gradients that are asked for."""
    return guarded_call(quietly(with_gradients(answer, gradients) if gradients else answer), tuple(arguments))


def expectation(reference: Callable[..., Any], arguments: tuple[Any, ...], gradients: Sequence[int] = ()) -> Any:
    """Return what the right function returns for the arguments of a case."""
    return (with_gradients(reference, gradients) if gradients else reference)(*copy.deepcopy(tuple(arguments)))
