"""Curves, points and stems over labeled axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.page import show
from course_utils.plots.style import BLACK, BLUE, COLORS, MARKERS, VERMILLION

GRAY = "#595959"


def curves(
    lines: Mapping[str, np.ndarray | Sequence[float]],
    alt: str,
    *,
    x: np.ndarray | Sequence[float] | None = None,
    xlabel: str,
    ylabel: str,
    title: str = "",
    log_x: bool = False,
    log_y: bool = False,
    points: Mapping[str, tuple[np.ndarray | Sequence[float], np.ndarray | Sequence[float]]] | None = None,
    marks: Mapping[str, float] | None = None,
) -> None:
    """Draw lines over one pair of labeled axes, told apart by color and dash.

    Args:
        lines: label → values of shape (N,).
        alt: alt text of the figure.
        x: shared abscissa of shape (N,); None counts 0, 1, 2, …
        xlabel, ylabel: axis labels, with units where there are any.
        title: heading of the figure.
        log_x, log_y: logarithmic abscissa, ordinate.
        points: label → (abscissas, ordinates), drawn as markers: what was measured, beside the curve it should follow.
        marks: label → abscissa of a vertical line, such as a cut-off frequency.

    Taught in sitting 01a.
    """
    figure, axis = plt.subplots()
    for label, values in lines.items():
        axis.plot(np.arange(len(values)) if x is None else x, values, label=label)
    for (label, (across, up)), marker in zip((points or {}).items(), MARKERS, strict=False):
        axis.plot(across, up, marker, markersize=6, label=label)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    if x is None or np.issubdtype(np.asarray(x).dtype, np.integer):
        axis.xaxis.get_major_locator().set_params(integer=True)  # no half epochs
    if title:
        figure.suptitle(title, fontsize=12)
    if log_x:
        axis.set_xscale("log")
    if log_y:
        axis.set_yscale("log")
    _mark(axis, marks or {})
    _legend(axis)
    show(figure, alt)


def scatter(groups: Mapping[str, np.ndarray], alt: str, *, xlabel: str, ylabel: str, title: str = "") -> None:
    """Draw groups of points over one pair of labeled axes, told apart by color and marker.

    Args:
        groups: label → points of shape (N, 2): abscissa and ordinate.
        alt: alt text of the figure.
        xlabel, ylabel: axis labels, with units where there are any.
        title: heading of the figure.

    Raises:
        ValueError: there are more groups than colors.

    Taught in sitting 02b.
    """
    if len(groups) > len(COLORS):
        raise ValueError(f"at most {len(COLORS)} groups can be told apart; got {len(groups)}")
    figure, axis = plt.subplots()
    for (label, points), color, marker in zip(groups.items(), COLORS, MARKERS, strict=False):
        axis.scatter(*np.asarray(points).T, s=22, color=color, marker=marker, alpha=0.8, linewidths=0, label=label)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    if title:
        figure.suptitle(title, fontsize=12)
    _legend(axis)
    show(figure, alt)


def _mark(axis: Axes, marks: Mapping[str, float]) -> None:
    """Draw a vertical line for each mark, its name beside it at the top."""
    for label, place in marks.items():
        axis.axvline(place, color=GRAY, linewidth=1, linestyle=":")
        axis.annotate(
            label, (place, 1), (3, -2), ("data", "axes fraction"), "offset points", va="top", fontsize=9, color=GRAY
        )


def _legend(axis: Axes) -> None:
    """Name what is drawn above the axes, where the names cover nothing."""
    labels = axis.get_legend_handles_labels()[1]
    if len(labels) > 1:
        axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=min(len(labels), 3), frameon=False)


def stem_rows(signals: Mapping[str, np.ndarray], alt: str, *, xlabel: str = "x", height: float = 1.3) -> None:
    """Draw discrete signals below one another over one shared abscissa, a stem for each sample.

    Args:
        signals: ordinate label → values of shape (N,).
        alt: alt text of the figure.
        xlabel: label of the shared abscissa, with its unit.
        height: height of one row in inches.
    """
    figure, axes = plt.subplots(len(signals), 1, figsize=(7.0, height * len(signals) + 0.4), sharex=True, squeeze=False)
    for axis, color, (label, values) in zip(axes[:, 0], COLORS, signals.items(), strict=False):
        axis.vlines(np.arange(len(values)), 0, values, color=color, linewidth=1.2)
        axis.plot(values, "o", color=color, markersize=4)
        axis.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
        axis.set_ylabel(label)
    figure.align_ylabels()
    axes[-1, 0].set_xlabel(xlabel)
    axes[-1, 0].xaxis.get_major_locator().set_params(integer=True)
    show(figure, alt)


def error_rows(errors: Mapping[str, tuple[np.ndarray, np.ndarray]], alt: str) -> None:
    """Draw what was compared below one another: a cross for training, a dot for each test error, a bar at their mean.

    A dotted line runs down from the first row, with which the others are compared.

    Args:
        errors: name → training and test errors in percent, one per seed.
        alt: alt text of the figure.
    """
    figure, axis = plt.subplots(figsize=(8.0, 0.32 * len(errors) + 1))
    for place, (train, test) in enumerate(errors.values()):
        axis.plot(test, np.full(len(test), place), "o", color=BLUE, markersize=4)
        axis.plot(np.mean(test), place, "|", color=BLACK, markersize=16)
        axis.plot(np.mean(train), place, "x", color=VERMILLION)
    axis.axvline(np.mean(next(iter(errors.values()))[1]), color="0.6", linewidth=1, linestyle=":")
    axis.set_yticks(range(len(errors)), list(errors))
    axis.invert_yaxis()
    axis.set_xlabel("wrong predictions [%]: × training, • test (each seed), | mean")
    show(figure, alt)
