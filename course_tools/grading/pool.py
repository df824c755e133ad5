"""Grade many files at a time: workers that one bad file can at worst cost itself."""

from __future__ import annotations

import functools
import multiprocessing
import os
import resource
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import torch

from course_tools import syllabus
from course_tools.grading.grader import Graded, grade
from course_tools.grading.limits import Limits
from course_tools.grading.master import Task, tasks
from course_tools.grading.remote import Server
from course_utils.exercises import calling, engine

FILE_SECONDS = 300  # for all exercises of a file; far above what the limits of its exercises add up to in practice
WORKER_MEMORY = 4 * 2**30  # a network may describe layers of any size; building them must not take the machine
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    path: Path | None = None
    deadline: float = 0.0


def files(folder: Path) -> list[Path]:
    """Return what is graded below a folder of submissions.

    A student is a file, or a folder with any number of notebooks; a folder without one still counts as one file.
    """
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        inside = [entry]
        if entry.is_dir() and not entry.is_symlink():
            inside = sorted(path for path in entry.rglob("*") if path.is_file() and not _hidden(path, folder))
            inside = [path for path in inside if path.suffix == ".ipynb"] or inside[:1] or [entry]
        found.extend(inside)
    return found


def grade_folder(
    folder: Path, jobs: int, seed: int = engine.GRADING_SEED, limits: Limits | None = None
) -> list[Graded]:
    """Grade everything below a folder.

    Args:
        folder: of the submissions.
        jobs: files graded at a time.
        seed: of the random inputs.
        limits: of the process of each exercise.

    Returns:
        What became of each file, in the order of :func:`files`.

    Raises:
        RuntimeError: this system cannot fork processes.
    """
    if not hasattr(os, "fork"):
        raise RuntimeError("course grade needs Linux or macOS; on Windows run it in WSL or in the container")
    paths = files(folder)
    return list(_graded(folder, paths, min(jobs, len(paths)), seed, limits or Limits()))


def _graded(folder: Path, paths: list[Path], jobs: int, seed: int, limits: Limits) -> Iterator[Graded]:
    """Hand files to workers until all are done; a worker that dies or hangs costs its file and is replaced."""
    context = multiprocessing.get_context("spawn")  # a fork would inherit the threads of NumPy and PyTorch, broken

    def start() -> _Worker:
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, folder, seed, limits))
        process.start()
        there.close()
        return _Worker(process, here)

    waiting, done = deque(paths), {}
    workers = [start() for _ in range(jobs)]
    while len(done) < len(paths):
        for worker in workers:
            if worker.path is None and waiting:
                worker.path, worker.deadline = waiting.popleft(), time.monotonic() + FILE_SECONDS
                worker.connection.send(worker.path)
        busy = {worker.connection: worker for worker in workers if worker.path}
        ready = wait(list(busy), timeout=1)
        for connection, worker in busy.items():
            path = worker.path
            assert path is not None
            reason = ""
            if connection in ready:
                try:
                    done[path] = connection.recv()
                except EOFError:
                    reason = "the grader stopped while it examined this file: look at it by hand"
                worker.path = None
            elif time.monotonic() > worker.deadline:
                reason = f"grading took more than {FILE_SECONDS} s and was stopped: look at it by hand"
            if reason:
                done[path] = _given_up(folder, path, reason)
                worker.process.kill()
                workers[workers.index(worker)] = start()
    for worker in workers:
        worker.connection.close()  # it ends, and its fork server with it
        worker.process.join()
    return (done[path] for path in paths)


def _work(connection: Connection, folder: Path, seed: int, limits: Limits) -> None:
    """Grade the files that come through the connection, one after the other."""
    torch.set_num_threads(1)
    calling.TIME_LIMIT_SECONDS = 3 * limits.wall_seconds  # the limits of the pupil come first; busy cores are slow
    server = Server({**os.environ, **ENVIRONMENT})
    if sys.platform == "linux":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + WORKER_MEMORY,) * 2)
    while True:
        try:
            path = connection.recv()
        except EOFError:
            server.close()
            return
        try:
            graded = grade(folder, path, _tasks, server, seed, limits)
        except Exception as error:  # a fault of the grader must not end the grading of the others
            graded = _given_up(folder, path, f"the grader failed ({type(error).__name__}: {error}): look at it by hand")
        connection.send(graded)


@functools.cache
def _tasks(number: str) -> dict[str, Task]:
    known = {lecture.number: lecture for lecture in syllabus.lectures()}
    return tasks(known[number]) if number in known else {}


def _given_up(folder: Path, path: Path, reason: str) -> Graded:
    file = path.relative_to(folder)
    return Graded(file.parts[0] if len(file.parts) > 1 else file.stem, file.as_posix(), remarks=[reason])


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)
