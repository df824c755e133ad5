"""The guarded call of a student's function: copied arguments, a time limit, captured output, traceback kept.

Used by the checks of every lecture.
"""

from __future__ import annotations

import copy
import ctypes
import dis
import io
import threading
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from types import CodeType
from typing import Any

TIME_LIMIT_SECONDS = 10.0
# What the compiled body of a function consists of when it does nothing but return None.
_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS", "RETURN_GENERATOR"}


class OutOfTime(BaseException):
    """Raised inside a student's function that does not return; a BaseException, so no ``except`` of theirs eats it."""


@dataclass
class Call:
    """What came of one call.

    Attributes:
        arguments: the arguments as they were before the call.
        after: the same arguments after it, so that mutation shows.
        returned: what the function returned.
        error: the exception that it raised, or None.
        trace: the traceback from the student's function on, as text.
        printed: what it printed.
        timed_out: it was still running at the time limit.
    """

    arguments: tuple[Any, ...]
    after: tuple[Any, ...]
    returned: Any = None
    error: BaseException | None = None
    trace: str = ""
    printed: str = ""
    timed_out: bool = False


def is_blank(function: Callable[..., Any]) -> bool:
    """Return True for a function whose body does nothing: ``...``, ``pass`` or a docstring."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return False
    instructions = list(dis.get_instructions(code))
    constants = [step.argval for step in instructions if step.opname in {"LOAD_CONST", "RETURN_CONST"}]
    return {step.opname for step in instructions} <= _IDLE and constants == [None]


def guarded_call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Call:
    """Call ``function`` with copies of ``arguments`` and report what happened; only an interrupt gets through.

    The function runs in a thread of its own, which is how a time limit works on every system. What it prints goes
    into the report. A call that still runs after ``TIME_LIMIT_SECONDS`` is told to stop and reported as timed out.
    """
    call = Call(arguments=copy.deepcopy(arguments), after=copy.deepcopy(arguments))
    printed = io.StringIO()

    def run() -> None:
        try:
            call.returned = function(*call.after)
        except BaseException as error:  # whatever a student's code raises is an answer, SystemExit too
            call.error = error
            call.trace = _students_part(error)

    thread = threading.Thread(target=run, daemon=True)
    with redirect_stdout(printed):
        thread.start()
        thread.join(TIME_LIMIT_SECONDS)
        if thread.is_alive():
            call.timed_out = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(OutOfTime))
            thread.join(1.0)
    call.printed = printed.getvalue()
    return call


def _students_part(error: BaseException) -> str:
    """Format the traceback without the frame of this module; an answer in another process brings its own."""
    if hasattr(error, "students_trace"):
        return error.students_trace
    frames = error.__traceback__.tb_next if error.__traceback__ is not None else None
    return "".join(traceback.format_exception(type(error), error, frames))
