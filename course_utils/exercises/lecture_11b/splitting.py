"""Exercises of lecture 11b on touching nuclei and on honest splits: 11b.3, 11b.4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.segmentation import watershed

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise
from course_utils.exercises.open_tasks import TargetExercise

MASKS, SIZE, TRIES = 30, (56, 72), 60
RADII = (4.0, 9.0)  # pixels
BUMPS = 0.07  # of the radius, for each of three waves
APART = 0.9  # of the sum of two radii, at least: the necks between nuclei can be seen


@cache
def _disks(number: int) -> tuple[NDArray, int]:
    """Return one of the thirty masks of round nuclei, most of which touch another one, and how many nuclei it has."""
    rng = np.random.default_rng(number)
    rows, columns = np.indices(SIZE)
    placed: list[tuple[float, float, float]] = []
    for _ in range(TRIES):
        i, j, r = rng.uniform(9, SIZE[0] - 9), rng.uniform(9, SIZE[1] - 9), rng.uniform(*RADII)
        if all(np.hypot(i - a, j - b) > APART * (r + s) for a, b, s in placed):
            placed.append((i, j, r))
    inside = [_ragged(rows - i, columns - j, r, rng) for i, j, r in placed]
    return np.any(inside, axis=0), len(placed)


def _ragged(down: NDArray, right: NDArray, radius: float, rng: np.random.Generator) -> NDArray:
    """Return where a nucleus lies whose outline has bumps, as a predicted one has."""
    angle, outline = np.arctan2(down, right), np.ones(down.shape)
    for waves in (5, 9, 13):
        outline += BUMPS * np.cos(waves * angle + rng.uniform(0, 2 * np.pi))
    return np.hypot(down, right) <= radius * outline


def _masks(rng: np.random.Generator) -> list[tuple[NDArray]]:
    """Return the thirty masks, each rotated, mirrored, and with other margins: the counts stay."""
    cases = []
    for number in range(MASKS):
        mask = np.rot90(_disks(number)[0], int(rng.integers(4)))
        mask = mask[:, ::-1] if rng.random() < 0.5 else mask
        cases.append((np.pad(mask, rng.integers(1, 6, (2, 2))),))
    return cases


def _no_labels(arguments: tuple[Any, ...], returned: Any) -> str | None:
    (mask,) = arguments
    try:
        labels = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"pulled_apart returned {type(returned).__name__}; it should return an array of whole numbers."
    if labels.shape != mask.shape:
        return f"pulled_apart returned shape {labels.shape} for a mask of shape {mask.shape}; they must be equal."
    if not np.isfinite(labels).all() or (labels != np.round(labels)).any() or (labels < 0).any():
        return "Some of your numbers are not whole numbers of 0 or more."
    if (labels[~mask] > 0).any():
        return "You give numbers to pixels of the background, which keeps 0."
    if (labels[mask] > 0).mean() < 0.1:
        return "Nine of ten pixels of nuclei have no number: each nucleus keeps its pixels."
    return None


def _count_error(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    counts = [len(np.unique(labels[labels > 0])) for labels in results]
    return float(np.mean([abs(count - _disks(number)[1]) for number, count in enumerate(counts)]))


def _cut(mask: NDArray, *, smooth: float = 1.0, least: int = 3) -> NDArray:
    """Cut a mask where it is narrow: peaks of the smoothed distance to the background, and a watershed."""
    height = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), smooth)
    peaks = peak_local_max(height, min_distance=least, labels=mask.astype(int), exclude_border=False)
    seeds = np.zeros(mask.shape, dtype=int)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-height, seeds, mask=mask)


def _eroded(steps: int) -> Callable[[NDArray], NDArray]:
    """Return a method that takes rims off, numbers what is left, and grows it back."""

    def method(mask: NDArray) -> NDArray:
        seeds = ndimage.label(ndimage.binary_erosion(mask, iterations=steps))[0]
        return watershed(ndimage.distance_transform_edt(seeds == 0), seeds, mask=mask)

    return method


PULLED = TargetExercise(
    id="11b.3",
    title="Pull them apart",
    minutes=15,
    hints=(
        "ndimage.distance_transform_edt(mask) is largest in the middle of each nucleus. Count its peaks.",
        "skimage.feature.peak_local_max finds the peaks; a bump of the outline makes an extra one, so smooth first.",
        "Number the peaks in an array of zeros; skimage.segmentation.watershed(-height, seeds, mask=mask) grows them.",
    ),
    cases=_masks,
    unusable=_no_labels,
    measure=_count_error,
    quantity="mean error of the count",
    target=0.5,
    why="Each nucleus has one peak of the distance, and the watershed cuts at the pass between two of them.",
    mistakes=(
        Mistake("pieces", lambda mask: ndimage.label(mask)[0], "You count pieces: nuclei that touch are one of them."),
        Mistake(
            "everything is one",
            lambda mask: mask.astype(int),
            "All nuclei have the same number; each needs one of its own.",
        ),
        Mistake(
            "peaks far apart",
            lambda mask: _cut(mask, least=15),
            "Small nuclei are lost beside large ones: your seeds are too far apart.",
        ),
        Mistake(
            "smoothed away",
            lambda mask: _cut(mask, smooth=6.0),
            "You smooth the distance until neighboring peaks run together.",
        ),
    ),
)

HONEST = ChoiceExercise(
    id="11b.4",
    title="An honest split",
    minutes=6,
    hints=(
        "In use, the network meets an animal that it has never seen. For which of the splits is that true of the test?",
        "Neighboring slices look alike, and so do two stacks of one animal.",
    ),
    right="d",
    why="Whatever will be new in use has to be new in the test. Better still: hold out each animal in turn.",
    mistakes=(
        Mistake(
            "random slices", "a", "Most test slices have a neighbor in the training set that looks nearly the same."
        ),
        Mistake(
            "last slices",
            "b",
            "A block of slices is better than a random draw, but the stack, and the animal, are known from training.",
        ),
        Mistake(
            "one stack of each", "c", "The stack is new, the animal is not: its other two stacks are in the training."
        ),
    ),
)
