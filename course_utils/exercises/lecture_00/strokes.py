"""The open task of sitting 00: write a digit in strokes, for the ready network to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import data
from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

WANTED, AT_LEAST, SHEET = 4, 0.9, 140
SEVEN = [[(28, 36), (28, 102), (118, 58)]]
RIGHT = [[(20, 70), (85, 38), (85, 108)], [(50, 88), (122, 88)]]
NESTING = "A drawing is a list of strokes, and a stroke is a list of two or more points (row, column)."
OUTSIDE = "Rows and columns run from 0 to 140, and some of your points are outside the sheet."
SMALL = "Your drawing is smaller than the pen is wide: rows and columns are pixels, from 0 to 140."
SWAPPED = "With rows and columns swapped, it would be a 4: the row comes first in each point."
UPSIDE_DOWN = "Turned upside down, it would be a 4: row 0 is at the top, and rows count downward."
MIRRORED = "Its mirror image would be a 4: column 0 is on the left, and columns count to the right."


def _strokes(drawing: Any) -> list[np.ndarray] | None:
    """Return the points of each stroke, shape (points, 2), or None where it is not nested like a drawing."""
    try:
        strokes = [np.asarray(stroke, dtype=float) for stroke in drawing]
    except (TypeError, ValueError):
        return None
    fits = all(stroke.ndim == 2 and stroke.shape[1] == 2 and len(stroke) > 1 for stroke in strokes)
    return strokes if strokes and fits and all(np.isfinite(stroke).all() for stroke in strokes) else None


def _chances(strokes: list[np.ndarray]) -> np.ndarray:
    """Return the probability of each digit, shape (10,)."""
    import torch

    from course_utils.models import digit_reader

    image = data.centered_digit(data.pen_strokes([stroke.tolist() for stroke in strokes]))
    with torch.no_grad():
        return digit_reader()(torch.from_numpy(image)[None, None]).softmax(dim=1)[0].numpy()


def _problem(drawing: Any) -> str | None:
    strokes = _strokes(drawing)
    if strokes is None:
        return f"{NESTING} Got {describe(drawing)}."
    points = np.concatenate(strokes)
    if points.min() < 0 or points.max() > SHEET:
        return OUTSIDE
    if np.ptp(points, axis=0).max() < 12:
        return SMALL
    chances = _chances(strokes)
    if chances[WANTED] >= AT_LEAST:
        return None
    read = f"The network reads it as {chances.argmax()} and gives the 4 a probability of {chances[WANTED]:.2f}."
    changed = {
        SWAPPED: [stroke[:, ::-1] for stroke in strokes],
        UPSIDE_DOWN: [np.array([SHEET, 0]) + stroke * [-1, 1] for stroke in strokes],
        MIRRORED: [np.array([0, SHEET]) + stroke * [1, -1] for stroke in strokes],
    }
    remark = next((text for text, other in changed.items() if _chances(other)[WANTED] >= AT_LEAST), "")
    return f"{read} {remark}".rstrip()


FOUR = BuildExercise(
    id="00.4",
    title="Write a 4",
    minutes=6,
    hints=(
        "Draw a 4 on graph paper first, and write down the corners. How many strokes does your 4 have?",
        "One stroke comes down and turns to the right, through three points; the second one crosses it, through two.",
        "Is the crossing bar in the lower half, and does the second stroke continue below it?",
    ),
    calls=(),
    examiner=_problem,
    why="There are many ways to write a 4, and the network has seen thousands of them.",
    mistakes=(
        Mistake("columns first", [[point[::-1] for point in stroke] for stroke in RIGHT], SWAPPED),
        Mistake(
            "rows count upward", [[(SHEET - row, column) for row, column in stroke] for stroke in RIGHT], UPSIDE_DOWN
        ),
        Mistake("mirrored", [[(row, SHEET - column) for row, column in stroke] for stroke in RIGHT], MIRRORED),
        Mistake("one level too few", RIGHT[0] + RIGHT[1], NESTING),
        Mistake("from 0 to 1", [[(row / SHEET, column / SHEET) for row, column in stroke] for stroke in RIGHT], SMALL),
        Mistake("too large", [[(2 * row, 2 * column) for row, column in stroke] for stroke in RIGHT], OUTSIDE),
        Mistake("the 7 again", SEVEN, "The network reads it as 7"),
    ),
)
