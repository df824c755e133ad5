"""The engine of the exercises on toy exercises: outcomes, messages, hints, and answers that misbehave."""

import dataclasses

import numpy as np
import pytest
import torch

from course_utils.exercises import calling, diagnosis, engine, progress, progress_table
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import OTHER_INPUTS, BuildExercise, ChoiceExercise, FunctionExercise, ValueExercise

scale = 2.0  # a notebook variable that a careless answer reads


def double(x):
    return 2 * x


DOUBLE = FunctionExercise(
    id="99.1",
    title="Double",
    minutes=1,
    hints=("Add it to itself.", "2 * x"),
    cases=lambda rng: [(rng.normal(size=(2, 3)),), (rng.normal(size=(4, 1)),)],
    reference=double,
    mistakes=(Mistake("squared", lambda x: x**2, "This squares."),),
)
VALUE = ValueExercise(id="99.2", title="Four", minutes=1, hints=("a", "b"), expected=lambda: 4.0)
CHOICE = ChoiceExercise(
    id="99.3",
    title="Choose",
    minutes=1,
    hints=("a", "b"),
    right="b",
    why="Because.",
    mistakes=(Mistake("a", "a", "Not a."),),
)
BUILD = BuildExercise(
    id="99.4",
    title="Build a list",
    minutes=1,
    hints=("a", "b"),
    examiner=lambda built: None if built == [1] else "It should hold a one.",
    mistakes=(Mistake("empty", lambda: [], "hold a one"),),
)


def test_right_answer_is_correct():
    assert DOUBLE.examine(lambda x: x + x).status == engine.CORRECT


def test_known_mistake_is_named_and_the_case_is_kept():
    result = DOUBLE.examine(lambda x: x * x)
    assert (result.status, result.mistake) == (engine.INCORRECT, "squared")
    assert np.array_equal(result.expected, 2 * result.inputs[0])
    assert np.array_equal(result.returned, result.inputs[0] ** 2)


def test_message_climbs_from_type_to_shape_to_values():
    def message(answer):
        return DOUBLE.examine(answer).message

    assert "Expected a NumPy array, got a dict" in message(lambda x: dict.fromkeys("abcdefghijklmnopq"))
    assert DOUBLE.examine(lambda x: (2 * x).tolist()).status == engine.CORRECT
    assert "looks transposed" in message(lambda x: 2 * x.T)
    assert "Expected shape (2, 3), got (6,)" in message(lambda x: 2 * x.ravel())
    assert "dtype int64" in message(lambda x: (2 * x).astype(int))
    assert "NaN" in message(lambda x: x * np.nan)
    assert "Every sign is turned around" in message(lambda x: -2 * x)
    assert "too large, by a factor of 1.5" in message(lambda x: 3 * x)
    assert "off by the same amount, 1." in message(lambda x: 2 * x + 1)
    assert "index (0, 0)" in message(lambda x: 2 * x + np.arange(x.size).reshape(x.shape) + 1)


def test_derivation_is_shown_after_a_right_answer_only():
    derived = dataclasses.replace(DOUBLE, why="On paper: x + x = 2 x.")
    assert derived.examine(lambda x: x + x).message == "On paper: x + x = 2 x."
    assert "On paper" not in derived.examine(lambda x: x**2).message


def test_table_of_answers_is_found_out_and_learns_nothing_new():
    right = [2 * arguments[0] for arguments in DOUBLE.cases(np.random.default_rng(engine.SEED))]
    table = {answer.tobytes(): answer for answer in right}
    result = DOUBLE.examine(lambda x: table.get((2 * x).tobytes(), x))
    assert result.message == OTHER_INPUTS
    assert result.inputs is result.expected is None


def test_mutation_inside_a_list_is_found():
    exercise = dataclasses.replace(DOUBLE, cases=lambda rng: [([np.ones(2)],)], reference=lambda xs: xs[0] * 2)

    def in_place(xs):
        xs[0] *= 2
        return xs[0]

    def pops(xs):
        return xs.pop() * 2

    assert "changes the array" in exercise.examine(in_place).message
    assert "changes the list" in exercise.examine(pops).message


def test_progress_remembers_the_latest_outcome(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "_outcomes", {})
    monkeypatch.setattr(engine, "of_lecture", lambda number: {"99.1": DOUBLE, "99.2": VALUE})
    assert progress("99").statuses == [engine.NOT_ATTEMPTED] * 2
    engine.check("99.1", lambda x: x)
    engine.check("99.1", double)
    engine.check("99.2", 5)
    table = progress("99")
    assert table.heading == "Lecture 99: 1 of 2 exercises correct, about 1 min to go"
    assert repr(table).splitlines()[1:] == ["✔ 99.1  Double  correct", "✘ 99.2  Four    incorrect"]
    assert "<td>99.1</td>" in table._repr_html_()
    assert progress_table.progress_from("99", {"99.1": "correct", "99.2": "correct"}).heading.endswith(
        "2 of 2 exercises correct"
    )


def test_progress_of_a_lecture_without_exercises():
    with pytest.raises(KeyError, match="no exercises in lecture '98'"):
        progress("98")


def test_mutation_is_found():
    def in_place(x):
        x *= 2
        return x

    assert "changes the array" in DOUBLE.examine(in_place).message


def test_missing_return_and_printing():
    def prints(x):
        print(2 * x)

    def forgets(x):
        x = 2 * x

    assert "It prints its answer" in DOUBLE.examine(prints).message
    assert "is a return missing?" in DOUBLE.examine(forgets).message


def test_own_traceback_is_kept():
    def fails(x):
        return x.no_such_attribute

    result = DOUBLE.examine(fails)
    assert "AttributeError" in result.message
    assert "return x.no_such_attribute" in result.traceback
    assert "calling.py" not in result.traceback


def test_wrong_number_of_parameters_is_said():
    assert "called with 1 argument, but takes (x, y)" in DOUBLE.examine(lambda x, y: x).message


def test_endless_loop_is_stopped(monkeypatch):
    def endless(x):
        while True:
            pass

    monkeypatch.setattr(calling, "TIME_LIMIT_SECONDS", 0.2)
    assert "still running" in DOUBLE.examine(endless).message


def test_notebook_variable_is_pointed_out():
    def reads_scale(x):
        return x * scale * 1.5 + x**3

    assert "reads the notebook's scale" in DOUBLE.examine(reads_scale).message


def test_values_seen_in_the_notebook_do_not_help():
    answers = {(2, 3): np.ones((2, 3))}
    assert DOUBLE.examine(lambda x: answers[x.shape]).status == engine.INCORRECT


@pytest.mark.parametrize("blank", [None, ...])
def test_untouched_value_is_not_attempted(blank, monkeypatch):
    monkeypatch.setattr(engine, "of_lecture", lambda number: {"99.2": VALUE})
    assert engine.check("99.2", blank).status == engine.NOT_ATTEMPTED


def test_untouched_function_is_not_attempted():
    def stub(x):
        """Return twice x."""
        ...

    def old_stub(x):
        raise NotImplementedError

    assert DOUBLE.examine(stub).status == engine.NOT_ATTEMPTED
    assert DOUBLE.examine(old_stub).status == engine.NOT_ATTEMPTED
    assert BUILD.examine(stub).status == engine.NOT_ATTEMPTED


def test_value_choice_and_build():
    assert VALUE.examine(4).status == engine.CORRECT
    assert VALUE.examine(np.float32(4)).status == engine.CORRECT
    assert "5 is not right" in VALUE.examine(5).message
    assert "Expected a number" in VALUE.examine("four").message
    assert CHOICE.examine(" B ").status == engine.CORRECT
    assert CHOICE.examine("a").message == "Not a."
    assert "one letter in quotes: a, b" in CHOICE.examine(2).message
    assert BUILD.examine(lambda: [1]).status == engine.CORRECT
    assert BUILD.examine(lambda: []).mistake == "empty"


def test_tuple_difference_names_the_value():
    assert "Value 2 of 2" in diagnosis.difference((1.0, 2.0), (1.0, 3.0))
    assert diagnosis.difference((1.0, np.ones(2)), [1.0, np.ones(2)]) is None


def test_tensors_are_asked_for_and_compared():
    tensor = torch.tensor([[1.0, 2.0]])
    assert diagnosis.difference(tensor, tensor.clone().requires_grad_()) is None
    assert "Expected a torch tensor" in diagnosis.difference(tensor, tensor.numpy())
    assert "Expected a NumPy array, got a torch tensor" in diagnosis.difference(tensor.numpy(), tensor)
    assert "Expected shape (1, 2), got (2, 1)" in diagnosis.difference(tensor, tensor.T)

    def in_place(x):
        return x.mul_(2)

    exercise = dataclasses.replace(DOUBLE, cases=lambda rng: [(torch.ones(2, 3),)])
    assert "changes the tensor" in exercise.examine(in_place).message
    assert exercise.examine(lambda x: x * 2).status == engine.CORRECT


def test_hint_ladder(monkeypatch):
    monkeypatch.setattr(engine, "of_lecture", lambda number: {"99.1": DOUBLE})
    monkeypatch.setattr(engine, "_hints_given", {})
    assert "Hint 1 of 2" in repr(engine.hint("99.1"))
    assert "2 * x" in repr(engine.hint("99.1"))
    assert "Hint 2 of 2" in repr(engine.hint("99.1"))
    assert "<b>Hint 1 of 2 for exercise 99.1.</b> Add it to itself." in engine.hint("99.1", 1)._repr_html_()
    with pytest.raises(ValueError, match="hints 1 to 2, not 3"):
        engine.hint("99.1", 3)


def test_unknown_exercise_lists_what_there_is():
    with pytest.raises(KeyError, match="exercises of that lecture: none"):
        engine.check("98.1", 1)


def test_rendering_in_text_and_html_escapes():
    result = DOUBLE.examine(lambda x: "<b>")
    assert "Exercise 99.1: incorrect" in repr(result)
    assert "<b>" not in result._repr_html_().split("incorrect", 1)[1].replace("</b>", "")
