"""What stands in the grader for the functions, errors and arguments of a student's process."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from course_tools.grading import wire


class StudentsError(Exception):
    """What a student's code raised, in another process; subclasses bear the name of the original."""

    students_trace = ""


class _AsWritten(str):
    """A default value, which is only shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Unwritten(StudentsError):
    """The student's code came to a function that is as it was handed out."""


def unwritten() -> NoReturn:
    """Raise what a function does that is as it was handed out; the checks know it by its body."""
    raise NotImplementedError


class Caller:
    """A stand-in for something that can be called and is no function, such as a class."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.__name__, self.__signature__, self.used_names = call.__name__, call.__signature__, call.used_names

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)


def write_back(arguments: tuple[Any, ...], after: list[Any]) -> None:
    """Change the arguments as the student's function changed its own, so that the check sees it."""
    for old, new in zip(arguments, after, strict=True):
        if isinstance(old, list):
            write_back(tuple(old), new[: len(old)] + old[len(new) :])
            del old[len(new) :]
        elif isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
            old[...] = new
        elif isinstance(old, Tensor) and isinstance(new, Tensor) and old.shape == new.shape:
            with torch.no_grad():
                old.copy_(new)


def error(tree: list[Any], buffers: list[bytes]) -> StudentsError:
    """Return the error that a message describes."""
    found = wire.unpack(tree, buffers, nothing_special)
    known = {"NotImplementedError": NotImplementedError, "TypeError": TypeError}
    base = Unwritten if found["stub"] else StudentsError
    kind = type(str(found["type"]), (base, known.get(found["type"], Exception)), {})
    raised = kind(str(found["message"]))
    raised.students_trace = str(found["trace"])
    return raised


def signature(parameters: list[Any]) -> inspect.Signature:
    """Return the signature of a student's function, for checks that ask how many arguments it takes.

    Raises:
        ValueError, TypeError: they are no parameters of a function.
    """
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(
                str(name), inspect._ParameterKind(kind), default=empty if default is None else _AsWritten(default)
            )
            for name, kind, default in parameters
        ]
    )


def nothing_special(tree: list[Any], buffers: list[bytes]) -> Any:
    """Refuse functions and networks where only plain values belong."""
    raise wire.WireError("no value")
