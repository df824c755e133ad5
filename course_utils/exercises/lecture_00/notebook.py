"""Exercises of sitting 00 on notebooks and checks: small on purpose, they teach the engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise

# 00.1: what each cell of the task makes of the level that it finds in memory.
CELLS: dict[str, Callable[[int], int]] = {
    "A": lambda level: 3,
    "B": lambda level: level + 1,
    "C": lambda level: level * 2,
}


def _level_after(order: str) -> int:
    level = 0
    for name in order:
        level = CELLS[name](level)
    return level


RUN_ORDER = ValueExercise(
    id="00.1",
    title="Which value is in memory?",
    minutes=3,
    hints=(
        "Write down the value of level after every single run, from left to right.",
        "After A, B, C it is 8. The next B does not start from 3: A has not run again.",
    ),
    expected=lambda: _level_after("ABCBC"),
    mistakes=(
        Mistake(
            "top to bottom",
            _level_after("ABC"),
            "That is one run from top to bottom. After it, B and C each ran once more.",
        ),
        Mistake("last cell forgotten", _level_after("ABCB"), "Correct so far, but C ran once more after that B."),
        Mistake("sorted", _level_after("ABBCC"), "You ran B twice and then C twice; they took turns."),
        Mistake("one B left out", _level_after("ACBC"), "You ran B only once; it ran twice, once before each C."),
    ),
)

GHOST = ChoiceExercise(
    id="00.2",
    title="It works on my machine",
    minutes=2,
    hints=(
        "What does deleting a cell change: the page, the memory, or both?",
        "Your friend's Python has run only what is on the page. Yours has run more.",
    ),
    right="b",
    why="The page and the memory are two different things. Restart and run all cells before you send a notebook.",
    mistakes=(
        Mistake(
            "version",
            "a",
            "A different version gives different errors. A name that no cell defines is missing in every version.",
        ),
        Mistake(
            "file keeps variables",
            "c",
            "A notebook file holds text and outputs but no values, however often it is saved.",
        ),
        Mistake("cache", "d", "Cells do run again when asked to. Ask where your Python found the name."),
    ),
)


def _centered(images: np.ndarray) -> np.ndarray:
    return images - images.mean(axis=(1, 2), keepdims=True)


CENTER = FunctionExercise(
    id="00.3",
    title="Your first function",
    minutes=4,
    hints=(
        "How many means are needed for two images? images.mean(axis=…) averages over the axes that you name.",
        "Rows and columns are axes 1 and 2: images.mean(axis=(1, 2)) has shape (N,), one mean for each image.",
        "keepdims=True leaves the shape at (N, 1, 1), which can be subtracted from (N, H, W).",
    ),
    cases=lambda rng: [
        *((rng.uniform(1, 3, size=shape),) for shape in [(2, 3, 4), (4, 5, 3)]),
        Edge("for one image of one row", rng.uniform(1, 3, size=(1, 1, 3))),
    ],
    reference=_centered,
    mistakes=(
        Mistake(
            "one mean for all",
            lambda images: images - images.mean(),
            "You subtract the same mean from all images, but each of them has its own mean.",
        ),
        Mistake(
            "mean image",
            lambda images: images - images.mean(axis=0),
            "You average over the images, axis 0; average over the pixels of each image.",
        ),
        Mistake(
            "mean of each row",
            lambda images: images - images.mean(axis=2, keepdims=True),
            "Every row now has mean zero, because you average over columns only.",
        ),
        Mistake(
            "mean of each column",
            lambda images: images - images.mean(axis=1, keepdims=True),
            "Every column now has mean zero, because you average over rows only.",
        ),
        Mistake(
            "transposed",
            lambda images: _centered(images).transpose(0, 2, 1),
            "The values are correct, but rows and columns are swapped.",
        ),
        Mistake(
            "mean added",
            lambda images: images + images.mean(axis=(1, 2), keepdims=True),
            "You add the means; to make each image's mean zero, subtract them.",
        ),
        Mistake(
            "median",
            lambda images: images - np.median(images, axis=(1, 2), keepdims=True),
            "You subtract the medians; the task asks for the means.",
        ),
        Mistake(
            "mean of the first image",
            lambda images: images - images[0].mean(),
            "You subtract the mean of the first image from all of them; each has its own mean.",
        ),
        Mistake(
            "means alone",
            lambda images: images.mean(axis=(1, 2)),
            "These are the means. They still have to be subtracted from the images.",
        ),
        Mistake(
            "divided",
            lambda images: images / images.mean(axis=(1, 2), keepdims=True),
            "Dividing by the mean makes the new mean 1; subtracting the mean makes it 0.",
        ),
    ),
)
