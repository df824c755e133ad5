"""The three paths on which a gradient comes back through batch normalization. Taught in sitting 04b."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.plots import BLACK, BLUE, GREEN, VERMILLION

BAR = 0.25


def three_paths(values: ArrayLike, delta: ArrayLike) -> Figure:
    """Draw what arrives at each value of a channel: directly, through the mean, through the standard deviation, in all.

    Args:
        values: one channel of a batch, shape (M,), not all the same; scale 1, ε = 0.
        delta: the gradient with respect to the normalized values, shape (M,).

    Raises:
        ValueError: the shapes differ, or all values are the same.

    Taught in sitting 04b.
    """
    values, delta = np.asarray(values, dtype=float), np.asarray(delta, dtype=float)
    if values.shape != delta.shape or values.ndim != 1 or np.ptp(values) == 0:
        raise ValueError(f"values {values.shape} and delta {delta.shape}: two rows of the same length, not all equal")
    std = values.std()
    normalized = (values - values.mean()) / std
    paths = {
        "directly": (delta / std, BLUE),
        "through the mean": (np.full(len(values), -delta.mean() / std), GREEN),
        "through the standard deviation": (-normalized * (delta * normalized).mean() / std, VERMILLION),
    }
    figure, axis = plt.subplots(figsize=(8, 3))
    places = np.arange(len(values))
    for number, (name, (bars, color)) in enumerate(paths.items()):
        axis.bar(places + (number - 1) * BAR, bars, BAR, color=color, label=name)
    arriving = np.sum([bars for bars, _ in paths.values()], axis=0)
    axis.plot(places, arriving, "D", color=BLACK, label="all three together")
    axis.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    axis.set_xticks(places, [f"x = {value:g}" for value in values])
    axis.set(ylabel="∂L/∂x", ylim=(-2.1, 2.1))
    axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4, frameon=False, fontsize=9)
    return figure
