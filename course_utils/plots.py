"""Figures of the lectures: one style, labelled axes, and a sentence of alt text for each figure.

Colours are chosen for contrast on white (at least 3:1) and for colour-blind readers, after Okabe and Ito
(2008), *Color Universal Design*; markers and dashes repeat what a colour says. Used in every lecture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from IPython.display import display
from matplotlib.figure import Figure

BLUE, VERMILLION, GREEN, BLACK = "#0072B2", "#D55E00", "#007A59", "#000000"
PURPLE, BROWN = "#A8477E", "#7A4F00"
COLOURS = (BLUE, VERMILLION, GREEN, BLACK, PURPLE, BROWN)
PAGE_WIDTH = 9.0  # inches; a wider figure is shrunk by the browser, letters and all
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)))


def use_course_style() -> None:
    """Set matplotlib's defaults for a lecture: sizes that read on a projector, colours with contrast."""
    plt.rcParams.update(
        {
            "axes.grid": False,
            "axes.prop_cycle": cycler(color=COLOURS, linestyle=DASHES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 11,
            "figure.constrained_layout.use": True,
            "figure.dpi": 96,
            "figure.figsize": (7.0, 3.5),
            "font.size": 11,
            "image.cmap": "gray",
            "lines.linewidth": 1.8,
        }
    )


def show(figure: Figure, alt: str) -> None:
    """Display ``figure`` with its alt text and close it.

    Args:
        figure: a matplotlib figure.
        alt: one sentence that says what the figure shows, for a reader who cannot see it.

    Raises:
        ValueError: ``alt`` is shorter than 20 characters.
    """
    if len(alt.strip()) < 20:
        raise ValueError(f"alt text says what the figure shows, in a sentence; got {alt!r}")
    display(figure, metadata={"image/png": {"alt": alt.strip()}})
    plt.close(figure)


def image_row(
    images: Mapping[str, np.ndarray],
    alt: str,
    *,
    limits: tuple[float, float] | None = None,
    cmap: str = "gray",
    colour_bar: bool = False,
    height: float = 2.9,
) -> None:
    """Show images side by side, each under its name.

    Args:
        images: title → array or CPU tensor of shape (H, W), or (H, W, 3) in [0, 1].
        alt: alt text of the whole row.
        limits: grey values shown as black and white; None scales each image by itself.
        cmap: colour map of single-channel images (``"gray"``; ``"RdBu_r"`` for signed values).
        colour_bar: draw the scale beside each image.
        height: height of the row in inches; a long row is made lower so that it fits the page.
    """
    height = min(height, PAGE_WIDTH / len(images))
    figure, axes = plt.subplots(1, len(images), figsize=(height * len(images), height), squeeze=False)
    vmin, vmax = limits if limits is not None else (None, None)
    for axis, (title, image) in zip(axes[0], images.items(), strict=True):
        drawn = axis.imshow(np.asarray(image), cmap=cmap, vmin=vmin, vmax=vmax)
        axis.set_title(title)
        axis.set_axis_off()
        if colour_bar:
            figure.colorbar(drawn, ax=axis, shrink=0.8)
    show(figure, alt)


def curves(
    lines: Mapping[str, np.ndarray | Sequence[float]],
    alt: str,
    *,
    x: np.ndarray | Sequence[float] | None = None,
    xlabel: str,
    ylabel: str,
    title: str = "",
    log_y: bool = False,
) -> None:
    """Draw lines over one pair of labelled axes, told apart by colour and dash.

    Args:
        lines: label → values of shape (N,).
        alt: alt text of the figure.
        x: shared abscissa of shape (N,); None counts 0, 1, 2, …
        xlabel, ylabel: axis labels, with units where there are any.
        title: heading of the figure.
        log_y: logarithmic ordinate.
    """
    figure, axis = plt.subplots()
    for label, values in lines.items():
        axis.plot(np.arange(len(values)) if x is None else x, values, label=label)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    if x is None or np.issubdtype(np.asarray(x).dtype, np.integer):
        axis.xaxis.get_major_locator().set_params(integer=True)  # no half epochs
    if title:
        figure.suptitle(title, fontsize=12)
    if log_y:
        axis.set_yscale("log")
    if len(lines) > 1:  # above the axes, where it covers no line
        axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=min(len(lines), 3), frameon=False)
    show(figure, alt)


def number_row(arrays: Mapping[str, np.ndarray], alt: str, *, decimals: int = 0, cell: float = 0.42) -> None:
    """Show small arrays side by side as tables: each value written on its grey, all on one scale.

    Args:
        arrays: title → array of shape (H, W), a few rows and columns.
        alt: alt text of the whole row.
        decimals: digits after the point.
        cell: side of a cell in inches.
    """
    values = np.concatenate([np.ravel(array) for array in arrays.values()])
    low, high = float(values.min()), float(values.max())
    widths = [array.shape[1] for array in arrays.values()]
    tallest = max(array.shape[0] for array in arrays.values())
    size = (cell * (sum(widths) + 1.5 * len(widths)), cell * tallest + 0.6)
    figure, axes = plt.subplots(1, len(arrays), figsize=size, squeeze=False, width_ratios=widths)
    for axis, (title, array) in zip(axes[0], arrays.items(), strict=True):
        axis.imshow(array, cmap="gray", vmin=low, vmax=high)
        axis.set(title=title, xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="#808080")
        for (row, column), value in np.ndenumerate(array):
            ink = "white" if value < (low + high) / 2 else "black"
            axis.text(column, row, f"{value:.{decimals}f}", ha="center", va="center", color=ink)
    show(figure, alt)


def stem_rows(signals: Mapping[str, np.ndarray], alt: str, *, xlabel: str = "x", height: float = 1.3) -> None:
    """Draw discrete signals below one another over one shared abscissa, a stem for each sample.

    Args:
        signals: ordinate label → values of shape (N,).
        alt: alt text of the figure.
        xlabel: label of the shared abscissa, with its unit.
        height: height of one row in inches.
    """
    figure, axes = plt.subplots(len(signals), 1, figsize=(7.0, height * len(signals) + 0.4), sharex=True, squeeze=False)
    for axis, colour, (label, values) in zip(axes[:, 0], COLOURS, signals.items(), strict=False):
        axis.vlines(np.arange(len(values)), 0, values, color=colour, linewidth=1.2)
        axis.plot(values, "o", color=colour, markersize=4)
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
        errors: name → training and test errors in per cent, one a seed.
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
