"""The grader's side of the wire: start a process for one exercise and stand-ins for what is defined in it.

A stand-in for a function is a function, one for a network is a network, so that the checks of the course examine them
as they examine a student's own in the notebook.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course_tools.grading import networks, stand_ins, wire
from course_tools.grading.limits import Limits
from course_tools.grading.server import NOT_CLOSED_CODE
from course_utils import settings

DEAD = "It ended its own process instead of answering."
TOO_LONG = "It was still running at the time limit and was stopped: look for a loop that never ends."
TOO_LARGE = "It was stopped by the system: too much computing time or too much memory."
NOT_CLOSED = "The grader could not close a process for this exercise: look at it by hand."
GARBLED = "It answered with something that is no answer."


class RoomClosed(Exception):
    """The process of the exercise is gone; nothing more can be asked."""


@dataclass(frozen=True)
class StandIn:
    """What the check cell handed in.

    Attributes:
        value: a value, or a stand-in for a function or a network.
        blank: it is a function whose body does nothing.
    """

    value: Any
    blank: bool = False


class Server:
    """A running fork server."""

    def __init__(self, environment: dict[str, str], *, namespaces: bool = True) -> None:
        """Start it; it imports while the caller goes on.

        Args:
            environment: of the server and its children.
            namespaces: use them where the system allows it; else the audit hook.
        """
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "course_tools.grading.server", str(theirs.fileno())]
        if not namespaces:
            command.append("audit hook")
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], cwd=settings.course_root(), env=environment, stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._kind = ""
        self._prepared: set[str] = set()

    @property
    def isolation(self) -> str:
        """``"namespaces"`` or ``"audit hook"``; waits until the server is ready."""
        if not self._kind:
            self._kind = self._control.recv(16, socket.MSG_WAITALL).decode().strip()
            if not self._kind:
                raise RuntimeError("the fork server of the grader did not start; what it says stands above")
        return self._kind

    def prepare(self, imports: str) -> None:
        """Run import statements of a lecture once, so that not every process has to."""
        if imports in self._prepared:
            return
        _ = self.isolation
        self._control.sendall(json.dumps({"imports": imports}).encode())
        self._control.recv(16, socket.MSG_WAITALL)
        self._prepared.add(imports)

    @contextlib.contextmanager
    def room(self, limits: Limits) -> Iterator[Room]:
        """Start a process for one exercise; it is gone when the block ends."""
        _ = self.isolation
        talk, their_talk = socket.socketpair()
        watch, their_watch = socket.socketpair()
        with talk, watch:
            with their_talk, their_watch:
                request = json.dumps(asdict(limits)).encode()
                socket.send_fds(self._control, [request], [their_talk.fileno(), their_watch.fileno()])
            talk.settimeout(limits.wall_seconds)
            watch.settimeout(5)
            yield Room(talk, watch)

    def close(self) -> None:
        """End the server."""
        self._control.close()
        self._process.wait()


class Room:
    """The process of one exercise.

    Attributes:
        fate: why nothing more can be asked, in a sentence; empty while the process answers.
    """

    def __init__(self, talk: socket.socket, watch: socket.socket) -> None:
        self._talk, self._watch = talk, watch
        self._lent: list[Callable[..., Any]] = []
        self.fate = ""

    def run(self, cells: list[tuple[str, str]], check: str) -> StandIn:
        """Run the cells of an exercise and return what its check cell hands in.

        Raises:
            stand_ins.StudentsError: a cell raised.
            RoomClosed: the process is gone.
        """
        tree, buffers, _ = self._ask("run", cells=[list(cell) for cell in cells], check=check)
        value = self._unpacked(tree, buffers)
        return StandIn(value, tree[0] == "function" and bool(tree[3]))

    def _ask(self, deed: str, **values: Any) -> tuple[list[Any], list[bytes], str]:
        """Ask and return the tree of what came back, its buffers, and what was printed meanwhile."""
        if self.fate:
            raise RoomClosed(self.fate)
        try:
            self._send(deed, values)
            while True:
                message, buffers = wire.receive(self._talk)
                tagged = {key[1]: tree for key, tree in message["values"][1]}
                if message["kind"] != "question":
                    break
                self._answer(tagged, buffers)
            printed = str(tagged["printed"][1])
            found = stand_ins.error(tagged["error"], buffers) if "error" in tagged else None
            returned = tagged["returned"] if found is None else []
        except TimeoutError:
            self.fate = TOO_LONG
        except (wire.WireError, OSError, KeyError, TypeError, ValueError, IndexError) as error:
            self.fate = self._epitaph(error)
        if self.fate:
            raise RoomClosed(self.fate)
        if found is not None:
            raise found
        return returned, buffers, printed

    def _send(self, deed: str, values: dict[str, Any]) -> None:
        buffers: list[bytes] = []
        wire.send(self._talk, {"do": deed, "values": wire.pack(values, buffers, self._lend)}, buffers)

    def _answer(self, question: dict[str, Any], buffers: list[bytes]) -> None:
        """Answer a student's call of a function that the check lent it."""
        arguments = self._unpacked(question["arguments"], buffers)
        function = self._lent[int(question["number"][1])]
        try:
            answer = {"returned": function(*arguments)}
        except Exception as error:  # the student's arguments may be anything
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        self._send("answer", answer)

    def _epitaph(self, error: Exception) -> str:
        """Say why the process answers no more."""
        if not (isinstance(error, OSError) or "gone" in str(error)):
            return GARBLED
        try:
            code = json.loads(self._watch.recv(200))["exit"]
        except (OSError, ValueError, KeyError, TypeError):
            return DEAD
        if code == NOT_CLOSED_CODE:
            return NOT_CLOSED
        return TOO_LARGE if code < 0 else DEAD

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
            return networks.rebuild(description, lambda module, inputs: self._forward(number, module, inputs))
        if kind not in {"function", "callable"}:
            raise wire.WireError("no value")

        def call(*arguments: Any) -> Any:
            tree, buffers, printed = self._ask("call", number=number, arguments=list(arguments))
            returned, after = (self._unpacked(part, buffers) for part in tree[1])
            print(printed, end="")
            stand_ins.write_back(arguments, after)
            return returned

        call.__name__ = call.__qualname__ = str(content)
        call.__signature__ = stand_ins.signature(tree[4])  # type: ignore[attr-defined]
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

            def pull_back(gradient: Tensor) -> list[Any]:
                tree, buffers, _ = self._ask("backward", number=tape, gradient=gradient)
                return self._unpacked(tree, buffers)

            return output, pull_back

        if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in [*tensors, *learned]):
            return networks.Remotely.apply(call, *tensors, *learned)
        return forward(None)[0]
