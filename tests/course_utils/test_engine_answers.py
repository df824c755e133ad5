"""The engine of the exercises on answers that are right in another form, or wrong in a simple way."""

import dataclasses
from decimal import Decimal

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.exercises import engine, names, trials, unused
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, Edge, FunctionExercise, ValueExercise

mean = np.zeros(3)  # a notebook variable of the name of a method


def exercise(reference, *shapes, **settings):
    """Return an exercise whose cases are random arrays of these shapes."""
    settings = {"cases": lambda rng: [(rng.normal(size=shape),) for shape in shapes], **settings}
    return FunctionExercise(id="99.1", title="T", minutes=1, hints=("a", "b"), reference=reference, **settings)


DOUBLE = exercise(lambda x: 2 * x, (2, 3), (4, 3))
NUMBER = exercise(lambda x: x.sum(), (2, 3), (4, 1))


def said(exercise, answer):
    result = engine.judge(exercise, answer)
    assert result.status == engine.INCORRECT, result
    return result.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x, "This is x as it came in"),
        (lambda x: 4 * x, "twice as large as it should be"),
        (lambda x: x + 0.0 * x.sum(), "This is x as it came in"),
        (lambda x: 0.2 * x, "too small, by a factor of 10"),
        (lambda x: -4 * x, "the sign is turned around, and it is twice as large"),
        (lambda x: 2 * x * x.size, "the factor changes with the arguments"),
        (lambda x: 2 * x - 1, "off by the same amount, -1"),
        (lambda x: 2 * x - x.mean(), "off by one amount, which changes"),
        (lambda x: np.abs(2 * x), "negative values have lost their sign"),
        (lambda x: np.maximum(2 * x, 0), "negative values have become 0"),
        (lambda x: 1 - 2 * x, "one minus the value"),
        (lambda x: 4 * x**2, "the squares"),
        (lambda x: 2 * x[::-1], "axis 0 runs backwards"),
        (lambda x: np.roll(2 * x, 1, 1), "shifted by one along the last axis"),
        (lambda x: 2 * x + 1e-5, "very nearly right"),
        (lambda x: 2 * x + np.arange(3), "Each index of axis 1 is off by an amount of its own"),
        (lambda x: 2 * x * (1 + np.arange(3)), "Each index of axis 1 is wrong by a factor of its own"),
        (lambda x: np.where(x < 0, x**2, 2 * x), "wrong exactly where the right value is negative"),
        (lambda x: np.zeros_like(x), "It is 0 everywhere"),
        (lambda x: np.where(x > 0, 2 * x, -np.inf), "infinite"),
    ],
)
def test_what_wrong_values_have_in_common_is_said(answer, words):
    assert words in said(DOUBLE, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x.swapaxes(1, 2), "the axes are in another order"),
        (lambda x: x[:, :-1], "Axis 1 is off by one"),
        (lambda x: x[..., None], "an axis of length one too many"),
        (lambda x: x.sum(axis=1), "The number of axes is too small"),
        (lambda x: x.ravel(), "The values are right. The number of values is right"),
    ],
)
def test_what_is_wrong_with_a_shape_is_said(answer, words):
    assert words in said(exercise(lambda x: 1 * x, (2, 3, 4), (1, 2, 5)), answer)


def test_a_number_is_explained_by_all_calls_together():
    assert "Everything is twice as large" in said(NUMBER, lambda x: 2 * x.sum())
    assert "factor" not in said(NUMBER, lambda x: x.mean())


def test_a_mistake_is_named_only_if_it_agrees_everywhere():
    nearly = Mistake("absolute value", lambda x: np.abs(x).sum(), "You take the absolute value.")
    squares = dataclasses.replace(
        NUMBER, mistakes=(nearly,), cases=lambda rng: [(np.array([-1.0]),), (np.array([-3.0]),)]
    )
    assert "absolute" in said(squares, lambda x: np.abs(x).sum())
    assert "absolute" not in said(squares, lambda x: np.sum(x**2))


def test_each_wrong_entry_of_a_tuple_is_explained():
    both = exercise(
        lambda x: (x.sum(), x.max()),
        (3,),
        (4,),
        mistakes=(
            Mistake("mean", lambda x: (x.mean(), x.max()), "A mean."),
            Mistake("least", lambda x: (x.sum(), x.min()), "The least."),
        ),
    )
    result = both.examine(lambda x: [x.mean(), x.min()])
    assert (result.mistake, result.message) == ("mean and least", "A mean. The least.")
    assert "Value 1 of 2" in said(both, lambda x: (x.std(), x.min()))


def test_an_entry_after_one_that_is_wrong_in_an_unknown_way_is_not_explained():
    three = ValueExercise(
        id="99.1",
        title="T",
        minutes=1,
        hints=("a", "b"),
        expected=lambda: (5, 9, 11),
        mistakes=(Mistake("second", (5, 7, 11), "Second."), Mistake("third", (5, 9, 13), "Third.")),
    )
    assert said(three, (5, 9, 13)) == "Third."
    assert said(three, (5, 7, 13)) == "Second. Third."
    assert said(three, (5, 7, 12)) == "Second."
    assert said(three, (5, 11, 13)).startswith("Value 2 of 3")


@pytest.mark.parametrize(
    ("reference", "answer", "arguments", "remark"),
    [
        (lambda n, k: n // 2 + k, lambda n, k: n // 2, (8, 3), "Whatever k is"),
        (lambda n, k: n // 2 + k, lambda n, k: n // 2 + k // 3, (8, 3), ""),  # a floor may swallow a step
        (lambda x, eps: x / (x.std() + eps), lambda x, eps: x / x.std(), (np.arange(4.0) ** 2, 0.1), "Whatever eps is"),
    ],
)
def test_an_argument_is_unused_only_where_no_change_of_it_counts(reference, answer, arguments, remark):
    tried = trials.Trial(trials.run(answer, arguments), trials.expectation(reference, arguments))
    assert unused.ignored(answer, reference, tried).strip().startswith(remark)
    assert bool(remark) == bool(unused.ignored(answer, reference, tried))


def test_a_special_case_says_what_is_special():
    zero = exercise(
        lambda x: x / x.max(), cases=lambda rng: [(rng.uniform(1, 2, 3),), Edge("for zeros", np.zeros(3) + 1)]
    )
    assert said(zero, lambda x: x / x.max() if x.max() != 1 else x + 1).startswith("For zeros: The shape is right")


def test_float32_is_right_where_float64_is_not_asked_for():
    assert DOUBLE.examine(lambda x: np.float32(2) * x.astype(np.float32)).status == engine.CORRECT
    single = exercise(lambda x: x.sum().item(), cases=lambda rng: [(torch.from_numpy(rng.normal(size=50)).float(),)])
    assert single.examine(lambda x: float(np.float16(0)) + float(x.flip(0).sum())).status == engine.CORRECT
    assert "very nearly right" in said(single, lambda x: float(x.sum()) * 1.001)


def test_whole_numbers_are_compared_exactly():
    value = ValueExercise(id="99.2", title="V", minutes=1, hints=("a", "b"), expected=lambda: 44426)
    assert engine.judge(value, 44426.0).status == engine.CORRECT
    assert "It is too small" in said(value, 44425)
    assert "A whole number is asked for" in said(value, 44426.5)
    assert "44,425 is not right" in said(value, 44425)


def test_other_containers_are_right():
    value = ValueExercise(id="99.2", title="V", minutes=1, hints=("a", "b"), expected=lambda: (1, 2.5, "relu"))
    for answer in ([1, 2.5, "ReLU "], np.array([1, 2.5, "relu"], object), (torch.tensor(1), np.float32(2.5), "relu")):
        assert engine.judge(value, answer).status == engine.CORRECT
    assert NUMBER.examine(lambda x: torch.tensor(x.sum(), requires_grad=True)).status == engine.CORRECT
    assert "without quotes" in said(NUMBER, lambda x: str(x.sum()))
    assert "got an ndarray of shape (2,)" in said(NUMBER, lambda x: np.ones(2))
    assert "Expected a number" in said(NUMBER, lambda x: np.ma.masked_array([1.0], [True]))
    assert "Expected a number" in said(NUMBER, lambda x: Decimal(1))


@pytest.mark.parametrize("letter", ["b", "B.", "(b)", "b)", " b: "])
def test_a_letter_may_wear_brackets(letter):
    choice = ChoiceExercise(id="99.3", title="C", minutes=1, hints=("a", "b"), right="b", why="Because.")
    assert engine.judge(choice, letter).status == engine.CORRECT


def test_only_an_untouched_stub_is_not_attempted():
    def part():
        raise NotImplementedError("write this")

    assert DOUBLE.examine(lambda x: part()).status == engine.NOT_ATTEMPTED
    masks = exercise(lambda x: x, cases=lambda rng: [(torch.ones(2, dtype=torch.bool),)])
    message = said(masks, lambda x: 1 - x)
    assert "RuntimeError" in message or "NotImplementedError" in message


def padded_by_a_helper(x):
    return helper(x)


def helper(x):
    return np.pad(x, 1)[1:-1, 1:-1] * 2


def pad(x):
    return x


def test_forbidden_names_are_found_also_in_helpers_and_inner_functions():
    import torch.nn.functional as F

    strict = dataclasses.replace(DOUBLE, forbidden=("pad", "torch"))
    assert "uses pad, which this task rules out" in said(strict, padded_by_a_helper)
    assert "uses torch" in said(strict, lambda x: (F.relu(torch.tensor(x)) - F.relu(-torch.tensor(x))).numpy() * 2)
    assert "uses torch" in said(strict, lambda x: (lambda y: 2 * F.dropout(torch.tensor(y), 0.0).numpy())(x))
    assert strict.examine(lambda x: 2 * pad(x)).status == engine.CORRECT  # a function of the student's own
    assert {"np", "numpy"} & names.used_names(helper) == {"numpy"}


def test_a_method_is_no_notebook_variable():
    assert "notebook" not in said(DOUBLE, lambda x: x.mean() + x)
    assert "reads the notebook's mean" in said(DOUBLE, lambda x: mean * x + x**3)


def test_the_gradient_of_what_will_be_trained_is_compared():
    loss = exercise(
        lambda x: (x**2).mean(), cases=lambda rng: [(torch.from_numpy(rng.normal(size=(2, 3))),)], gradients=(0,)
    )
    assert loss.examine(lambda x: (x * x).mean()).status == engine.CORRECT
    assert "nothing could be trained" in said(loss, lambda x: (x.detach() ** 2).mean())
    assert "its gradient is not" in said(loss, lambda x: (x * x.detach()).mean())
    assert "is a return missing" in said(loss, lambda x: print(x))


def test_a_network_comes_back_as_it_was():
    def trained(network):
        network.train()(torch.randn(8, 2))
        with torch.no_grad():
            next(network.parameters()).add_(1)
        return "Seen."

    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    build = BuildExercise(id="99.4", title="B", minutes=1, hints=("a", "b"), examiner=trained, calls=())
    assert said(build, network) == said(build, lambda: network) == "Seen."
    assert not network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_builder_is_called_with_each_set_of_arguments():
    build = BuildExercise(
        id="99.4",
        title="B",
        minutes=1,
        hints=("a", "b"),
        examiner=lambda built, count: None if len(built) == count else "Wrong length.",
        calls=((3,), (4,)),
    )
    assert build.examine(lambda count: [0] * count).status == engine.CORRECT
    assert said(build, lambda count: [0, 0, 0]) == "Wrong length."
