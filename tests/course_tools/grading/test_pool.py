"""A worker that dies or hangs costs the one exercise that it had; everything else is graded."""

import json
import os
import signal

import psutil
import pytest

from course_tools.grading import pool
from course_tools.grading.grader import BY_HAND
from course_utils.exercises import engine
from tests.course_tools.grading import makers


@pytest.fixture
def folder(tmp_path):
    for name in ("ann", "bob"):
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(makers.notebook()), encoding="utf-8")
    return tmp_path


def grade_while(folder, monkeypatch, disturb, exercise_id):
    """Grade with one worker, which is disturbed when it has got Ann's answer to an exercise, or her file."""
    give = pool._Pool._give

    def disturbing(self, worker):
        give(self, worker)
        if worker.job.handed.student == "ann" and worker.job.exercise_id == exercise_id:
            disturb(worker)

    monkeypatch.setattr(pool._Pool, "_give", disturbing)
    return pool.grade_folder(folder, jobs=1)


def dies(worker):
    worker.process.kill()


def hangs(worker):
    os.kill(worker.process.pid, signal.SIGSTOP)
    worker.deadline = 0.0


@pytest.mark.parametrize("disturb", [dies, hangs])
def test_worker_costs_the_exercise_that_it_had(folder, monkeypatch, disturb):
    ann, bob = grade_while(folder, monkeypatch, disturb, makers.ATTACKED)
    assert (ann.points, bob.points) == (makers.POINTS - 1, makers.POINTS)
    assert {mark.exercise_id for mark in ann.marks if mark.status == BY_HAND} == {makers.ATTACKED}
    assert [mark.exercise_id for mark in ann.marks] == list(engine.of_lecture(makers.LECTURE.number))
    assert _servers() == []


def test_worker_that_dies_while_it_reads_costs_the_file(folder, monkeypatch):
    ann, bob = grade_while(folder, monkeypatch, dies, "")
    assert (ann.marks, bob.points) == ([], makers.POINTS)
    assert ann.remarks == ["the grader stopped while it read this file: look at it by hand"]


def _servers():
    return [one for one in psutil.Process().children(recursive=True) if "grading.server" in " ".join(one.cmdline())]


def test_fault_of_the_grader_is_told_and_costs_no_other(folder, monkeypatch):
    """The file is replaced after it was read, by one for which the grader is not prepared."""
    give = pool._Pool._give

    def swapping(self, worker):
        if self._waiting[0].exercise_id and self._waiting[0].handed.student == "ann":
            (folder / "ann.ipynb").write_text("{}", encoding="utf-8")
        give(self, worker)

    monkeypatch.setattr(pool._Pool, "_give", swapping)
    ann, bob = pool.grade_folder(folder, jobs=1)
    assert bob.points == makers.POINTS
    assert {(mark.status, mark.message[:29]) for mark in ann.marks} == {(BY_HAND, "the grader failed (KeyError: ")}


def test_grader_that_does_not_start_ends_with_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(pool, "_work", _ends_at_once)
    with pytest.raises(RuntimeError, match="does not start"):
        pool.grade_folder(folder, jobs=1)


def _ends_at_once(connection, *arguments):
    connection.close()
