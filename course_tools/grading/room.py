"""The grader's side of the wire: ask the process of one exercise, and make stand-ins for what is defined in it.

A stand-in for a function is a function, one for a network is a network, so that the checks of the course examine them
as they examine a student's own in the notebook.
"""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course_tools.grading import networks, stand_ins, wire
from course_tools.grading.limits import Limits
from course_tools.grading.server import NOT_CLOSED_CODE

DEAD = "It ended its own process instead of answering."
TOO_LONG = "It was still running at the time limit and was stopped: look for a loop that never ends."
STOPPED = "It was stopped by the system: too much memory, or a crash in compiled code."
NOT_CLOSED = "The grader could not close a process for this exercise: look at it by hand."
GARBLED = "It answered with something that is no answer."


class RoomClosed(Exception):
    """The process of the exercise is gone; nothing more can be asked."""


@dataclass(frozen=True)
class StandIn:
    """What the check cell handed in.

    Attributes:
        value: a value, or a stand-in for a function or a network.
        blank: it is a function whose body does nothing, or several of them.
    """

    value: Any
    blank: bool = False


def _is_blank(tree: list[Any]) -> bool:
    """Return True for a function whose body does nothing, as the wire describes it, and for several of them."""
    if tree[0] in {"tuple", "list"}:
        return bool(tree[1]) and all(_is_blank(item) for item in tree[1])
    return tree[0] == "function" and bool(tree[3])


class Room:
    """The process of one exercise.

    Attributes:
        fate: why nothing more can be asked, in a sentence; empty while the process answers.
    """

    def __init__(self, talk: socket.socket, watch: socket.socket, limits: Limits) -> None:
        self._talk, self._watch = talk, watch
        self._limits, self._waited = limits, 0.0
        self._lent: list[Callable[..., Any]] = []
        self._networks: dict[int, nn.Module] = {}
        self.fate = ""

    def run(
        self, before: list[tuple[str, str]], answer: list[tuple[str, str]], elsewhere: list[str], check: str
    ) -> StandIn:
        """Run the cells of an exercise and return what its check cell hands in.

        Args:
            before: (name, source) of what the course gives: imports, code of the exercise.
            answer: the same of the student's cells of the exercise.
            elsewhere: the student's other cells; functions, classes, imports and constants that the answer lacks are
                looked for in them, in this order.
            check: the cell that hands in.

        Raises:
            stand_ins.StudentsError: a cell raised.
            RoomClosed: the process is gone.
        """
        cells = {"before": [list(cell) for cell in before], "answer": [list(cell) for cell in answer]}
        tree, buffers, _ = self._ask("run", **cells, elsewhere=elsewhere, check=check)
        value = self._unpacked(tree, buffers)
        return StandIn(value, _is_blank(tree))

    def _ask(self, deed: str, **values: Any) -> tuple[list[Any], list[bytes], str]:
        """Ask and return the tree of what came back, its buffers, and what was printed meanwhile."""
        if self.fate:
            raise RoomClosed(self.fate)
        start = time.monotonic()
        until = start + self._limits.wall_seconds - self._waited
        try:
            self._send(deed, values, until)
            while True:
                message, buffers = wire.receive(self._talk, until)
                tagged = {key[1]: tree for key, tree in message["values"][1]}
                if message["kind"] != "question":
                    break
                self._answer(tagged, buffers, until)
            printed = str(tagged["printed"][1])
            found = stand_ins.error(tagged["error"], buffers) if "error" in tagged else None
            returned = tagged["returned"] if found is None else []
        except TimeoutError:
            self.fate = TOO_LONG
        except (wire.WireError, OSError, KeyError, TypeError, ValueError, IndexError) as error:
            self.fate = self._epitaph(error)
        self._waited += time.monotonic() - start
        if self.fate:
            raise RoomClosed(self.fate)
        if found is not None:
            raise found
        return returned, buffers, printed

    def _send(self, deed: str, values: dict[str, Any], until: float) -> None:
        buffers: list[bytes] = []
        self._talk.settimeout(max(until - time.monotonic(), 1e-6))
        wire.send(self._talk, {"do": deed, "values": wire.pack(values, buffers, self._lend)}, buffers)

    def _answer(self, question: dict[str, Any], buffers: list[bytes], until: float) -> None:
        """Answer a student's call of a function that the check lent it."""
        arguments = self._unpacked(question["arguments"], buffers)
        function = self._lent[int(question["number"][1])]
        try:
            answer = {"returned": function(*arguments)}
        except Exception as error:  # the student's arguments may be anything
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        self._send("answer", answer, until)

    def _epitaph(self, error: Exception) -> str:
        """Say why the process answers no more."""
        if not (isinstance(error, OSError) or "gone" in str(error)):
            return GARBLED
        try:
            end = json.loads(self._watch.recv(200))
        except (OSError, ValueError):
            return DEAD
        if end["exit"] == NOT_CLOSED_CODE:
            return NOT_CLOSED
        # What ignores SIGXCPU is killed, as is what takes the machine's memory. The system counts computing time in
        # ticks, on a busy machine too many of them, but not twice as many.
        ignored = end["exit"] == -signal.SIGKILL and end["cpu_seconds"] > 0.5 * self._limits.cpu_seconds
        if ignored or end["exit"] == -signal.SIGXCPU:
            return TOO_LONG
        return STOPPED if end["exit"] < 0 else DEAD

    def _lend(self, value: Any, buffers: list[bytes]) -> list[Any] | None:
        if isinstance(value, nn.Module):
            return ["network", 0, wire.pack(networks.describe(value), buffers, lambda *_: None)]
        if callable(value):
            self._lent.append(value)
            return ["function", len(self._lent) - 1]
        return None

    def _unpacked(self, tree: list[Any], buffers: list[bytes]) -> Any:
        try:
            return wire.unpack(tree, buffers, self._stand_in)
        except wire.WireError:
            self.fate = GARBLED
            raise RoomClosed(GARBLED) from None

    def _stand_in(self, tree: list[Any], buffers: list[bytes]) -> Any:
        kind, number, content = tree[0], int(tree[1]), tree[2]
        if kind == "network":
            description = wire.unpack(content, buffers, stand_ins.nothing_special)
            built = networks.rebuild(description, lambda module, inputs: self._forward(number, module, inputs))
            known = self._networks.setdefault(number, built)
            vars(known).update(vars(built))  # the same network again, as it is by now
            return known
        if kind not in {"function", "callable"}:
            raise wire.WireError("no value")

        def call(*arguments: Any) -> Any:
            tensors = [argument for argument in arguments if isinstance(argument, Tensor)]
            tracked = [tensor.requires_grad and torch.is_grad_enabled() for tensor in tensors]
            try:
                tree, buffers, printed = self._ask("call", number=number, arguments=list(arguments), tracked=tracked)
            except stand_ins.Unwritten:
                stand_ins.unwritten()
            returned, after, tape = (self._unpacked(part, buffers) for part in tree[1])
            print(printed, end="")
            stand_ins.write_back(arguments, after)
            if tape is None:
                return returned
            return networks.Remotely.apply(lambda _: (returned, self._pulling_back(tape)), *tensors)

        call.__name__ = call.__qualname__ = str(content)
        call.__signature__ = stand_ins.signature(tree[4])  # type: ignore[attr-defined]
        call.used_names = {str(name) for name in tree[5]}  # type: ignore[attr-defined]
        return call if kind == "function" else stand_ins.Caller(call)

    def _forward(self, number: int, module: Any, inputs: tuple[Any, ...]) -> Any:
        """Run a student's ``forward`` there, with the parameters and the buffers as they are here."""
        state = dict([*module.named_parameters(), *module.named_buffers()])
        tensors = [value for value in inputs if isinstance(value, Tensor)]
        learned = list(module.parameters())
        common = {"number": number, "path": module.path, "state": state, "training": module.training}

        def forward(tracked: list[bool] | None) -> tuple[Any, int]:
            tree, buffers, _ = self._ask("forward", **common, inputs=list(inputs), tracked=tracked)
            output, tape, after = self._unpacked(tree, buffers)
            with torch.no_grad():
                for name, buffer in module.named_buffers():
                    buffer.copy_(after[name])
            return output, int(tape)

        def call(_: list[Tensor]) -> tuple[Tensor, Callable[[Tensor], list[Any]]]:
            output, tape = forward([tensor.requires_grad for tensor in tensors])
            return output, self._pulling_back(tape)

        if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in [*tensors, *learned]):
            return networks.Remotely.apply(call, *tensors, *learned)
        return forward(None)[0]

    def _pulling_back(self, tape: int) -> Callable[[Tensor], list[Any]]:
        """Return a function that takes the gradient of an output and returns those of what it was computed from."""

        def pull_back(gradient: Tensor) -> list[Any]:
            tree, buffers, _ = self._ask("backward", number=tape, gradient=gradient)
            return self._unpacked(tree, buffers)

        return pull_back
