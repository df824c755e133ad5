"""What every smoothing kernel must keep, for the kernels that students design in 02a and 02b."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import filtering
from course_utils.exercises.diagnosis import as_array, describe

LONGEST = 9
SHAPE = f"The kernel must be a one-dimensional array of odd length, at most {LONGEST}."
FLAT = "A flat signal changes its level: what must the weights add up to?"
SHIFT = "A ramp comes out shifted: the kernel leans to one side of its center."
TOLERANCE = 1e-3  # float32 and nine weights rounded to four digits are good enough


def as_weights(kernel: Any) -> np.ndarray | None:
    """Return an array, a tensor or a list of real numbers as an array of floats, None for anything else."""
    array = as_array(kernel)
    if array is None or array.dtype.kind == "c":
        return None
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        return None


def smoothing_problem(given: Any) -> str | None:
    """Return what is wrong with the shape of a kernel or with what it does to a flat signal and a ramp, or None."""
    kernel = as_weights(given)
    if kernel is None:
        return f"{SHAPE} Got {describe(given)}, not real numbers."
    if kernel.ndim != 1 or kernel.size % 2 == 0 or kernel.size > LONGEST:
        return f"{SHAPE} Yours has shape {kernel.shape}."
    if not np.isfinite(kernel).all():
        return "Some weights are NaN or infinite."
    flat = filtering.correlate1d(np.ones(30), kernel, "valid")
    if not np.allclose(flat, 1, atol=TOLERANCE):
        return f"{FLAT} 1 becomes {flat[0]:.4g}."
    ramp, reach = np.arange(30.0), kernel.size // 2
    lag = filtering.correlate1d(ramp, kernel / kernel.sum(), "valid") - ramp[reach : 30 - reach]
    return None if np.allclose(lag, 0, atol=10 * TOLERANCE) else f"{SHIFT} The shift is {abs(lag[0]):.3g} samples."
