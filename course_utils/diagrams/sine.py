"""A sine before and after a kernel, and its place on the kernel's frequency response. Taught in sitting 02b."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import filtering
from course_utils.plots import BLACK, BLUE, VERMILLION

SAMPLES = 60


def sine_through(kernel: np.ndarray, frequency: float) -> Figure:
    """Draw a sine and what a kernel makes of it, beside the gain at every frequency with a dot at this one.

    Args:
        kernel: weights, shape (K,), K odd.
        frequency: in periods per sample, from 0 to 0.5.

    Raises:
        ValueError: the kernel has no center, see :func:`course_utils.filtering.frequency_response`.

    Taught in sitting 02b.
    """
    reach = len(kernel) // 2
    i = np.arange(-reach, SAMPLES + reach)
    before = np.sin(2 * np.pi * frequency * i)
    after = filtering.correlate1d(before, kernel, "valid")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.0), width_ratios=[2, 1])
    shown = np.arange(SAMPLES)
    left.plot(shown, before[reach : reach + SAMPLES], "o-", color=BLUE, markersize=3, linewidth=1, label="before")
    left.plot(shown, after, "s-", color=VERMILLION, markersize=4, label="after")
    left.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    frequencies = np.linspace(0, 0.5, 101)
    gains = np.abs(filtering.frequency_response(kernel, frequencies))
    high = 1.1 * max(1.0, gains.max())  # the same for all frequencies, so that heights can be compared
    left.set(xlabel="sample i", ylim=(-high, high))
    left.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    gain = float(np.abs(filtering.frequency_response(kernel, frequency)))
    right.plot(frequencies, gains, color=BLACK, linestyle="-")
    right.plot(frequency, gain, "s", color=VERMILLION, markersize=8)
    right.set(xlabel="frequency in periods per sample", ylabel="gain", ylim=(0, high), title=f"gain {gain:.2f}")
    return figure
