"""Every exercise meets what beginners hand in by accident with a sentence: derived from each right answer in turn."""

import dataclasses
import importlib
import time

import numpy as np
import pytest
import torch

from course_utils.exercises import calling, engine
from course_utils.exercises.kinds import OTHER_INPUTS, BuildExercise, ChoiceExercise, FunctionExercise, ValueExercise
from tests.lectures.test_exercises import EXERCISES, answer_in, label, notebooks

BY_KIND = {
    kind: [exercise for exercise in EXERCISES if isinstance(exercise, kind)]
    for kind in (FunctionExercise, ValueExercise, ChoiceExercise, BuildExercise)
}
for_each = {kind: pytest.mark.parametrize("exercise", exercises, ids=label) for kind, exercises in BY_KIND.items()}
FORGOTTEN_VARIABLE = 3.5  # what an answer reads by mistake


def leaves(change, value):
    """Apply a change to each number, array and tensor inside a value."""
    if isinstance(value, tuple | list):
        return type(value)(leaves(change, item) for item in value)
    return value if isinstance(value, str) else change(value)


def is_array(value):
    return isinstance(value, np.ndarray | torch.Tensor)


def arrays_in(value):
    if isinstance(value, tuple | list):
        return [array for item in value for array in arrays_in(item)]
    return [value] if is_array(value) else []


def as_float(value):
    return value.double() if isinstance(value, torch.Tensor) else np.asarray(value, dtype=np.float64)


def right(exercise, *arguments):
    """Return what a right answer returns, cut off from what it was computed from."""
    return leaves(lambda value: getattr(value, "detach", lambda: value)(), exercise.reference(*arguments))


def message(exercise, answer):
    result = engine.check(exercise.id, answer)
    assert result.status == engine.INCORRECT, result
    assert len(result.message) > 15
    assert "breaks when it is looked at" not in result.message
    return result.message


@for_each[FunctionExercise]
def test_wrong_shape_is_said(exercise):
    def longer(value):
        return value[None] if is_array(value) and value.ndim else np.stack([value, value])

    def answer(*arguments):
        return leaves(longer, right(exercise, *arguments))

    assert "shape" in message(exercise, answer)


@for_each[FunctionExercise]
def test_wrong_dtype_is_said(exercise):
    def answer(*arguments):
        return leaves(lambda value: np.asarray(value).astype(str), right(exercise, *arguments))

    assert message(exercise, answer).startswith(("Expected", "Value 1 of"))


@for_each[FunctionExercise]
def test_whole_numbers_instead_of_fractions_are_said(exercise):
    def whole(value):
        return value.long() if isinstance(value, torch.Tensor) else np.asarray(value).astype(int)

    cases = exercise.cases(np.random.default_rng(engine.SEED))
    values = [right(exercise, *arguments) for arguments in cases]
    if all(np.array_equal(whole(array), array) for array in arrays_in(values)):
        pytest.skip("the right answer consists of whole numbers")
    message(exercise, lambda *arguments: leaves(whole, right(exercise, *arguments)))


@for_each[FunctionExercise]
def test_nan_is_said(exercise):
    def answer(*arguments):
        return leaves(lambda value: as_float(value) * np.nan, right(exercise, *arguments))

    assert "nan" in message(exercise, answer).lower()


@for_each[FunctionExercise]
def test_changed_input_is_said(exercise):
    arguments = exercise.cases(np.random.default_rng(engine.SEED))[0]
    if not arrays_in(arguments):
        pytest.skip("it takes no array")

    def answer(*arguments):
        returned = right(exercise, *arguments)
        arrays_in(arguments)[0][...] = 1
        return returned

    assert "answer changes the" in message(exercise, answer)


@for_each[FunctionExercise]
def test_printing_instead_of_returning_is_said(exercise):
    assert "It prints its answer" in message(exercise, lambda *arguments: print(right(exercise, *arguments)))


@for_each[FunctionExercise]
def test_notebook_variable_is_said(exercise):
    def answer(*arguments):
        return leaves(lambda value: as_float(value) * FORGOTTEN_VARIABLE + 17, right(exercise, *arguments))

    assert "FORGOTTEN_VARIABLE" in message(exercise, answer)


@for_each[FunctionExercise]
def test_endless_loop_is_said(exercise, monkeypatch):
    def answer(*arguments):
        while True:
            pass

    monkeypatch.setattr(calling, "TIME_LIMIT_SECONDS", 0.02)
    assert "still running" in message(exercise, answer)


@for_each[FunctionExercise]
def test_table_of_answers_to_the_first_inputs_is_found_out(exercise):
    values = [right(exercise, *arguments) for arguments in exercise.cases(np.random.default_rng(engine.SEED))]

    def answer(*arguments):
        return values.pop(0) if values else right(exercise, *first)

    first = exercise.cases(np.random.default_rng(engine.SEED))[0]
    said = message(exercise, answer)
    assert OTHER_INPUTS in said or exercise.gradients  # numbers from a table have no gradient


@for_each[FunctionExercise]
def test_right_answers_are_right_for_other_inputs(exercise):
    number = exercise.id.partition(".")[0]
    alternatives = importlib.import_module(f"tests.lectures.answers.lecture_{number}").ALTERNATIVES
    for answer in (answer_in(notebooks(number)[0], exercise.id), alternatives[exercise.id]):
        for seed in (1, 2, engine.SEED + 1000):  # the last one is that of grading
            result = exercise.examine(answer, seed)
            assert result.status == engine.CORRECT, result


@for_each[ValueExercise]
def test_value_in_another_type_is_right(exercise):
    right = exercise.expected()
    assert engine.check(exercise.id, leaves(as_float, right)).status == engine.CORRECT
    if isinstance(right, int):
        assert engine.check(exercise.id, np.int64(right)).status == engine.CORRECT
        assert engine.check(exercise.id, torch.tensor(right)).status == engine.CORRECT


@for_each[ValueExercise]
@pytest.mark.parametrize(
    "spoil",
    [
        lambda right: str(right),
        lambda right: np.stack([np.asarray(right), np.asarray(right)]),
        lambda right: leaves(lambda value: as_float(value) * np.nan, right) if type(right) is not tuple else np.nan,
        lambda right: lambda: right,
        lambda right: leaves(lambda value: True, right) if type(right) is not tuple else True,
        lambda right: {right},
    ],
    ids=["text", "shape", "nan", "function", "boolean", "set"],
)
def test_spoilt_value_is_said(exercise, spoil):
    message(exercise, spoil(exercise.expected()))


@for_each[ChoiceExercise]
@pytest.mark.parametrize("spoil", [lambda right: [right], lambda right: ord(right), lambda right: f"answer {right}"])
def test_spoilt_choice_is_said(exercise, spoil):
    assert engine.check(exercise.id, exercise.right.upper()).message == exercise.why != ""
    assert "one letter in quotes" in message(exercise, spoil(exercise.right))


@for_each[BuildExercise]
def test_builder_that_misbehaves_is_said(exercise, monkeypatch):
    def never(*arguments):
        while True:
            pass

    monkeypatch.setattr(calling, "TIME_LIMIT_SECONDS", 0.02)
    result = engine.judge(dataclasses.replace(exercise, seconds=0.0), never)  # a task may give more time: not here
    assert result.status == engine.INCORRECT and "still running" in result.message


class Hostile:
    """An object that breaks whoever looks at it."""

    shape = property(lambda self: 1 / 0)

    def __repr__(self):
        raise ValueError("no")

    __eq__ = __hash__ = __array__ = __len__ = __iter__ = __repr__


NESTED = []
NESTED.append(NESTED)
STRANGE = [
    Hostile(),
    Hostile,
    np,
    NESTED,
    10**400,
    1j,
    b"bytes",
    {},
    [[1], [1, 2]],
    iter([1]),
    np.ma.masked,
    "x" * 10**6,
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_no_object_breaks_a_check(exercise):
    for answer in [*STRANGE, *(lambda *arguments, strange=strange: strange for strange in STRANGE)]:
        result = engine.check(exercise.id, answer)
        assert result.status == engine.INCORRECT, result
        assert 15 < len(result.message) < 600
        assert repr(result) and result._repr_html_()


def test_a_photograph_in_double_precision_is_not_ready_for_a_network():
    result = engine.check("00.6", lambda photograph: torch.tensor(photograph / 255.0).permute(2, 0, 1)[None])
    assert result.status == engine.INCORRECT and "float64" in result.message


def test_prepared_pictures_may_be_float32():
    def prepared(photos, mean, std):
        single = photos.astype(np.float32) / 255
        return ((single - mean.astype(np.float32)) / std.astype(np.float32)).transpose(0, 3, 1, 2)

    assert engine.check("12a.4", prepared).status == engine.CORRECT


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_a_check_takes_under_a_second(exercise):
    answer = answer_in(notebooks(exercise.id.partition(".")[0])[0], exercise.id)
    engine.check(exercise.id, answer)  # imports and first-call costs are the notebook's, not the check's
    start = time.process_time()
    engine.check(exercise.id, answer)
    given = getattr(exercise, "seconds", 0.0)  # to train a network in
    assert time.process_time() - start < max(1.0, given / 20)
