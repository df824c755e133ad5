"""The fork server: it has imported NumPy and PyTorch once, and forks a closed process for each exercise.

Run as a program of its own, with a socket as its argument and next to nothing of the grader's environment, it never
holds an exercise, a solution, a seed or a submission.
A *keeper* stands between it and each pupil: it closes the room, waits, and ends the pupil when the grader hangs up.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course_tools.grading import isolation, visible
from course_tools.grading.limits import Limits, apply

POLL_SECONDS = 0.01
MESSAGE_BYTES = 2**16
NOT_CLOSED_CODE = 71  # exit code of a process that could not be closed: no student's fault
READY = b"ready".ljust(16)


@dataclass(frozen=True)
class _Rooms:
    """How the rooms of this server are closed: by what, where they are put together, and what they show."""

    kind: str
    scratch: Path
    steps: list[tuple[Path, bool]]


def main(descriptor: int) -> None:
    """Fork a pupil for each request on the socket, or import what pupils will need, until the socket closes."""
    import course_tools.grading.pupil  # noqa: F401 - with NumPy and PyTorch: once for all pupils

    isolation.leave_keys_behind()
    control = socket.socket(fileno=descriptor)
    with tempfile.TemporaryDirectory(prefix="course-grading-") as scratch, contextlib.suppress(ConnectionError):
        first = json.loads(control.recv(MESSAGE_BYTES))
        rooms = _Rooms("audit hook", Path(scratch), visible.steps(Path(first["course"])))
        if first["namespaces"] and _can_be_closed(rooms):
            rooms = replace(rooms, kind="namespaces")
        control.sendall(rooms.kind.encode().ljust(16))
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are not waited for
        while _serve(control, rooms):
            pass


def _serve(control: socket.socket, rooms: _Rooms) -> bool:
    """Do what one request asks; return False where the grader has hung up."""
    request, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
    if not request:
        return False
    wanted = json.loads(request)
    if "imports" in wanted:
        with contextlib.suppress(Exception):  # the pupil meets the same error, and its report says so
            exec(wanted["imports"], {})
        gc.collect()
        gc.freeze()  # what is here stays: no pupil walks through it, and its pages stay shared
        control.sendall(READY)
    elif os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        _run_and_exit(_keep, rooms, Limits(**wanted), *descriptors)
    for number in descriptors:
        os.close(number)
    return True


def _can_be_closed(rooms: _Rooms) -> bool:
    """Return True where a trial process could close its room with namespaces."""

    def trial() -> None:
        isolation.enter_namespaces()
        pid = os.fork()
        if pid == 0:
            _run_and_exit(isolation.close_the_room, rooms.scratch, rooms.steps, 1, 0)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    pid = os.fork()
    if pid == 0:
        _run_and_exit(trial)
    return os.waitpid(pid, 0)[1] == 0


def _keep(rooms: _Rooms, limits: Limits, talk_descriptor: int, watch_descriptor: int) -> None:
    """Start a pupil, wait for its end or for the grader to hang up, and leave nothing of it behind."""
    talk, watch = socket.socket(fileno=talk_descriptor), socket.socket(fileno=watch_descriptor)
    if rooms.kind == "namespaces":
        isolation.enter_namespaces()
    number = os.getpid()
    pid = os.fork()
    if pid == 0:
        watch.close()
        _run_and_exit(_teach, rooms, limits, talk, number)
    talk.close()
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        if select.select([watch], [], [], POLL_SECONDS)[0]:
            break  # the grader hung up
    if not ended:
        _kill(pid)
        _, status, used = os.wait4(pid, 0)
    elif rooms.kind != "namespaces":
        _kill(pid)  # what it left running in its session; a pid namespace dies with its first process
    with contextlib.suppress(OSError):
        end = {"exit": os.waitstatus_to_exitcode(status), "cpu_seconds": used.ru_utime + used.ru_stime}
        watch.sendall(json.dumps(end).encode())


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:
            continue


def _teach(rooms: _Rooms, limits: Limits, talk: socket.socket, number: int) -> None:
    from course_tools.grading.pupil import Pupil

    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    apply(limits)
    try:
        if rooms.kind == "namespaces":
            isolation.close_the_room(rooms.scratch, rooms.steps, limits.file_mb, number)
        else:
            isolation.watch_the_door(rooms.scratch / str(number), rooms.steps)
    except OSError:
        os._exit(NOT_CLOSED_CODE)
    Pupil(talk).serve()


def _run_and_exit(work: Callable[..., None], *arguments: Any) -> None:
    """Do the work of a forked process and end it, whatever happens: it must never go on as the server."""
    code = 1
    try:
        work(*arguments)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
