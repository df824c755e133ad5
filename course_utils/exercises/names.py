"""The names that a student's function uses: those that a task forbids, and notebook variables that it should not read.

Used by the checks of every lecture.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Callable, Collection
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from course_utils.exercises.calling import is_students_file


def used_names(function: Callable[..., Any]) -> set[str]:
    """Return every name outside itself that a function looks up: ``np``, ``pad``, ``torch``.

    Functions inside it are read too, and so are helpers of the student's own that it calls. A global name of the
    student's own counts as what it holds: ``import numpy.linalg as la`` as ``linalg``, an own ``def softmax`` not at
    all. A function in another process brings its names along as ``used_names``.
    """
    found: set[str] = set()
    _collect(function, found, set())
    return found


def _collect(function: Any, found: set[str], seen: set[int]) -> None:
    if hasattr(function, "used_names"):
        found.update(function.used_names)
        return
    function = getattr(function, "__func__", function)
    code, scope = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    if not isinstance(code, CodeType) or id(code) in seen:
        return
    seen.add(id(code))
    cells = zip(code.co_freevars, getattr(function, "__closure__", None) or (), strict=False)
    scope = {**scope, **{name: _content(cell) for name, cell in cells}}
    for name, is_global in _looked_up(code):
        held = scope.get(name) if is_global else None
        if isinstance(held, FunctionType) and is_students_file(held.__code__.co_filename):
            _collect(held, found, seen)
        elif held is not None:
            found.update(_own_name(held))
        else:
            found.update(name.split("."))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _looked_up(code: CodeType) -> list[tuple[str, bool]]:
    """Return the names that a code object and those inside it read, each with True where it is a global name."""
    reads = {"LOAD_GLOBAL": True, "LOAD_NAME": True, "LOAD_DEREF": True}
    reads |= dict.fromkeys(("LOAD_ATTR", "LOAD_METHOD", "IMPORT_NAME", "IMPORT_FROM"), False)
    own = [(step.argval, reads[step.opname]) for step in dis.get_instructions(code) if step.opname in reads]
    inner = [pair for part in code.co_consts if isinstance(part, CodeType) for pair in _looked_up(part)]
    return own + inner


def _own_name(held: Any) -> set[str]:
    """Return the parts of the full name of a module, function or class, none of any other value."""
    if not (isinstance(held, ModuleType) or callable(held)):
        return set()
    names = (getattr(held, "__module__", None), getattr(held, "__name__", None))
    return {part for name in names if isinstance(name, str) for part in name.split(".")}


def forbidden_call(function: Callable[..., Any], forbidden: Collection[str]) -> str | None:
    """Return a sentence where a function uses a name that the task forbids, else None."""
    found = sorted(used_names(function) & set(forbidden)) if forbidden else []
    return (
        f"Your function uses {', '.join(found)}, which this task rules out: write that part yourself."
        if found
        else None
    )


def outside_variables(function: Callable[..., Any]) -> str:
    """Return a remark on notebook variables that the function reads beside its parameters, or an empty string."""
    scope, code = getattr(function, "__globals__", {}), getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    read = [name for name, is_global in _looked_up(code) if is_global and not hasattr(builtins, name)]
    own = [name for name in dict.fromkeys(read) if isinstance(scope.get(name), np.ndarray | int | float | list)]
    return f" It also reads the notebook's {', '.join(own)}: should that be a parameter?" if own else ""
