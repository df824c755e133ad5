"""Grade many exercises at a time: workers that one bad exercise can at worst cost that exercise."""

from __future__ import annotations

import functools
import multiprocessing
import os
import resource
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import torch

from course_tools import syllabus
from course_tools.grading import grader, submission
from course_tools.grading.grader import BY_HAND, Graded, Mark
from course_tools.grading.limits import Limits
from course_tools.grading.master import Task, tasks
from course_tools.grading.remote import Server
from course_tools.grading.students import Handed, handed_in
from course_utils.exercises import calling, engine

SPARE_SECONDS = 100  # beyond what the limits leave to an answer: what the grader itself may take for an exercise
T = TypeVar("T")
WORKER_MEMORY = 4 * 2**30  # a network may describe layers of any size; building them must not take the machine


@dataclass(frozen=True)
class _Job:
    """Read a file, or grade one exercise in it."""

    handed: Handed
    exercise_id: str = ""


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    job: _Job | None = None
    deadline: float = 0.0


@dataclass
class _Record:
    """What is known of one file so far: its remarks, and the marks by exercise."""

    graded: Graded
    marks: dict[str, Mark | None] = field(default_factory=dict)


def grade_folder(
    folder: Path, jobs: int, seed: int = engine.GRADING_SEED, limits: Limits | None = None
) -> list[Graded]:
    """Grade everything below a folder.

    Args:
        folder: of the submissions.
        jobs: exercises graded at a time.
        seed: of the random inputs.
        limits: of the process of each exercise.

    Returns:
        What became of each file, in the order of :func:`students.handed_in`.

    Raises:
        OSError: the folder cannot be read.
        RuntimeError: this system cannot fork processes, or the fork server does not start.
    """
    if not hasattr(os, "fork"):
        raise RuntimeError("course grade needs Linux or macOS; on Windows run it in WSL or in the container")
    handed = handed_in(folder)
    return _Pool(handed, seed, limits or Limits()).run(min(jobs, len(handed)))


class _Pool:
    """Hands jobs to workers until all are done; a worker that dies or hangs costs its job and is replaced."""

    def __init__(self, handed: list[Handed], seed: int, limits: Limits) -> None:
        self._context = multiprocessing.get_context("spawn")  # a fork would inherit the threads of PyTorch, broken
        self._waiting = deque(_Job(one) for one in handed)
        self._records: dict[Handed, _Record] = {}
        self._handed, self._seed, self._limits = handed, seed, limits

    def run(self, count: int) -> list[Graded]:
        workers = [self._start() for _ in range(count)]
        try:
            while self._waiting or any(worker.job for worker in workers):
                for worker in workers:
                    if worker.ready and worker.job is None and self._waiting:
                        self._give(worker)
                ready = wait([worker.connection for worker in workers], timeout=1)
                for number, worker in enumerate(workers):
                    if worker.connection in ready and self._hear(worker):
                        continue
                    if worker.connection in ready or (worker.job and time.monotonic() > worker.deadline):
                        workers[number] = self._replace(worker)
        finally:
            for worker in workers:
                worker.connection.close()  # it ends, and its fork server with it
                worker.process.join(10)
                worker.process.kill()
        return [self._complete(self._records[one]) for one in self._handed]

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(there, self._seed, self._limits))
        process.start()
        there.close()
        return _Worker(process, here)

    def _give(self, worker: _Worker) -> None:
        worker.job = self._waiting.popleft()
        job_id = worker.job.exercise_id
        limits = grader.with_time_for(job_id, self._limits) if job_id else self._limits
        # An answer that is not right is tried twice.
        worker.deadline = time.monotonic() + 2 * limits.wall_seconds + SPARE_SECONDS
        worker.connection.send(worker.job)

    def _hear(self, worker: _Worker) -> bool:
        """Take what a worker has to say; return False where it is gone."""
        try:
            said = worker.connection.recv()
        except (EOFError, OSError):
            return False
        if worker.job is None:
            worker.ready = True
            return True
        job, worker.job = worker.job, None
        if isinstance(said, Mark):
            self._records[job.handed].marks[job.exercise_id] = said
        else:
            graded, ids = said
            self._records[job.handed] = _Record(graded, dict.fromkeys(ids))
            self._waiting.extendleft(_Job(job.handed, exercise_id) for exercise_id in reversed(ids))
        return True

    def _replace(self, worker: _Worker) -> _Worker:
        """End a worker that is gone or takes too long, write down what it leaves undone, and start another."""
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        job = worker.job
        if not worker.ready:
            raise RuntimeError("a process of the grader does not start; what it says stands above")
        if job is None:
            return self._start()
        if job.exercise_id:
            reason = "The grader stopped while it examined this answer."
            self._records[job.handed].marks[job.exercise_id] = Mark(job.exercise_id, "", BY_HAND, reason)
        else:
            self._records[job.handed] = _Record(_given_up(job.handed, "the grader stopped while it read this file"))
        return self._start()

    @staticmethod
    def _complete(record: _Record) -> Graded:
        return replace(record.graded, marks=[mark for mark in record.marks.values() if mark is not None])


def _work(connection: Connection, seed: int, limits: Limits) -> None:
    """Do the jobs that come through the connection, one after the other."""
    torch.set_num_threads(1)
    calling.TIME_LIMIT_SECONDS = 3 * limits.wall_seconds  # the limits of the pupil come first; busy cores are slow
    server = Server()
    if sys.platform == "linux":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + WORKER_MEMORY,) * 2)
    connection.send(server.isolation)
    try:
        while server.is_alive:
            job = connection.recv()
            connection.send(_mark(job, server, seed, limits) if job.exercise_id else _overview(job, server))
    except (EOFError, OSError):  # the pool is done
        pass
    server.close()


def _overview(job: _Job, server: Server) -> tuple[Graded, list[str]]:
    """Return what a file is, and the ids of the exercises that are to be graded."""

    def look() -> tuple[Graded, list[str]]:
        found = submission.read(job.handed.path)
        wanted = {} if found.problem else _tasks(found.lecture)
        graded = grader.overview(job.handed.student, job.handed.file, found, wanted)
        remarks = [job.handed.remark, *graded.remarks] if job.handed.remark else graded.remarks
        isolation = server.isolation if wanted else ""
        return replace(graded, number=job.handed.number, remarks=remarks, isolation=isolation), list(wanted)

    return _or(look, lambda reason: (_given_up(job.handed, reason), []))


def _mark(job: _Job, server: Server, seed: int, limits: Limits) -> Mark:
    def look() -> Mark:
        found = _read(job.handed.path)
        return grader.mark(_tasks(found.lecture)[job.exercise_id], found, server, seed, limits)

    return _or(look, lambda reason: Mark(job.exercise_id, "", BY_HAND, reason))


def _or(work: Callable[[], T], otherwise: Callable[[str], T]) -> T:
    """Return what the work returns; a fault of the grader must not end the grading of the others."""
    try:
        return work()
    except Exception as error:
        return otherwise(f"the grader failed ({type(error).__name__}: {str(error)[:200]})")


@functools.lru_cache(maxsize=2)
def _read(path: Path) -> submission.Submission:
    return submission.read(path)


@functools.cache
def _tasks(number: str) -> dict[str, Task]:
    known = {lecture.number: lecture for lecture in syllabus.lectures()}
    return tasks(known[number]) if number in known else {}


def _given_up(handed: Handed, reason: str) -> Graded:
    return Graded(handed.student, handed.file, number=handed.number, remarks=[f"{reason}: look at it by hand"])
