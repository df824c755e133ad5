"""A student's side of the wire: run the cells of one exercise, then do with the answer what the grader asks.

This runs in a closed process of its own, together with the student's code. Whatever that code does to this module,
to NumPy or to Python itself, it can only spoil the answers that leave this process; the grader compares them outside.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import socket
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from course_tools.grading import borrowed, networks, wire
from course_utils.exercises import names
from course_utils.exercises.calling import Call, is_blank

PRINTED = 2000  # characters of what a student prints that travel; the rest is dropped
TRACE = 4000
STUDENTS_CELLS = ("exercise ", "another cell")  # the names under which they are compiled begin with these


class AskedElsewhere(Exception):
    """A function of the grader that a student called raised."""


class Pupil:
    """The objects of one exercise, under numbers that the grader uses for them."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._objects: list[Any] = []

    def serve(self) -> None:
        """Do what the grader asks until it hangs up."""
        deeds = {"run": self._run, "call": self._call, "forward": self._forward, "backward": self._backward}
        while True:
            try:
                message, buffers = wire.receive(self._connection)
            except (wire.WireError, OSError):
                return
            values = wire.unpack(message["values"], buffers, self._arriving)
            with _captured() as printed:
                try:
                    answer = {"returned": deeds[message["do"]](**values)}
                except BaseException as error:  # whatever a student's code raises is an answer, SystemExit too
                    answer = {"error": _described(error)}
            self._send("answer", {**answer, "printed": printed.read()})

    def _run(self, before: list[list[str]], answer: list[list[str]], elsewhere: list[str], check: str) -> Any:
        """Run what the course gives, the student's cells, then the check cell; return what that hands to ``check``.

        A cell that raises is not the end, as it is none in a notebook: what it has defined by then counts.
        """
        handed_in: list[Any] = []
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for name, source in before:
            _execute(name, source, namespace)
        for source in borrowed.wanted([source for _, source in answer], elsewhere, namespace):
            with contextlib.suppress(BaseException):  # the answer then lacks a name, and says so itself
                _execute("another cell", source, namespace)
        trouble: BaseException | None = None
        for name, source in answer:
            try:
                _execute(name, source, namespace)
            except BaseException as error:  # whatever a student's code raises is an answer, SystemExit too
                trouble = trouble or error
        namespace.update(check=lambda _, answer: handed_in.append(answer), hint=_nothing, progress=_nothing)
        try:
            _execute("check", check, namespace)
        except NameError as error:
            raise trouble or error from None
        value = handed_in[-1] if handed_in else None
        if trouble is not None and (value is None or value is Ellipsis or is_blank(value)):
            raise trouble
        return value

    def _call(self, number: int, arguments: list[Any], tracked: list[bool]) -> Any:
        """Call a function of the student; the arguments go back too, so that a change to them shows.

        ``tracked`` says which tensors among them a gradient is asked for; then the call can be followed back.
        """
        tensors = [argument for argument in arguments if isinstance(argument, torch.Tensor)]
        for tensor, wanted in zip(tensors, tracked, strict=True):
            tensor.requires_grad_(wanted)
        returned = self._objects[number](*arguments)
        tape = None
        if any(tracked) and isinstance(returned, torch.Tensor) and returned.requires_grad:
            self._objects.append((returned, tensors))
            tape = len(self._objects) - 1
        return [returned, arguments, tape]

    def _forward(
        self,
        number: int,
        path: str,
        state: dict[str, Any],
        training: bool,
        inputs: list[Any],
        tracked: list[bool] | None,
    ) -> Any:
        """Run a module with the grader's parameters; with ``tracked`` keep what the gradient needs."""
        module: nn.Module = self._objects[number].get_submodule(path)
        with torch.no_grad():
            for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
                tensor.copy_(state[name])
        module.train(training)
        tensors = [value for value in inputs if isinstance(value, torch.Tensor)]
        for tensor, wanted in zip(tensors, tracked or [False] * len(tensors), strict=True):
            tensor.requires_grad_(wanted)
        with torch.set_grad_enabled(tracked is not None):
            output = module(*inputs)
        self._objects.append((output, [*tensors, *module.parameters()]))
        return [output, len(self._objects) - 1, dict(module.named_buffers())]

    def _backward(self, number: int, gradient: torch.Tensor) -> Any:
        """Return the gradients by inputs and parameters of an earlier ``forward``, None where there is none."""
        output, tensors = self._objects[number]
        wanted = [tensor for tensor in tensors if tensor.requires_grad]
        found = iter(torch.autograd.grad(output, wanted, gradient, allow_unused=True))
        return [next(found) if tensor.requires_grad else None for tensor in tensors]

    def _send(self, kind: str, values: Any) -> None:
        buffers: list[bytes] = []
        try:
            wire.send(self._connection, {"kind": kind, "values": wire.pack(values, buffers, self._leaving)}, buffers)
        except wire.WireError as error:
            reason = {
                "type": "ValueError",
                "message": f"the answer is {error}, too large to grade",
                "trace": "",
                "stub": False,
            }
            values = wire.pack({"error": reason, "printed": ""}, [], self._leaving)
            wire.send(self._connection, {"kind": kind, "values": values}, [])

    def _leaving(self, value: Any, buffers: list[bytes]) -> list[Any] | None:
        """Describe a function or a network; the object itself stays here under a number."""
        if isinstance(value, nn.Module):
            return ["network", self._number(value), wire.pack(networks.describe(value), buffers, _nothing)]
        if callable(value):
            self._objects.append(value)
            name = str(getattr(value, "__name__", type(value).__name__))[:60]
            kind = "function" if isinstance(value, types.FunctionType) else "callable"
            used = sorted(names.used_names(value))
            return [kind, len(self._objects) - 1, name, is_blank(value), _parameters(value), used]
        return None

    def _number(self, value: nn.Module) -> int:
        """Return the number of a network, the same each time, so that the grader knows it again."""
        for number, known in enumerate(self._objects):
            if known is value:
                return number
        self._objects.append(value)
        return len(self._objects) - 1

    def _arriving(self, tree: list[Any], buffers: list[bytes]) -> Any:
        """Build a network that the grader sent, or a stand-in for one of its functions."""
        if tree[0] == "network":
            return networks.rebuild(wire.unpack(tree[2], buffers, _nothing), _cannot_travel)
        return self._asking(tree[1])

    def _asking(self, number: int) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            self._send("question", {"number": number, "arguments": list(arguments)})
            message, buffers = wire.receive(self._connection)
            values = wire.unpack(message["values"], buffers, self._arriving)
            if "error" in values:
                raise AskedElsewhere(values["error"])
            return values["returned"]

        return ask


def _execute(name: str, source: str, namespace: dict[str, Any]) -> None:
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)


def _nothing(*arguments: Any, **options: Any) -> None:
    return None


def _cannot_travel(module: nn.Module, inputs: tuple[Any, ...]) -> Any:
    raise RuntimeError(f"the class {type(module).__name__} of this network does not travel to a student's process")


def _parameters(function: Callable[..., Any]) -> list[list[Any]]:
    """Return name, kind and default (as text, None where there is none) of each parameter."""
    empty = inspect.Parameter.empty
    try:
        parameters = inspect.signature(function).parameters.values()
        defaults = [None if one.default is empty else repr(one.default)[:30] for one in parameters]
    except Exception:  # no signature, or a default that breaks when it is shown
        return []
    return [[one.name[:60], int(one.kind), text] for one, text in zip(parameters, defaults, strict=True)]


def _described(error: BaseException) -> dict[str, str]:
    """Return kind, text and the student's own part of the traceback of an error."""
    frame = error.__traceback__
    while frame is not None and not frame.tb_frame.f_code.co_filename.startswith(STUDENTS_CELLS):
        frame = frame.tb_next
    trace = "".join(traceback.format_exception(type(error), error, frame)) if frame else ""
    stub = Call(error=error).is_stub
    return {"type": type(error).__name__[:60], "message": str(error)[:TRACE], "trace": trace[-TRACE:], "stub": stub}


class _Beginning(io.TextIOBase):
    """Keeps the first characters that are written to it."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> int:
        self._text += text[: PRINTED - len(self._text)]
        return len(text)

    def read(self, size: int | None = -1) -> str:
        return self._text


@contextlib.contextmanager
def _captured() -> Iterator[_Beginning]:
    kept = _Beginning()
    with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(_Beginning()):
        yield kept
