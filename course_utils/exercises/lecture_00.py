"""Exercises of lecture 00, start here: small on purpose, they teach the engine."""

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
# 00.5: a batch of color photographs as an image reader delivers it: pictures, rows, columns, channels.
DELIVERED = (16, 120, 200, 3)


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
        Mistake("top to bottom", _level_after("ABC"), "That is one run from top to bottom. B and C ran once more."),
        Mistake("last cell forgotten", _level_after("ABCB"), "Right so far, but C ran once more after that B."),
        Mistake("sorted", _level_after("ABBCC"), "You ran B twice and then C twice; they took turns."),
        Mistake("one B left out", _level_after("ACBC"), "You ran B only once; it ran before each C."),
    ),
)

GHOST = ChoiceExercise(
    id="00.2",
    title="It works on my machine",
    minutes=2,
    hints=(
        "What does deleting a cell change: the page, the memory of the kernel, or both?",
        "The friend's kernel has run only what stands on the page. Yours has run more.",
    ),
    right="b",
    why="The page and the memory are two things. Restart the kernel and run all cells before you send a notebook.",
    mistakes=(
        Mistake("version", "a", "Another version gives other errors. A name that nobody defines is missing in each."),
        Mistake(
            "file keeps variables",
            "c",
            "A notebook file holds text and outputs, however often it is saved, and no values.",
        ),
        Mistake("cache", "d", "Cells do run again when asked to. Ask where your kernel found the name."),
    ),
)


def _centred(pictures: np.ndarray) -> np.ndarray:
    return pictures - pictures.mean(axis=(1, 2), keepdims=True)


CENTRE = FunctionExercise(
    id="00.3",
    title="Your first function",
    minutes=4,
    hints=(
        "How many means are needed for two pictures? pictures.mean(axis=…) averages over the axes that you name.",
        "Rows and columns are axes 1 and 2: pictures.mean(axis=(1, 2)) has shape (N,), one mean for each picture.",
        "keepdims=True leaves the shape at (N, 1, 1), which can be subtracted from (N, H, W).",
    ),
    cases=lambda rng: [
        *((rng.uniform(1, 3, size=shape),) for shape in [(2, 3, 4), (4, 5, 3)]),
        Edge("for one picture of one row", rng.uniform(1, 3, size=(1, 1, 3))),
    ],
    reference=_centred,
    mistakes=(
        Mistake(
            "one mean for all",
            lambda pictures: pictures - pictures.mean(),
            "You subtract the same mean from all pictures; each has a mean of its own.",
        ),
        Mistake(
            "mean picture",
            lambda pictures: pictures - pictures.mean(axis=0),
            "You average over the pictures, axis 0; average over the pixels of each picture.",
        ),
        Mistake(
            "mean of each row",
            lambda pictures: pictures - pictures.mean(axis=2, keepdims=True),
            "Every row now has mean zero, because you average over columns only.",
        ),
        Mistake(
            "mean of each column",
            lambda pictures: pictures - pictures.mean(axis=1, keepdims=True),
            "Every column now has mean zero, because you average over rows only.",
        ),
        Mistake(
            "transposed",
            lambda pictures: _centred(pictures).transpose(0, 2, 1),
            "The values are right, but rows and columns are swapped.",
        ),
        Mistake(
            "mean added",
            lambda pictures: pictures + pictures.mean(axis=(1, 2), keepdims=True),
            "You add the means; subtracting them makes them zero.",
        ),
        Mistake(
            "median",
            lambda pictures: pictures - np.median(pictures, axis=(1, 2), keepdims=True),
            "You subtract the medians; the means are asked for.",
        ),
        Mistake(
            "mean of the first picture",
            lambda pictures: pictures - pictures[0].mean(),
            "You subtract the mean of the first picture from all.",
        ),
        Mistake(
            "means alone",
            lambda pictures: pictures.mean(axis=(1, 2)),
            "These are the means. They still have to be subtracted from the pictures.",
        ),
        Mistake(
            "divided",
            lambda pictures: pictures / pictures.mean(axis=(1, 2), keepdims=True),
            "You divide by the mean, which makes it 1; subtracting makes it 0.",
        ),
    ),
)


def _eight_bit_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    extremes = np.array([[0, 255, 7]], np.uint8), np.array([[255, 0, 7]], np.uint8)
    cases = [tuple(rng.integers(0, 256, size=(2, *shape), dtype=np.uint8)) for shape in [(5, 7), (6, 4)]]
    return [*cases, Edge("for black and white in one row", *extremes)]


def _change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return after.astype(np.int64) - before


DIFFERENCE = FunctionExercise(
    id="00.4",
    title="Mend the bug: what has changed?",
    minutes=4,
    hints=(
        "Try it on np.array([10], np.uint8) and np.array([7], np.uint8). What is 7 - 10 in eight bits?",
        "np.abs comes too late: the subtraction has already wrapped round. Convert before you subtract.",
        "before.astype(float) has room for negative numbers.",
    ),
    cases=_eight_bit_cases,
    reference=lambda before, after: np.abs(_change(before, after)),
    mistakes=(
        Mistake(
            "nothing mended",
            lambda before, after: np.abs(after - before),
            "The subtraction still happens in eight bits: 7 - 10 gives 253, and converting later is too late.",
        ),
        Mistake(
            "sign kept", _change, "Where the picture became darker your result is negative: asked for is its size."
        ),
        Mistake(
            "signed eight bits",
            lambda before, after: np.abs((after - before).astype(np.int8).astype(np.int64)),
            "Signed eight bits reach from -128 to 127: large changes are still folded.",
        ),
        Mistake(
            "converted to signed eight bits",
            lambda before, after: np.abs(after.astype(np.int8).astype(np.int64) - before.astype(np.int8)),
            "int8 reaches up to 127: bright grey values become negative in it.",
        ),
        Mistake(
            "size in signed eight bits",
            lambda before, after: np.abs((after - before).astype(np.int8)),
            "Signed eight bits reach from -128 to 127, and the subtraction had wrapped around before.",
        ),
        Mistake(
            "unsigned sixteen bits",
            lambda before, after: np.abs(after.astype(np.uint16) - before.astype(np.uint16)),
            "uint16 has room for large numbers, but none for negative ones: 7 - 10 gives 65,533.",
        ),
        Mistake(
            "sum",
            lambda before, after: after.astype(np.int64) + before,
            "You add the pictures; a change is a difference.",
        ),
        Mistake(
            "cut at zero",
            lambda before, after: np.maximum(_change(before, after), 0),
            "Where the picture became darker you return 0: that is a change too.",
        ),
        Mistake("squared", lambda before, after: _change(before, after) ** 2, "These are the squares of the changes."),
        Mistake(
            "other unit",
            lambda before, after: np.abs(_change(before, after)) / 255,
            "Right, but divided by 255: the task keeps grey values from 0 to 255.",
        ),
    ),
)


BATCH_SHAPE = ValueExercise(
    id="00.5",
    title="The shape of a batch",
    minutes=3,
    hints=(
        "N, C, H, W: pictures, channels, height, width. Which of the four numbers is which?",
        "The height is the number of rows. The number of pictures stays in front.",
    ),
    expected=lambda: np.moveaxis(np.empty(DELIVERED), 3, 1).shape,
    mistakes=(
        Mistake("channels last", DELIVERED, "This is the shape as delivered: the channels are still last."),
        Mistake("width first", (16, 3, 200, 120), "Channels are in place; height comes before width."),
        Mistake("pictures last", DELIVERED[::-1], "You turned the order round: the pictures belong in front."),
        Mistake("grey", (16, 1, 120, 200), "One channel is a grey picture; these are in color."),
        Mistake("one picture", (3, 120, 200), "This is one picture; the batch has an axis in front."),
    ),
)


def _tensor(array: np.ndarray, scale: float = 255) -> object:
    import torch

    return torch.from_numpy(np.ascontiguousarray(array)) / scale


TO_BATCH = FunctionExercise(
    id="00.6",
    title="A photograph for PyTorch",
    minutes=4,
    hints=(
        "Four things have to happen: to a tensor, channels to the front, a batch axis, and 0 … 255 to 0 … 1.",
        "tensor.permute(2, 0, 1) moves the last axis to the front; indexing with [None] adds an axis of length 1.",
    ),
    cases=lambda rng: [
        *((rng.integers(0, 256, size=shape, dtype=np.uint8),) for shape in [(4, 6, 3), (7, 5, 3)]),
        Edge("for a dark photograph of one row", rng.integers(1, 30, size=(1, 4, 3), dtype=np.uint8)),
    ],
    reference=lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None]),
    dtype="torch.float32",  # that of a network's weights
    mistakes=(
        Mistake(
            "reshaped",
            lambda photograph: _tensor(photograph.reshape(1, 3, *photograph.shape[:2])),
            "The shape is right, but reshape only cuts the row of numbers anew; the channels are mixed.",
        ),
        Mistake("channels last", lambda photograph: _tensor(photograph[None]), "The channels are still the last axis."),
        Mistake(
            "no batch axis",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)),
            "One axis is missing: a network expects a batch, even of one picture.",
        ),
        Mistake(
            "turned on its side",
            lambda photograph: _tensor(photograph.T[None]),
            "Channels are in front, but rows and columns are swapped too.",
        ),
        Mistake(
            "blue first",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None, ::-1]),
            "Red and blue have changed places.",
        ),
        Mistake(
            "divided by 256",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=256),
            "White is not quite 1: the largest grey value is 255.",
        ),
        Mistake(
            "divided by its largest value",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=float(photograph.max())),
            "You divide by the largest value of this photograph; then a dark one becomes bright.",
        ),
        Mistake(
            "from -1 to 1",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=127.5) - 1,
            "Your values run from -1 to 1.",
        ),
        Mistake(
            "whole numbers",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None] // 255, scale=1),
            "// cuts the fractions off: only white is left.",
        ),
        Mistake(
            "not scaled",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=1),
            "The values still run from 0 to 255.",
        ),
    ),
)

EXERCISES = (RUN_ORDER, GHOST, CENTRE, DIFFERENCE, BATCH_SHAPE, TO_BATCH)
