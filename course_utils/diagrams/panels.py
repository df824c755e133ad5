"""Curves in panels side by side, with their jumps drawn as jumps. Sitting 06a."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plots import COLORS, DASHES

JUMP = 0.25  # of the height of a panel, from one point to the next: no curve of the course is that steep


def side_by_side(
    x: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    xlabel: str,
    lowest: bool = False,
    height: float = 3.0,
) -> Figure:
    """Draw curves over one abscissa in panels, each with its own ordinate; a jump is left open, with hollow ends.

    Args:
        x: abscissa, shape (N,).
        panels: ordinate label → name → values, shape (N,); a name has the same color and dashes in each panel.
        xlabel: label of the abscissa, with its unit.
        lowest: mark the lowest point of each curve by a dot, labeled with its abscissa.
        height: of the figure in inches.

    Taught in sitting 06a.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    looks = dict(zip(names, zip(COLORS, DASHES, strict=True), strict=False))
    figure, axes = plt.subplots(1, len(panels), figsize=(4.5 * len(panels), height), squeeze=False)
    for axis, (ylabel, curves) in zip(axes[0], panels.items(), strict=True):
        for name, values in curves.items():
            color, dash = looks[name]
            _broken_line(axis, x, np.asarray(values, dtype=float), color, dash)
            if lowest:
                _lowest_point(axis, x, values, color)
        axis.set(xlabel=xlabel, ylabel=ylabel)
    handles = [plt.Line2D([], [], color=color, linestyle=dash) for color, dash in looks.values()]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), frameon=False)
    return figure


def _broken_line(axis: Axes, x: np.ndarray, values: np.ndarray, color: str, dash: object) -> None:
    steep = np.abs(np.diff(values)) > JUMP * (np.ptp(values) or 1)
    ends = np.flatnonzero(steep)
    for piece in np.split(np.arange(len(x)), ends + 1):
        axis.plot(x[piece], values[piece], color=color, linestyle=dash)
    hollow = np.concatenate([ends, ends + 1])
    axis.plot(x[hollow], values[hollow], "o", color=color, markerfacecolor="white", markersize=5)


def _lowest_point(axis: Axes, x: np.ndarray, values: np.ndarray, color: str) -> None:
    place = int(np.argmin(values))
    axis.plot(x[place], values[place], "o", color=color, markersize=7)
    label = f"{x[place]:.3g}"
    axis.annotate(label, (x[place], values[place]), (0, 9), textcoords="offset points", ha="center", color=color)
