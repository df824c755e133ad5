"""The engine of the exercises on answers that are hard to stop or to read, and on ids that are none."""

import _thread
import time

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.exercises import calling, diagnosis, engine
from course_utils.exercises.kinds import ValueExercise
from tests.course_utils.test_engine_answers import DOUBLE, NUMBER, said


class Leaves:
    def __repr__(self):
        raise SystemExit

    __array__ = __repr__


@pytest.mark.parametrize("answer", [Leaves(), lambda x: Leaves(), range(10**9), lambda x: range(10**9)])
def test_an_answer_that_leaves_or_never_ends_is_met_with_a_sentence(answer):
    start = time.monotonic()
    for exercise in (DOUBLE, NUMBER, ValueExercise(id="1", title="", minutes=1, hints=(), expected=lambda: 3)):
        assert 15 < len(said(exercise, answer)) < 400
    assert time.monotonic() - start < 5


def test_the_stop_button_stops_the_students_thread():
    beats = []

    def endless(x):
        _thread.interrupt_main()  # the button is pressed once the answer runs, however busy the machine is
        while True:
            beats.append(time.monotonic())

    with pytest.raises(KeyboardInterrupt):
        engine.judge(DOUBLE, endless)
    time.sleep(0.3)
    count = len(beats)
    time.sleep(0.1)
    assert len(beats) == count > 0


def test_a_call_may_take_longer_where_its_task_says_so(monkeypatch):
    monkeypatch.setattr(calling, "TIME_LIMIT_SECONDS", 0.05)

    def slow(x):
        time.sleep(0.3)
        return x

    assert calling.guarded_call(slow, (3,)).timed_out
    in_time = calling.guarded_call(slow, (3,), 60.0)
    assert not in_time.timed_out and in_time.returned == 3


def test_long_texts_are_cut_and_tracebacks_are_the_students():
    def fails(x):
        raise ValueError("x" * 10**6)

    def inside(x):
        return nn.Linear(2, 2)(torch.ones(3))

    assert len(repr(engine.judge(DOUBLE, fails))) < 8000
    trace = engine.judge(DOUBLE, inside).traceback
    assert "nn.Linear(2, 2)(torch.ones(3))" in trace
    assert "site-packages" not in trace and "calling.py" not in trace and trace.count("File") == 1
    assert "raised AssertionError." in said(DOUBLE, lambda x: exec("assert False"))


@pytest.mark.parametrize(
    ("exercise_id", "words"),
    [
        (2.3, 'in quotes, and first: check("02.3", answer)'),
        (["00.3"], "in quotes, and first"),
        (lambda x: x, "in quotes, and first"),
        ("0.3", 'two digits, "00.3"'),
        ("00.99", "exercises of that lecture: 00.1, 00.2"),
        ("../x", "none"),
        ("x" * 10**6, "none"),
    ],
)
def test_an_id_of_a_wrong_kind_is_answered_by_what_to_type(exercise_id, words):
    for command in (engine.check, lambda *arguments: engine.hint(arguments[0])):
        with pytest.raises(engine.UnknownExercise) as found:
            command(exercise_id, "00.1")
        assert words in str(found.value) and len(str(found.value)) < 200


def test_a_blank_after_an_id_does_no_harm():
    assert engine.check("00.1 ", 1).exercise_id == "00.1"


@pytest.mark.parametrize("number", ["all", 1.5, 99, [1]])
def test_an_odd_number_of_a_hint_is_answered_by_what_to_type(number):
    with pytest.raises(ValueError, match=r'has hints 1 to 2, .*hint\("00.1", 1\)'):
        engine.hint("00.1", number)


def test_describe_uses_the_right_article():
    assert diagnosis.describe(np.ones((2, 2))) == "an ndarray of shape (2, 2)"
    assert diagnosis.describe(1j) == "complex 1j"
    assert calling.cut("a" * 100, 10) == "aaaaa … aaaaa"


def test_an_answer_that_overflows_in_one_call_is_not_called_nearly_right():
    said_of_it = said(DOUBLE, lambda x: 2 * x if len(x) == 2 else np.full(x.shape, np.inf))
    assert "some values are infinite" in said_of_it
    assert "nearly right" not in said_of_it
