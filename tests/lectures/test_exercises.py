"""Every check is proven: the solution and another right answer pass, the stub is not attempted, mistakes are named."""

import ast
import importlib

import numpy as np
import pytest

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.authoring.student import student_notebook, tagged, tags
from course_utils.exercises import engine

LECTURES = {lecture.number: lecture for lecture in syllabus.lectures()}
EXERCISES = [exercise for number in LECTURES for exercise in engine.of_lecture(number).values()]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
_notebooks = {}


def notebooks(number):
    """Return (solution, student) of a lecture without outputs."""
    if number not in _notebooks:
        source = read_source(LECTURES[number])
        _notebooks[number] = (source, student_notebook(source))
    return _notebooks[number]


def answer_in(notebook, exercise_id):
    """Run the setup cells and the exercise's own cells alone, and return what its check cell hands to ``check``."""
    handed_in = []
    namespace = {"check": lambda _, answer: handed_in.append(answer)}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        is_check = tagged(cell, "check") == exercise_id
        if "setup" in tags(cell) or tagged(cell, "exercise") == exercise_id or is_check:
            if "setup" in tags(cell):
                setup = ast.parse(cell.source)  # imports alone: a setup cell may load data, which a check must not need
                setup.body = [node for node in setup.body if isinstance(node, ast.Import | ast.ImportFrom)]
                code = compile(setup, "setup", "exec")
            else:
                code = compile(cell.source, f"exercise {exercise_id}", "exec")
            exec(code, namespace)
            if "setup" in tags(cell):
                namespace["check"] = lambda _, answer: handed_in.append(answer)
    assert len(handed_in) == 1, f"one check cell hands in one answer for {exercise_id}"
    return handed_in[0]


def lecture_of(exercise):
    return exercise.id.partition(".")[0]


def label(value):
    return value.id if isinstance(value, engine.Exercise) else value.name.replace(" ", "-")


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_solution_passes(exercise):
    result = exercise.examine(answer_in(notebooks(lecture_of(exercise))[0], exercise.id))
    assert result.status == engine.CORRECT, result


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_stub_is_not_attempted(exercise):
    result = engine.check(exercise.id, answer_in(notebooks(lecture_of(exercise))[1], exercise.id))
    assert result.status == engine.NOT_ATTEMPTED, result


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_another_right_answer_passes(exercise):
    alternatives = importlib.import_module(f"tests.lectures.answers.lecture_{lecture_of(exercise)}").ALTERNATIVES
    result = exercise.examine(alternatives[exercise.id])
    assert result.status == engine.CORRECT, result


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=label)
def test_mistake_is_named(exercise, mistake):
    result = exercise.examine(mistake.answer)
    assert result.status == engine.INCORRECT, result
    assert result.mistake == mistake.name, result
    assert mistake.message in result.message


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_exercise_is_complete(exercise):
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 3
    messages = [mistake.message for mistake in exercise.mistakes]
    assert len(set(messages)) == len(messages), "each mistake has a message of its own"
    assert exercise.minutes > 0


# Answers of beginners that no exercise foresees: each is met with a sentence, never with a crash of the check.
def returns_none(*arguments):
    arguments[0]


def raises(*arguments):
    raise ZeroDivisionError("half way through")


def returns_text(*arguments):
    return "done"


def returns_nan(*arguments):
    return np.full(3, np.nan)


def leaves(*arguments):
    raise SystemExit


ODDITIES = [returns_none, raises, returns_text, returns_nan, leaves, 3, "text", [1, 2], np.zeros(2), object(), print]


@pytest.mark.parametrize("odd", ODDITIES, ids=lambda odd: getattr(odd, "__name__", repr(type(odd).__name__)))
@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_odd_answers_are_met_with_a_sentence(exercise, odd):
    result = exercise.examine(odd)
    assert result.status != engine.CORRECT
    assert len(result.message) > 15
