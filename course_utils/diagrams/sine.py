"""A sine before and after a kernel, and its place on the frequency response. Taught in sitting 02b."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import filtering
from course_utils.plots import BLACK, BLUE, VERMILLION

SAMPLES = 60


def sine_through(kernel: np.ndarray, frequency: float) -> Figure:
    """Draw a sine, its samples, and what a kernel makes of them, beside the kernel's response at every frequency.

    For a symmetric kernel the response is a real number, drawn with its sign; for any other its absolute value.

    Args:
        kernel: weights, shape (K,), K odd.
        frequency: in periods per sample, from 0 to 0.5.

    Raises:
        ValueError: the kernel has no center, see :func:`course_utils.filtering.frequency_response`.

    Taught in sitting 02b.
    """
    is_symmetric = np.array_equal(kernel, kernel[::-1])

    def response(f: np.ndarray) -> np.ndarray:
        H = filtering.frequency_response(kernel, f)
        return H.real if is_symmetric else np.abs(H)

    reach, fine = len(kernel) // 2, np.linspace(0, SAMPLES - 1, 1200)
    i = np.arange(-reach, SAMPLES + reach)
    wave = np.cos(2 * np.pi * frequency * i)  # a cosine: at f = 1/2 its samples are 1, -1, 1, …
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.0), width_ratios=[2, 1])
    left.plot(fine, np.cos(2 * np.pi * frequency * fine), color="#a0a0a0", linewidth=0.8, linestyle="-")
    left.plot(np.arange(SAMPLES), wave[reach : reach + SAMPLES], "o", color=BLUE, markersize=4, label="before")
    after = filtering.correlate1d(wave, kernel, "valid")
    left.plot(np.arange(SAMPLES), after, "s-", color=VERMILLION, linewidth=1.2, markersize=4, label="after")
    left.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    left.set(xlabel="sample i", ylim=(-1.15, 1.15), xlim=(-0.5, 30))
    left.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    frequencies = np.linspace(0, 0.5, 101)
    here = float(response(np.array(frequency)))
    right.plot(frequencies, response(frequencies), color=BLACK, linestyle="-")
    right.plot(frequency, here, "s", color=VERMILLION, markersize=8)
    right.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    name = "H(f)" if is_symmetric else "|H(f)|"
    right.set(xlabel="f in periods per sample", ylabel=name, ylim=(-1.15, 1.15), title=f"{name} = {here:.2f}")
    return figure
