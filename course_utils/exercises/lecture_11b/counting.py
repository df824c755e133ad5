"""Exercise of lecture 11b on counting pieces: 11b.1."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.measure import label

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.lecture_11a.masks import blobs


def _count_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, int]]:
    cases = []
    for height, width, smallest in ((23, 31, 6), (30, 19, 4)):
        mask = blobs(rng, 1, height, width, 0.3)[0, 0].numpy()
        mask[:9, :9] = False
        mask[1, 1] = mask[4, 2] = True  # specks
        mask[6:8, 6:8] = mask[4:6, 4:6] = True  # two squares that meet at a corner
        cases.append((mask, smallest))
    mask = np.zeros((12, 17), dtype=bool)
    mask[2:5, 3:5] = mask[7:9, 8:15] = mask[0, 0] = True
    return [
        *cases,
        (mask, 6),
        Edge("for an empty mask", np.zeros((4, 5), dtype=bool), 1),
        Edge("for a full mask", np.ones((4, 5), dtype=bool), 3),
        Edge("where the background is smaller than a nucleus", np.arange(12).reshape(3, 4) != 5, 4),
    ]


def _count(mask: np.ndarray, smallest: int, *, connectivity: int = 1, strict: bool = False) -> int:
    sizes = np.bincount(label(mask, connectivity=connectivity).ravel())[1:]
    return int((sizes > smallest).sum() if strict else (sizes >= smallest).sum())


def _with_background_off(mask: np.ndarray, smallest: int) -> int:
    return int((np.bincount(label(mask, connectivity=1).ravel()) >= smallest).sum()) - 1


def _without_last(mask: np.ndarray, smallest: int) -> int:
    return int((np.bincount(label(mask, connectivity=1).ravel())[1:-1] >= smallest).sum())


COUNT = FunctionExercise(
    id="11b.1",
    title="Count the nuclei",
    minutes=7,
    hints=(
        "scipy.ndimage.label(mask) numbers the pieces 1, 2, …; the background keeps 0.",
        "numbered, count = ndimage.label(mask): the sizes of the pieces are np.bincount(numbered.ravel())[1:].",
        "Compare the sizes with smallest; int((sizes >= smallest).sum()) counts.",
    ),
    cases=_count_cases,
    reference=_count,
    mistakes=(
        Mistake("specks too", lambda mask, smallest: _count(mask, 1), "You count specks as nuclei."),
        Mistake(
            "background too",
            lambda mask, smallest: _count(mask, smallest) + 1,
            "One too many: the background, piece number 0, is no nucleus.",
        ),
        Mistake(
            "background among the sizes",
            _with_background_off,
            "You take one off for the background, but it is not always among the sizes that are large enough.",
        ),
        Mistake(
            "background counted",
            lambda mask, smallest: int((np.bincount(label(mask, connectivity=1).ravel()) >= smallest).sum()),
            "The background, piece number 0, is among your sizes.",
        ),
        Mistake(
            "last piece forgotten",
            _without_last,
            "The last piece is missing: the numbers run from 1 to the count, that one included.",
        ),
        Mistake(
            "small ones counted",
            lambda mask, smallest: _count(mask, 1) - _count(mask, smallest, strict=True),
            "You count the pieces that are small; asked for are those with at least so many pixels.",
        ),
        Mistake(
            "opening in place of sizes",
            lambda mask, smallest: int(label(ndimage.binary_opening(mask), connectivity=1).max()),
            "You take specks away by an opening, which knows nothing of smallest and can cut a nucleus in two.",
        ),
        Mistake(
            "area divided",
            lambda mask, smallest: int(mask.sum() // smallest),
            "You divide the area by the smallest size; nuclei are of different sizes.",
        ),
        Mistake(
            "of the background",
            lambda mask, smallest: _count(~mask, smallest),
            "You count pieces of the background; True is the foreground.",
        ),
        Mistake(
            "share of the pieces",
            lambda mask, smallest: _count(mask, smallest) / max(_count(mask, 1), 1),
            "This is a share of the pieces; their number is asked for.",
        ),
        Mistake(
            "at corners",
            lambda mask, smallest: _count(mask, smallest, connectivity=2),
            "You join pieces that meet at a corner only.",
        ),
        Mistake(
            "larger than",
            lambda mask, smallest: _count(mask, smallest, strict=True),
            "A piece of exactly the smallest size counts.",
        ),
        Mistake(
            "pixels", lambda mask, smallest: int(mask.sum()), "You counted pixels; a nucleus is many pixels that touch."
        ),
    ),
)
