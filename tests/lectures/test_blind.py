"""Answers written from the task texts alone: right ones pass, wrong ones do not, and most are told what is wrong."""

import contextlib
import copy
import dataclasses
import importlib
import io
import re
from functools import cache

import numpy as np
import pytest
import torch

from course_utils.exercises import diagnosis, engine, trials
from course_utils.exercises.function_kind import CASE_NOTE
from course_utils.exercises.kinds import FunctionExercise
from tests.lectures.test_exercises import answer_in, lecture_of, notebooks

LECTURES = [
    "00",
    "01a",
    "01b",
    "02a",
    "02b",
    "03a",
    "03b",
    "04a",
    "04b",
    "05a",
    "05b",
    "06a",
    "06b",
    "07a",
    "07b",
    "08a",
    "08b",
    "08c",
    "09a",
    "09b",
    "10a",
    "10b",
    "11a",
    "11b",
    "12a",
    "12b",
]
# Right answers are tried with all seeds; where a case holds networks or many tensors, one costs more and fewer do.
SEEDS, SLOW_SEEDS, SLOW = range(50), range(12), {"08a", "08b", "08c", "09a", "09b", "10a", "10b", "11a"}
WRONG_SEEDS = range(3)  # a wrong answer that one seed lets pass has a case that is drawn too freely: that shows soon
# A message that says no more than that the values are wrong, and on which side of the right ones they lie.
GENERIC = re.compile(
    r"^([A-Z][^:]{0,60}: )?(Value \d+ of \d+: )?"
    r"(The shape is right, the values are not \([^)]*\); the first at index \([^)]*\) is \S+\.|.{0,60} is not right\.)"
    r"( Whatever is wrong is too (large|small)\.| It is too (large|small)\.)?$"
)


@cache
def blind(number):
    return importlib.import_module(f"tests.lectures.blind.lecture_{number}")


def answers(number, kind):
    """Return (exercise, place in the list, answer) of all right or all wrong answers of a lecture."""
    pairs = getattr(blind(number), kind).items()
    return [(engine.find(name), place, answer) for name, listed in pairs for place, answer in enumerate(listed)]


def told(exercise, answer):
    with contextlib.redirect_stderr(io.StringIO()):  # overflows of the answers themselves
        return engine.judge(exercise, answer)


@pytest.mark.parametrize("number", LECTURES)
def test_every_exercise_has_its_blind_answers(number):
    for kind, least in (("RIGHT", 3), ("WRONG", 5)):
        assert set(getattr(blind(number), kind)) == set(engine.of_lecture(number))
        assert all(len(listed) >= least for listed in getattr(blind(number), kind).values())


@pytest.mark.parametrize("number", LECTURES)
def test_right_answers_pass(number):
    results = [(f"{e.id} right[{i}]", told(e, a)) for e, i, a in answers(number, "RIGHT")]
    assert [(name, result) for name, result in results if result.status != engine.CORRECT] == []


@pytest.mark.parametrize("number", LECTURES)
def test_wrong_answers_do_not_pass_and_four_of_five_are_told_why(number):
    results = [(f"{e.id} wrong[{i}]", told(e, a)) for e, i, a in answers(number, "WRONG")]
    assert [name for name, result in results if result.status != engine.INCORRECT] == []
    generic = [
        name
        for name, result in results
        if not result.mistake and GENERIC.match(result.message.replace(CASE_NOTE, "").strip())
    ]
    assert len(generic) <= 0.2 * len(results), generic


def tasks(exercise, number):
    """Return what a round of a check hands out and awaits: cases, right values, tolerances."""
    cases = exercise.cases(np.random.default_rng(number))
    return [
        (case, trials.expectation(exercise.reference, case, exercise.gradients), exercise._tolerances(case))
        for case in cases
    ]


def is_right(exercise, answer, round_of_tasks):
    """Return what a round finds, without words and threads: a thread for each call makes a busy machine wait."""
    call = trials.quietly(trials.with_gradients(answer, exercise.gradients) if exercise.gradients else answer)
    for case, expected, (rtol, atol) in round_of_tasks:
        given = copy.deepcopy(tuple(case))
        try:
            returned = call(*given)
        except Exception:
            return False
        if trials._changed(tuple(case), given):
            return False
        if exercise.gradients and (returned is None or None in returned[1]):
            return False
        if diagnosis.difference(expected, returned, rtol=rtol, atol=atol) is not None:
            return False
        if exercise.dtype not in (None, str(getattr(returned, "dtype", None))):
            return False
        # An exercise with a rule of its own, such as plain numbers only, is asked.
        if type(exercise) is not FunctionExercise and exercise._problem(returned, expected, case) is not None:
            return False
    return True


@pytest.mark.parametrize("number", LECTURES)
def test_no_verdict_depends_on_the_seed(number):
    alternatives = importlib.import_module(f"tests.lectures.answers.lecture_{number}").ALTERNATIVES
    for exercise in engine.of_lecture(number).values():
        if not isinstance(exercise, FunctionExercise):
            continue
        right = [answer_in(notebooks(lecture_of(exercise))[0], exercise.id), alternatives[exercise.id]]
        right += blind(number).RIGHT[exercise.id]
        wrong = [mistake.answer for mistake in exercise.mistakes] + blind(number).WRONG[exercise.id]
        # A check goes two rounds, the second of which is the first of the next seed: each is prepared and tried once.
        seeds = SLOW_SEEDS if number in SLOW else SEEDS
        rounds = [tasks(exercise, first) for first in range(len(seeds) + 1)]
        with contextlib.redirect_stderr(io.StringIO()):
            for place, answer in enumerate(right):
                assert all(is_right(exercise, answer, one) for one in rounds), (exercise.id, "right", place)
            for place, answer in enumerate(wrong):
                if (
                    exercise.forbidden
                    and "rules out" in told(dataclasses.replace(exercise, mistakes=()), answer).message
                ):
                    continue  # the values are right, whatever the seed
                passing = [
                    seed
                    for seed in WRONG_SEEDS
                    if all(is_right(exercise, answer, one) for one in rounds[seed : seed + 2])
                ]
                assert passing == [], (exercise.id, "wrong", place)


def networks(number, exercise_id):
    """Return (makers of right networks, makers of wrong ones)."""
    module = blind(number)
    makers = {kind: getattr(module, kind)[exercise_id] for kind in ("RIGHT", "WRONG")}
    wrong = {"09a.6": makers["WRONG"][:1] + makers["WRONG"][4:6], "11a.6": makers["WRONG"][1:3]}
    return makers["RIGHT"], wrong[exercise_id]


# Networks that are trained by the check take about a second each, so they are started anew less often.
@pytest.mark.parametrize(("exercise_id", "starts"), [("09a.6", 12), ("11a.6", 3)])
def test_no_verdict_depends_on_the_start_of_a_network(exercise_id, starts):
    exercise = engine.find(exercise_id)
    right, wrong = networks(exercise_id.partition(".")[0], exercise_id)
    for start in range(starts):
        for status, makers in ((engine.CORRECT, right), (engine.INCORRECT, wrong)):
            for place, make in enumerate(makers):
                torch.manual_seed(start)
                result = exercise.examine(make)
                assert result.status == status, (exercise_id, place, start, result)
