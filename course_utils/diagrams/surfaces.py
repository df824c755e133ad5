"""Descent drawn on losses of one and of two weights, and the loss against the learning rate. Taught in chapter 07."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.diagrams.learning import PLATEAUS
from course_utils.plots import BLACK, BLUE, COLORS, DASHES, MARKERS, PAGE_WIDTH, VERMILLION

Loss = Callable[[np.ndarray], np.ndarray]
GRAY, GRID = "#808080", 90  # contours; points along each side
MANY = 30  # points on a curve that get no markers
START = {"marker": "s", "color": BLACK, "markersize": 7, "linestyle": ""}


def on_curves(walks: Mapping[str, tuple[Loss, np.ndarray]], *, across: tuple[float, float]) -> Figure:
    """Draw losses of one weight side by side, each with the points that a descent visits on it.

    A black square marks the start, blue dots the steps, a red star the end.

    Args:
        walks: title → (loss, visited): the loss takes weights (M,) and returns their losses; visited is (steps + 1,).
        across: the first and the last weight that is drawn.

    Taught in lecture 07a.
    """
    figure, axes = plt.subplots(1, len(walks), figsize=(PAGE_WIDTH, 2.9), sharey=True, squeeze=False)
    w = np.linspace(*across, 300)
    for axis, (title, (loss, visited)) in zip(axes[0], walks.items(), strict=True):
        axis.plot(w, loss(w), color=GRAY, linestyle="-")
        axis.plot(visited, loss(visited), ".", color=BLUE, markersize=5)
        axis.plot(visited[:1], loss(visited[:1]), **START)
        axis.plot(visited[-1:], loss(visited[-1:]), "*", color=VERMILLION, markersize=15)
        axis.set(title=title, xlabel="weight w")
    axes[0, 0].set_ylabel("loss")
    return figure


def on_surfaces(
    walks: Mapping[str, tuple[Loss, Mapping[str, np.ndarray]]],
    *,
    across: tuple[float, float],
    up: tuple[float, float],
    minima: Mapping[str, np.ndarray] | None = None,
    arrows: tuple[np.ndarray, np.ndarray] | None = None,
) -> Figure:
    """Draw losses of two weights as contour lines side by side, with the paths of descents on them.

    A black square marks each start, a black star the minimum.

    Args:
        walks: title → (loss, paths): the loss takes weights (..., 2), each path is (steps + 1, 2) under its name.
        across, up: the ends of the first and of the second axis.
        minima: title → the weights to mark with a star, (2,).
        arrows: the feet (M, 2) and the directions (M, 2) of arrows, all drawn equally long.

    Taught in lecture 07a.
    """
    width = min(PAGE_WIDTH, 4.6 * len(walks) + 0.6)
    figure, axes = plt.subplots(1, len(walks), figsize=(width, 3.6), sharey=True, squeeze=False)
    for axis, (title, (loss, paths)) in zip(axes[0], walks.items(), strict=True):
        _contours(axis, loss, across, up)
        for (name, path), color, marker in zip(paths.items(), COLORS, MARKERS, strict=False):
            axis.plot(*path.T, marker=marker, markersize=3.5, linewidth=1, linestyle="-", color=color, label=name)
            axis.plot(*path[0], **START)
        if minima and title in minima:
            axis.plot(*minima[title], "*", color=BLACK, markersize=14)
        if arrows:
            _arrows(axis, *arrows)
        axis.set(title=title, xlabel="first weight", xlim=across, ylim=up)
        if len(paths) > 1:
            axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, frameon=False)
    axes[0, 0].set_ylabel("second weight")
    return figure


def rate_curves(found: Mapping[str, tuple[Sequence[float], np.ndarray]], *, ylabel: str) -> Figure:
    """Draw what was measured at several learning rates: the mean over seeds, and a band from least to most.

    Args:
        found: name → (rates (R,), values (R, S)), for S seeds; values that are not finite are left out.
        ylabel: what the values are.

    Taught in lecture 07b.
    """
    figure, axis = plt.subplots(figsize=(8.0, 3.4))
    looks = zip(found.items(), COLORS, DASHES, MARKERS, strict=False)
    for (name, (rates, values)), color, dash, marker in looks:
        values = np.where(np.isfinite(values), values, np.nan)
        kept = ~np.isnan(values).any(axis=1)
        rates, values = np.asarray(rates)[kept], values[kept]
        marker = marker if len(rates) < MANY else ""  # of a sweep, the line is enough
        axis.plot(rates, values.mean(axis=1), color=color, linestyle=dash, marker=marker, markersize=5, label=name)
        axis.fill_between(rates, values.min(axis=1), values.max(axis=1), color=color, alpha=0.15, linewidth=0)
    axis.set(xscale="log", yscale="log", xlabel="learning rate", ylabel=ylabel)
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    return figure


def _contours(axis: Axes, loss: Loss, across: tuple[float, float], up: tuple[float, float]) -> None:
    first, second = np.linspace(*across, GRID), np.linspace(*up, GRID)
    values = loss(np.stack(np.meshgrid(first, second), axis=-1))
    levels = values.min() + np.ptp(values) * PLATEAUS / 100
    axis.contour(first, second, values, levels=levels, colors=GRAY, linewidths=0.8, linestyles="-")


def _arrows(axis: Axes, feet: np.ndarray, directions: np.ndarray) -> None:
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    axis.quiver(*feet.T, *unit.T, color=VERMILLION, angles="xy", scale_units="xy", scale=0.9, width=0.013)
    axis.plot(*feet.T, "o", color=VERMILLION, markersize=4)
    axis.set_aspect("equal")
