"""The open task of sitting 02b: kernels whose responses tell three surfaces apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils import data, filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

SURFACES, SIDE, TARGET = ("brick", "grass", "gravel"), 16, 0.95
LARGEST, MOST = 7, 4
NO_BANK = f"This exercise asks for a list of one to {MOST} kernels, each a two-dimensional array"
NOT_THERE = "You are not there yet."
LECTURES_OWN = "These are the kernels from the lecture."


def _bank_problem(bank: Any) -> str | None:
    """Return what is wrong with a bank of kernels: its shape, or the accuracy that its features reach."""
    if not isinstance(bank, list | tuple | np.ndarray) or not 1 <= len(bank) <= MOST:
        return f"{NO_BANK}."
    kernels = [np.asarray(kernel, dtype=np.float64) for kernel in bank]
    shapes = [kernel.shape for kernel in kernels]
    if any(kernel.ndim != 2 or max(kernel.shape) > LARGEST or kernel.size == 0 for kernel in kernels):
        return f"{NO_BANK} of at most {LARGEST} × {LARGEST} weights; yours have the shapes {shapes}."
    reached = _reached(kernels)
    if reached >= TARGET:
        return None
    remark = LECTURES_OWN if len(kernels) == 3 and all(map(np.array_equal, kernels, _lecture_bank())) else NOT_THERE
    alone = [_reached([kernel]) for kernel in kernels] if len(kernels) > 1 else []
    parts = f" Alone, your kernels reach {', '.join(f'{one:.2f}' for one in alone)}." if alone else ""
    return f"Your accuracy on the right half is {reached:.3f}; the target is {TARGET}. {remark}{parts}"


def _reached(kernels: Sequence[np.ndarray]) -> float:
    """Return the accuracy on the right half of what is learned on the left half."""
    return _accuracy(_features(kernels, range(0, 256, SIDE)), _features(kernels, range(256, 512, SIDE)))


def _features(kernels: Sequence[np.ndarray], lefts: range) -> dict[str, np.ndarray]:
    """Return the mean size of each response in each patch: surface → (patches, kernels)."""
    photographs, found = data.images(), {}
    for name in SURFACES:
        image = photographs[name]
        patches = [image[i : i + SIDE, j : j + SIDE] for i in range(0, 512, SIDE) for j in lefts]
        found[name] = np.array(
            [[np.abs(filtering.correlate2d(patch, w, "valid")).mean() for w in kernels] for patch in patches]
        )
    return found


def _accuracy(learn: dict[str, np.ndarray], test: dict[str, np.ndarray]) -> float:
    means = np.array([rows.mean(axis=0) for rows in learn.values()])
    spread = np.concatenate(list(learn.values())).std(axis=0)
    spread = np.where(spread > 0, spread, 1)  # a kernel of zeros: a feature that says nothing
    hits = [
        (((rows[:, None] - means) / spread) ** 2).sum(axis=-1).argmin(axis=1) == own
        for own, rows in enumerate(test.values())
    ]
    return float(np.concatenate(hits).mean())


def _lecture_bank() -> list[np.ndarray]:
    down, across = np.zeros((3, 3)), np.zeros((3, 3))
    down[:, 1] = across[1, :] = filtering.first_difference_kernel()
    return [down, across, filtering.laplacian_kernel()]


BETTER_KERNELS = BuildExercise(
    id="02b.6",
    title="Choose better kernels",
    minutes=15,
    hints=(
        "Score the Laplacian alone, and each of the differences alone. Which of the three tells you the most?",
        "Fine detail tells you the most. Which kernels see nothing else? Try differences of differences, both ways.",
        "For a second difference d, np.outer(d, d) ignores every horizontal or vertical edge.",
    ),
    examiner=_bank_problem,
    calls=(),
    why="Fine detail in both directions tells these surfaces apart; a feature that says little only adds noise.",
    mistakes=(
        Mistake("kernels of the lecture", _lecture_bank(), LECTURES_OWN),
        Mistake("a single kernel without a list", filtering.laplacian_kernel(), NO_BANK),
        Mistake("an average", [filtering.box_kernel(3)], NOT_THERE),
    ),
)
