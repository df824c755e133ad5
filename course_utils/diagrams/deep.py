"""What makes networks deep, and how they learn: a residual block, learning curves, costs by layer. Lecture 10a."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

from course_utils.diagrams.canvas import FRAME, arrow, box, caption, circle, sheet
from course_utils.plots import BLUE, COLORS, PAGE_WIDTH, VERMILLION, readable_ink

MIDDLE, ABOVE = 1.25, 0.45  # inches from the top: the row of layers, and the path past them


def residual_block() -> Figure:
    """Draw a residual block: two convolutions in a row, and the skip connection that adds the input to what they give.

    Taught in lecture 10a.
    """
    figure, axis = sheet(PAGE_WIDTH, 1.9)
    boxes = {"conv 3 × 3\nnorm, ReLU": 2.4, "conv 3 × 3\nnorm": 4.4}
    for text, place in boxes.items():
        box(axis, (place, MIDDLE), (1.35, 0.62), text, fontsize=10)
    plus, relu = 6.0, 7.2
    circle(axis, (plus, MIDDLE), 0.2, "+")
    box(axis, (relu, MIDDLE), (0.8, 0.5), "ReLU", fontsize=10)
    ends = [0.45, *(edge for place in boxes.values() for edge in (place - 0.675, place + 0.675)), plus - 0.2]
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        arrow(axis, (start, MIDDLE), (end, MIDDLE))
    arrow(axis, (plus + 0.2, MIDDLE), (relu - 0.4, MIDDLE))
    arrow(axis, (relu + 0.4, MIDDLE), (PAGE_WIDTH - 0.1, MIDDLE))
    axis.plot([1.0, 1.0, plus], [MIDDLE, ABOVE, ABOVE], color=VERMILLION, linewidth=1.8, linestyle="--")
    arrow(axis, (plus, ABOVE), (plus, MIDDLE - 0.2), VERMILLION, linewidth=1.8, linestyle="--")
    caption(axis, (0.3, MIDDLE), "$x$", va="center")
    caption(axis, (3.4, ABOVE - 0.05), "skip connection: $x$ as it is", color=VERMILLION)
    caption(axis, (3.4, MIDDLE + 0.58), "$f(x)$: what the block adds", color=BLUE)
    return figure


def learning_curves(
    panels: Mapping[str, Mapping[str, tuple[Sequence[float], Sequence[float]]]], *, ylabel: str
) -> Figure:
    """Draw how networks learn, a panel per setting on one scale: validation solid, training thin and dashed.

    Args:
        panels: title → name of a network → its values on the training and on the validation images, each (epochs,).
        ylabel: what is drawn, with its unit.

    Taught in lecture 10a.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(PAGE_WIDTH + 1, 3.7), sharey=True, squeeze=False)
    names = list(next(iter(panels.values())))
    for axis, (title, networks) in zip(axes[0], panels.items(), strict=True):
        for color, (training, validation) in zip(COLORS, networks.values(), strict=False):
            epochs = range(1, len(training) + 1)
            axis.plot(epochs, training, color=color, linewidth=1.2, linestyle="--")
            axis.plot(epochs, validation, color=color, linewidth=2.2, linestyle="-")
            axis.plot(epochs[-1], validation[-1], "o", color=color, markersize=5)
        axis.set(title=title, xlabel="epoch")
    axes[0, 0].set(ylabel=ylabel, ylim=(0, None))
    lines = [plt.Line2D([], [], color=color, linestyle="-") for color in COLORS[: len(names)]]
    lines += [plt.Line2D([], [], color=FRAME, linestyle=dash) for dash in ("-", "--")]
    figure.legend(
        lines,
        [*names, "validation", "training"],
        loc="outside upper center",
        ncols=(len(names) + 3) // 2,
        frameon=False,
    )
    return figure


def two_bars(names: Sequence[str], panels: Mapping[str, np.ndarray]) -> Figure:
    """Draw two quantities of the same layers as bars side by side, the first layer on top, each bar with its number.

    Args:
        names: of the layers.
        panels: what is drawn, with its unit → values, one per layer.

    Taught in lecture 10a.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(PAGE_WIDTH, 0.32 * len(names) + 0.8), sharey=True)
    for axis, color, (label, values) in zip(axes, (BLUE, VERMILLION), panels.items(), strict=True):
        axis.bar_label(axis.barh(names, values, color=color), fmt="%.3g", padding=3, fontsize=9)
        axis.set(xlabel=label, xlim=(0, 1.15 * max(values)))
    axes[0].invert_yaxis()
    return figure


def table_of(values: np.ndarray, names: Sequence[str], *, xlabel: str, ylabel: str) -> Figure:
    """Draw a square table of percentages, darker where they are larger, each cell with its number.

    Args:
        values: shape (K, K), 0 to 100.
        names: of its K rows and columns.

    Taught in lecture 10a.
    """
    figure, axis = plt.subplots(figsize=(7.2, 5.6))
    shown = axis.imshow(values, cmap="Blues", vmin=0, vmax=100)
    for (row, column), value in np.ndenumerate(values):
        ink = readable_ink(shown.cmap(shown.norm(value)))
        axis.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=9, color=ink)
    axis.set(xticks=range(len(names)), yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylabel=ylabel)
    axis.set_xticklabels(names, rotation=45, ha="right")
    figure.colorbar(shown, ax=axis, label="percent of the true class", shrink=0.8)
    return figure


def ladder(reached: Mapping[str, np.ndarray], seconds: Mapping[str, np.ndarray]) -> Figure:
    """Draw what each rung of a ladder reaches, a dot per seed, and beside it how long its training took.

    Args:
        reached: name of each rung, the first on top → accuracy in percent of each seed, (seeds,).
        seconds: the same names → seconds of each seed.

    Taught in lecture 10b.
    """
    figure, axes = plt.subplots(1, 2, figsize=(PAGE_WIDTH, 0.36 * len(reached) + 0.9), sharey=True)
    panels = {"validation accuracy (%), a dot per seed": reached, "training time (s), a dot per seed": seconds}
    for axis, color, (label, rungs) in zip(axes, (BLUE, VERMILLION), panels.items(), strict=True):
        for height, values in enumerate(rungs.values()):
            axis.plot(values, [height] * len(values), "o", color=color, markersize=5)
        axis.set(xlabel=label, yticks=range(len(reached)), yticklabels=list(reached))
    axes[1].set_xscale("log")
    axes[1].xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes[1].xaxis.set_major_formatter(ScalarFormatter())
    axes[1].xaxis.set_minor_formatter(NullFormatter())
    axes[0].invert_yaxis()
    return figure
