"""The open task of sitting 02b: kernels whose responses tell three surfaces apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils import data, filtering
from course_utils.exercises.diagnosis import as_array, as_items, describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

SURFACES, SIDE, TARGET = ("brick", "grass", "gravel"), 16, 0.95
LARGEST, MOST = 7, 4
NO_BANK = f"This exercise asks for a list of one to {MOST} kernels, each a two-dimensional array"
NOT_THERE = "You are not there yet."
BRIGHTNESS = "The weights of a kernel do not add up to 0, so its response follows the brightness of a patch."
LECTURES_OWN = "These are the kernels from the lecture."


def _bank_problem(bank: Any) -> str | None:
    """Return what is wrong with a bank of kernels: its shape, or the accuracy that its features reach."""
    single, items = as_array(bank), as_items(bank)
    if single is not None and single.ndim == 2 and len(single) > 1:
        return f"{NO_BANK}. Yours looks like one kernel of shape {single.shape}: put it into a list."
    kernels = [as_array(item) for item in items or []]
    if not 1 <= len(kernels) <= MOST:
        return f"{NO_BANK}; {f'got {describe(bank)}' if items is None else f'yours holds {len(kernels)}'}."
    if any(kernel is None or kernel.dtype.kind not in "biuf" for kernel in kernels):
        return f"{NO_BANK} of numbers."
    shapes = [kernel.shape for kernel in kernels]
    if any(kernel.ndim != 2 or max(kernel.shape) > LARGEST or kernel.size == 0 for kernel in kernels):
        return f"{NO_BANK} of at most {LARGEST} × {LARGEST} weights; yours have the shapes {shapes}."
    if not all(np.isfinite(kernel).all() for kernel in kernels):
        return "Some weights are NaN or infinite."
    if not all(kernel.any() for kernel in kernels):
        return "One of your kernels holds only zeros: its response is 0 on every surface."
    return _missed([kernel / np.abs(kernel).max() for kernel in kernels])


def _missed(kernels: Sequence[np.ndarray]) -> str | None:
    """Return None where the features of these kernels reach the target, else what they reach and a remark.

    What each kernel reaches alone is measured within the left half: only there may a student choose.
    """
    reached = _reached(kernels, range(0, 256, SIDE), range(256, 512, SIDE))
    if reached >= TARGET:
        return None
    remarks = [LECTURES_OWN if _is_lecture_bank(kernels) else NOT_THERE]
    if any(abs(kernel.sum()) > 1e-3 * np.abs(kernel).sum() for kernel in kernels):
        remarks.append(BRIGHTNESS)
    if len(kernels) > 1:
        alone = [_reached([kernel], range(0, 128, SIDE), range(128, 256, SIDE)) for kernel in kernels]
        remarks.append(f"Alone, within the left half, your kernels reach {', '.join(f'{one:.2f}' for one in alone)}.")
    return f"Your accuracy on the right half is {reached:.4f}; the target is {TARGET}. {' '.join(remarks)}"


def _reached(kernels: Sequence[np.ndarray], learn: range, test: range) -> float:
    """Return the accuracy on the patches of some columns of what is learned on others."""
    return _accuracy(_features(kernels, learn), _features(kernels, test))


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
    hits = [
        (((rows[:, None] - means) / spread) ** 2).sum(axis=-1).argmin(axis=1) == own
        for own, rows in enumerate(test.values())
    ]
    return float(np.concatenate(hits).mean())


def _lecture_bank() -> list[np.ndarray]:
    down, across = np.zeros((3, 3)), np.zeros((3, 3))
    down[:, 1] = across[1, :] = filtering.first_difference_kernel()
    return [down, across, filtering.laplacian_kernel()]


def _is_lecture_bank(kernels: Sequence[np.ndarray]) -> bool:
    """Return True for the kernels of the lecture in any order, each scaled to a largest weight of one."""
    own = [kernel / np.abs(kernel).max() for kernel in _lecture_bank()]
    return len(kernels) == len(own) and all(any(np.array_equal(kernel, one) for kernel in kernels) for one in own)


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
        Mistake("an average", [filtering.box_kernel(3)], BRIGHTNESS),
    ),
)
