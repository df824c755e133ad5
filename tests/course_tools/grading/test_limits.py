"""Limits hold for an exercise as a whole, whatever an answer does between calls, however busy the machine is."""

import pytest

from course_tools.grading import pool
from course_tools.grading.grader import examine, with_time_for
from course_tools.grading.limits import Limits
from course_tools.grading.remote import Server
from course_tools.grading.room import DEAD, GARBLED, STOPPED, TOO_LONG
from course_utils.exercises import engine
from tests.course_tools.grading import attacks, makers

PLENTY = 300  # seconds on the clock that no machine is too busy for
# A share of the time in each call, each below the limit; the check calls six times.
COMPUTES_IN_EACH_CALL = """
import time
end = time.process_time() + 0.6
while time.process_time() < end:
    pass
return right(image, width)
"""
SLEEPS_IN_EACH_CALL = "import time\ntime.sleep(1)\nreturn right(image, width)"
# Answers byte by byte, so that something always comes.
DRIPS = r"""
import sys, time
connection = sys._getframe(1).f_locals["self"]._connection
connection.send(b"\x00\x01\x00\x00")
while True:
    connection.send(b" ")
    time.sleep(0.3)
"""
CRASHES = "import ctypes\nctypes.string_at(0)"
ASKS_FOR_A_HUGE_ARRAY = r"""
import sys
pupil = sys._getframe(1).f_locals["self"]
header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
header += b" " * (118 - len(header) - 1) + b"\n"
data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
import course_tools.grading.wire as wire
values = ["dict", [[["plain", "returned"], ["list", [["array", 0], ["list", []], ["plain", None]]]],
                   [["plain", "printed"], ["plain", ""]]]]
wire.send(pupil._connection, {"kind": "answer", "values": values}, [data])
"""


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.close()


def examined(server, body, **limits):
    source = makers.notebook_cell(body)
    task = pool._tasks(makers.LECTURE.number)[makers.ATTACKED]
    return examine(task, [source], [], server, engine.GRADING_SEED, Limits(**{"wall_seconds": PLENTY, **limits}))


@pytest.mark.parametrize(
    ("body", "limits", "fate"),
    [
        (attacks.WAITS, {"wall_seconds": 2}, TOO_LONG),
        (SLEEPS_IN_EACH_CALL, {"wall_seconds": 3}, TOO_LONG),
        (DRIPS, {"wall_seconds": 2}, TOO_LONG),
        (COMPUTES_IN_EACH_CALL, {"cpu_seconds": 2}, TOO_LONG),
        (attacks.ENDLESS, {"cpu_seconds": 1}, TOO_LONG),
        (attacks.UNSTOPPABLE, {"cpu_seconds": 1}, TOO_LONG),
        (attacks.EXITS, {}, DEAD),
        (CRASHES, {}, STOPPED),
    ],
    ids=[
        "waits",
        "sleeps in each call",
        "drips",
        "computes in each call",
        "endless",
        "unstoppable",
        "exits",
        "crashes",
    ],
)
def test_answer_is_stopped_and_told_why(server, body, limits, fate):
    result = examined(server, body, **limits)
    assert (result.status, result.message) == (engine.INCORRECT, fate)


def test_right_answer_is_right_within_the_same_limits(server):
    assert examined(server, "return right(image, width)", cpu_seconds=2).status == engine.CORRECT


def test_array_that_claims_to_be_huge_costs_its_exercise_only(server):
    result = examined(server, ASKS_FOR_A_HUGE_ARRAY)
    assert (result.status, result.message) == (engine.INCORRECT, GARBLED)


def test_a_task_that_gives_time_to_train_has_it_when_it_is_graded():
    limits = Limits()
    longer = with_time_for("10b.6", limits)
    given = engine.find("10b.6").seconds
    assert (longer.cpu_seconds, longer.wall_seconds) == (limits.cpu_seconds + given, limits.wall_seconds + given)
    assert longer.memory_mb == limits.memory_mb
    assert given > limits.cpu_seconds
    assert all(with_time_for(name, limits) == limits for name in ("10a.3", "10b.2", "10b.1"))
