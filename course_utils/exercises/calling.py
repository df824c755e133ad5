"""The guarded call of a student's function: copied arguments, a time limit, captured output, traceback kept.

Used by the checks of every lecture.
"""

from __future__ import annotations

import copy
import ctypes
import dis
import io
import os
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

TIME_LIMIT_SECONDS = 10.0
PATIENCE_SECONDS = 0.05  # how long a wait goes on before it looks up: the stop button must reach a thread that waits
LONGEST_TRACE = 4000
# What the compiled body of a function consists of when it does nothing but return None.
_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS", "RETURN_GENERATOR"}
# … and when it does nothing but raise NotImplementedError, with or without a text.
_REFUSING = {"RESUME", "NOP", "PUSH_NULL", "LOAD_GLOBAL", "LOAD_COMMON_CONSTANT", "LOAD_CONST", "PRECALL", "CALL"}
_LIBRARIES = tuple(
    f"{Path(place).resolve()}{os.sep}"
    for place in {*(sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")), Path(__file__).parents[1]}
)


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
        trace: the traceback as text, the student's own lines alone.
        printed: what it printed.
        timed_out: it was still running at the time limit.
    """

    arguments: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()
    returned: Any = None
    error: BaseException | None = None
    trace: str = ""
    printed: str = ""
    timed_out: bool = False

    @property
    def is_stub(self) -> bool:
        """Return True where the call ended in a function that does nothing but raise NotImplementedError."""
        if type(self.error) is not NotImplementedError:
            return False
        frames = list(traceback.walk_tb(self.error.__traceback__))
        return bool(frames) and _is_blank_code(frames[-1][0].f_code)


def is_blank(function: Callable[..., Any]) -> bool:
    """Return True for a body that does nothing: ``...``, ``pass``, a docstring or ``raise NotImplementedError``."""
    code = getattr(function, "__code__", None)
    return isinstance(code, CodeType) and _is_blank_code(code)


def _is_blank_code(code: CodeType) -> bool:
    steps = list(dis.get_instructions(code))
    kinds = {step.opname for step in steps}
    if "RAISE_VARARGS" in kinds:
        read = [step.argrepr for step in steps if step.opname in {"LOAD_GLOBAL", "LOAD_COMMON_CONSTANT"}]
        return kinds <= _REFUSING | {"RAISE_VARARGS"} and len(read) == 1 and "NotImplementedError" in read[0]
    constants = [step.argval for step in steps if step.opname in {"LOAD_CONST", "RETURN_CONST"}]
    return kinds <= _IDLE and constants == [None]


def guarded_call(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float = 0.0) -> Call:
    """Call ``function`` with copies of ``arguments`` and report what happened; only an interrupt gets through.

    What the function prints goes into the report. A call that still runs after ``TIME_LIMIT_SECONDS``, or after
    ``seconds`` where that is more, is told to stop and reported as timed out.
    """
    after = copy.deepcopy(arguments)
    printed = io.StringIO()
    with redirect_stdout(printed):
        call = limited(lambda: function(*after), max(TIME_LIMIT_SECONDS, seconds))
    call.arguments, call.after, call.printed = copy.deepcopy(arguments), after, printed.getvalue()
    return call


def limited(work: Callable[[], Any], seconds: float | None) -> Call:
    """Do ``work`` in a thread of its own, which is how a time limit works on every system.

    Args:
        work: what to do.
        seconds: after which it is told to stop; None for no limit.

    Raises:
        BaseException: whatever interrupts the waiting, such as the stop button; the work is told to stop first.
    """
    call = Call()

    def run() -> None:
        try:
            call.returned = work()
        except BaseException as error:  # whatever a student's code raises is an answer, SystemExit too
            call.error = error
            call.trace = _students_part(error)

    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
        _wait(thread, seconds)
    except BaseException:
        _stop(thread)
        raise
    if thread.is_alive():
        call.timed_out = True
        _stop(thread)
        thread.join(1.0)
    return call


def _wait(thread: threading.Thread, seconds: float | None) -> None:
    end = None if seconds is None else time.monotonic() + seconds
    while thread.is_alive() and (end is None or time.monotonic() < end):
        thread.join(PATIENCE_SECONDS if end is None else min(PATIENCE_SECONDS, max(end - time.monotonic(), 0)))


def _stop(thread: threading.Thread) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(OutOfTime))


def _students_part(error: BaseException) -> str:
    """Format the traceback with the student's own lines alone; an answer in another process brings its own."""
    if hasattr(error, "students_trace"):
        return str(error.students_trace)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_students_file(frame.filename)]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(own)] if own else []
    return cut("".join([*lines, *traceback.format_exception_only(error)]), LONGEST_TRACE)


def is_students_file(name: str) -> bool:
    """Return True for a file that belongs neither to Python, nor to an installed package, nor to this one."""
    if name.startswith("<frozen"):
        return False
    return not str(Path(name).resolve()).startswith(_LIBRARIES)


def cut(text: str, longest: int) -> str:
    """Return a text, or its beginning and its end where it is too long to be read."""
    return text if len(text) <= longest else f"{text[: longest // 2]} … {text[-longest // 2 :]}"
