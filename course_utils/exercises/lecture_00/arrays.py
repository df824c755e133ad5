"""Exercises of the optional part of sitting 00: what types and axes do to arrays."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


def _eight_bit_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    extremes = np.array([[0, 255, 7]], np.uint8), np.array([[255, 0, 7]], np.uint8)
    cases = [tuple(rng.integers(0, 256, size=(2, *shape), dtype=np.uint8)) for shape in [(5, 7), (6, 4)]]
    return [*cases, Edge("for black and white in one row", *extremes)]


def _change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return after.astype(np.int64) - before


DIFFERENCE = FunctionExercise(
    id="00.5",
    title="Fix the bug: what has changed?",
    minutes=4,
    hints=(
        "Try it on np.array([10], np.uint8) and np.array([7], np.uint8). What is 7 - 10 in eight bits?",
        "np.abs comes too late: the subtraction has already wrapped around. Convert before you subtract.",
        "before.astype(float) has room for negative numbers.",
    ),
    cases=_eight_bit_cases,
    reference=lambda before, after: np.abs(_change(before, after)),
    mistakes=(
        Mistake(
            "nothing mended",
            lambda before, after: np.abs(after - before),
            "The subtraction still happens in eight bits: 7 - 10 gives 253, and converting afterward is too late.",
        ),
        Mistake(
            "sign kept",
            _change,
            "Where the image got darker, your result is negative; the size of a change has no sign.",
        ),
        Mistake(
            "signed eight bits",
            lambda before, after: np.abs((after - before).astype(np.int8).astype(np.int64)),
            "Signed eight bits range from -128 to 127, so large changes still wrap around.",
        ),
        Mistake(
            "converted to signed eight bits",
            lambda before, after: np.abs(after.astype(np.int8).astype(np.int64) - before.astype(np.int8)),
            "int8 only goes up to 127, so bright gray levels become negative in it.",
        ),
        Mistake(
            "size in signed eight bits",
            lambda before, after: np.abs((after - before).astype(np.int8)),
            "Signed eight bits range from -128 to 127, and the subtraction has already wrapped around before that.",
        ),
        Mistake(
            "unsigned sixteen bits",
            lambda before, after: np.abs(after.astype(np.uint16) - before.astype(np.uint16)),
            "uint16 has room for large numbers, but none for negative ones: 7 - 10 gives 65,533.",
        ),
        Mistake(
            "sum",
            lambda before, after: after.astype(np.int64) + before,
            "You add the images; a change is a difference.",
        ),
        Mistake(
            "cut at zero",
            lambda before, after: np.maximum(_change(before, after), 0),
            "Where the image got darker, you return 0, but that is a change, too.",
        ),
        Mistake("squared", lambda before, after: _change(before, after) ** 2, "These are the squares of the changes."),
        Mistake(
            "other unit",
            lambda before, after: np.abs(_change(before, after)) / 255,
            "The sizes are correct, but divided by 255: the task asks for gray levels from 0 to 255.",
        ),
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
        "Four steps: make it a tensor, move the channels to the front, add a batch axis, and scale the values.",
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
            "The shape is correct, but reshape only cuts the numbers into new pieces, so the channels are mixed.",
        ),
        Mistake("channels last", lambda photograph: _tensor(photograph[None]), "The channels are still the last axis."),
        Mistake(
            "no batch axis",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)),
            "One axis is missing: a network expects a batch, even of one image.",
        ),
        Mistake(
            "turned on its side",
            lambda photograph: _tensor(photograph.T[None]),
            "The channels are in front, but rows and columns are swapped.",
        ),
        Mistake(
            "blue first",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None, ::-1]),
            "Red and blue have changed places.",
        ),
        Mistake(
            "divided by 256",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=256),
            "White is not quite 1: the largest gray value is 255.",
        ),
        Mistake(
            "divided by its largest value",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=float(photograph.max())),
            "You divide by the largest value of this photograph, which makes a dark photograph bright.",
        ),
        Mistake(
            "from -1 to 1",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=127.5) - 1,
            "Your values run from -1 to 1.",
        ),
        Mistake(
            "whole numbers",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None] // 255, scale=1),
            "// drops the fractions, so only white is left.",
        ),
        Mistake(
            "not scaled",
            lambda photograph: _tensor(np.moveaxis(photograph, 2, 0)[None], scale=1),
            "The values still run from 0 to 255.",
        ),
    ),
)
