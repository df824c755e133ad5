"""What every smoothing kernel must keep, for the kernels that students design in 02a and 02b."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import filtering
from course_utils.exercises.diagnosis import describe

LONGEST = 9
SHAPE = f"The kernel must be a one-dimensional array of odd length, at most {LONGEST}."
FLAT = "A flat signal changes its level: what must the weights add up to?"
SHIFT = "A ramp comes out shifted: the kernel leans to one side of its center."
TOLERANCE = 1e-3  # weights rounded to three digits and float32 are good enough


def smoothing_problem(kernel: Any) -> str | None:
    """Return what is wrong with the shape of a kernel or with what it does to a flat signal and a ramp, or None."""
    try:
        kernel = np.asarray(kernel, dtype=np.float64)
    except (TypeError, ValueError):
        return f"{SHAPE} Got {describe(kernel)}."
    if kernel.ndim != 1 or kernel.size % 2 == 0 or kernel.size > LONGEST:
        return f"{SHAPE} Yours has shape {kernel.shape}."
    if not np.isfinite(kernel).all():
        return "Some weights are NaN or infinite."
    flat = filtering.correlate1d(np.ones(30), kernel, "valid")
    if not np.allclose(flat, 1, atol=TOLERANCE):
        return f"{FLAT} 1.00 becomes {flat[0]:.2f}."
    ramp, reach = np.arange(30.0), kernel.size // 2
    lag = filtering.correlate1d(ramp, kernel / kernel.sum(), "valid") - ramp[reach : 30 - reach]
    return None if np.allclose(lag, 0, atol=10 * TOLERANCE) else f"{SHIFT} The shift is {abs(lag[0]):.2f} samples."
