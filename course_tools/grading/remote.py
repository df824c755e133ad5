"""The grader's handle of the fork server: start it, let it import, get the process of an exercise from it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from course_tools.grading.limits import Limits
from course_tools.grading.room import Room
from course_utils import settings

# What a student's process may know of the environment of who grades: where libraries lie, and in which language.
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_ALL")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


class Server:
    """A running fork server."""

    def __init__(self, *, namespaces: bool = True) -> None:
        """Start it; it imports while the caller goes on.

        Args:
            namespaces: use them where the system allows it; else the audit hook.
        """
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "course_tools.grading.server", str(theirs.fileno())]
        # A student's process inherits the memory of this one, so what is not given to it cannot be read there.
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD
        package = Path(settings.__file__).parents[1]  # the server is of the same copy as this
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], cwd=package, env=environment, stdin=subprocess.DEVNULL
        )
        self._control.sendall(json.dumps({"course": str(settings.course_root()), "namespaces": namespaces}).encode())
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

    @property
    def is_alive(self) -> bool:
        """False where the server has ended before it was asked to."""
        return self._process.poll() is None

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
            watch.settimeout(5)
            yield Room(talk, watch, limits)

    def close(self) -> None:
        """End the server."""
        self._control.close()
        self._process.wait()
