"""Exercises 01a.3, 01a.5, 01a.6 and 01a.7: sizes, units and targets."""

from __future__ import annotations

import string
from itertools import pairwise

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, ValueExercise

# 01a.3: measurements, two hidden layers, classes.
SIZES = (8, 16, 6, 3)
# 01a.5: the three tasks of the text.
STOCKS, DAYS, LETTERS, INSTRUMENTS = 3, 5, len(string.ascii_lowercase), 5
# 01a.6: how often the interval is folded, and how many pieces a fold makes of one.
FOLDS, PIECES = 4, 3


def _parameters(sizes: tuple[int, ...]) -> int:
    return sum((before + 1) * units for before, units in pairwise(sizes))


COUNT = ValueExercise(
    id="01a.3",
    title="Count the parameters",
    minutes=4,
    hints=(
        "Three layers hold parameters: 8 → 16, 16 → 6, and 6 → 3. Count the parameters of each, and then add them up.",
        "A unit has one weight for each of its inputs and one bias, so a unit of the first layer has 9.",
        "A layer from I inputs to O units has (I + 1) · O parameters.",
    ),
    expected=lambda: _parameters(SIZES),
    mistakes=(
        Mistake(
            "no biases",
            sum(before * units for before, units in pairwise(SIZES)),
            "These are the weights; the biases are missing.",
        ),
        Mistake(
            "one bias per layer",
            sum(before * units for before, units in pairwise(SIZES)) + len(SIZES) - 1,
            "You count one bias for each layer, but every unit has a bias of its own.",
        ),
        Mistake(
            "biases of the inputs",
            _parameters(SIZES) + SIZES[0],
            "You gave the inputs biases, too. The input layer is the data and has no parameters.",
        ),
        Mistake(
            "a bias for each input",
            sum(before * (units + 1) for before, units in pairwise(SIZES)),
            "You gave each layer one bias for each of its inputs. It is the units that have biases.",
        ),
        Mistake(
            "no output layer",
            _parameters(SIZES[:-1]),
            "The hidden layers are counted correctly; the output layer is missing.",
        ),
        Mistake("units", sum(SIZES[1:]), "This is the number of units. We ask for their weights and biases."),
    ),
)

HEADS = ValueExercise(
    id="01a.5",
    title="How many output units?",
    minutes=4,
    hints=(
        "You need one unit for each number that must come out at the same time.",
        "A choice of one among K classes takes K logits. A yes-or-no question takes one.",
        "For the instruments, ask: how many yes-or-no questions are answered at once?",
    ),
    expected=lambda: (STOCKS * DAYS, LETTERS, INSTRUMENTS),
    mistakes=(
        Mistake(
            "one price", (1, LETTERS, INSTRUMENTS), "One unit gives one price. How many prices do we want at once?"
        ),
        Mistake(
            "one day",
            (STOCKS, LETTERS, INSTRUMENTS),
            "These are the prices of only one day; the task asks for several days.",
        ),
        Mistake(
            "one letter",
            (STOCKS * DAYS, 1, INSTRUMENTS),
            "One unit for the letters would put them on a line, as if B lay between A and C.",
        ),
        Mistake(
            "every combination",
            (STOCKS * DAYS, LETTERS, 2**INSTRUMENTS),
            "That is one class per combination of instruments. Let each instrument have a yes or no of its own.",
        ),
        Mistake(
            "one instrument",
            (STOCKS * DAYS, LETTERS, 1),
            "One unit can say yes or no once, but there are several questions.",
        ),
    ),
)

ONE_LAYER = ValueExercise(
    id="01a.6",
    title="The price of one layer",
    minutes=10,
    hints=(
        "Into how many straight pieces does each fold turn one piece? How many are there after four folds?",
        "Two pieces meet at a hinge. How many hinges are there, and how many can one ReLU unit make?",
        "Draw a single fold of this kind. Two units make its two hinges; what is still missing?",
    ),
    expected=lambda: PIECES**FOLDS,
    mistakes=(
        Mistake(
            "hinges",
            PIECES**FOLDS - 1,
            "These units make the hinges. With one hinge each, they cannot also give the first piece its slope.",
        ),
        Mistake("folds in two", 2**FOLDS, "A fold of this kind turns each piece into three, not two."),
        Mistake(
            "added",
            PIECES * FOLDS,
            "You add three pieces per fold, but every fold turns each existing piece into three.",
        ),
        Mistake("one too many", PIECES**FOLDS + 1, "That many are enough, but it can be done with fewer."),
        Mistake("folds", FOLDS, "One unit per fold is not enough: a unit puts a hinge at one point only."),
        Mistake("one fold too few", PIECES ** (FOLDS - 1), "That many are enough for three folds; there are four."),
        Mistake("parameters", 3 * PIECES**FOLDS + 1, "This is the number of parameters; we ask for the units."),
    ),
)

TARGET = ChoiceExercise(
    id="01a.7",
    title="Choose the target tensor",
    minutes=4,
    hints=(
        "Every pixel of every frame needs a class. How many class indices is that in all?",
        "To name one class out of several, the target holds its index, so it has no axis for the classes.",
    ),
    right="c",
    why="There is one index for each pixel, as an integer; only the logits have an axis for the classes.",
    mistakes=(
        Mistake("floats", "a", "A class is an index, not a measured number, and there is one axis too many."),
        Mistake("one class for a frame", "b", "That is classification: one class for a whole frame."),
        Mistake("one-hot", "d", "The shape is that of the logits; an integer target has no axis for the classes."),
    ),
)
