"""Grading and the notebook give the same verdict: every proof answer is judged here, and again through the wire.

Fifty seeds are shared out over the answers: each answer meets some of them, and each seed some of the answers.
"""

import contextlib
import importlib
import socket
import threading

import pytest

from course_tools.grading.limits import Limits
from course_tools.grading.pupil import Pupil
from course_tools.grading.room import Room
from course_utils.exercises import engine
from tests.lectures.test_exercises import EXERCISES, answer_in, label, lecture_of, notebooks

SEEDS = range(engine.GRADING_SEED, engine.GRADING_SEED + 50)
SEEDS_OF_AN_ANSWER = 2
HANDED_IN = []  # what the check cell of the moment hands in
CELL = f"from {__name__} import HANDED_IN\nanswer = HANDED_IN[0]"


@contextlib.contextmanager
def travelled(answer):
    """Give the stand-in of an answer: the student's side of the wire runs in a thread, not in a closed process."""
    here, there = socket.socketpair()
    watch, _ = socket.socketpair()
    thread = threading.Thread(target=Pupil(there).serve, daemon=True)
    thread.start()
    HANDED_IN[:] = [answer]
    room = Room(here, watch, Limits(wall_seconds=600))
    yield room.run([], [("exercise", CELL)], [], 'check("00.0", answer)')
    assert room.fate == ""
    here.close()
    thread.join()


def proof_answers(exercise):
    """Return the solution, another right answer, the stub and every mistake, by name."""
    solution, blank = notebooks(lecture_of(exercise))
    alternatives = importlib.import_module(f"tests.lectures.answers.lecture_{lecture_of(exercise)}").ALTERNATIVES
    found = {"solution": answer_in(solution, exercise.id), "another": alternatives[exercise.id]}
    found["stub"] = answer_in(blank, exercise.id)
    return found | {mistake.name: mistake.answer for mistake in exercise.mistakes}


def said(result):
    return result.status, result.mistake


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_verdict_is_the_same_through_the_wire(exercise):
    differing = {}
    start = EXERCISES.index(exercise)
    for number, (name, answer) in enumerate(proof_answers(exercise).items(), start=start):
        seeds = [SEEDS[(SEEDS_OF_AN_ANSWER * number + step) % len(SEEDS)] for step in range(SEEDS_OF_AN_ANSWER)]
        for seed in seeds:
            here = said(engine.judge(exercise, answer, seed))
            with travelled(answer) as handed_in:
                there = said(
                    exercise.not_attempted() if handed_in.blank else engine.judge(exercise, handed_in.value, seed)
                )
            if here != there:
                differing[name, seed] = here, there
    assert differing == {}
