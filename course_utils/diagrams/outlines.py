"""Images with outlines on top of them, and how far a pixel of a network sees. Taught in lecture 11a."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course_utils import plots

TRUE, FOUND = "#FFD400", "#00B7FF"


def outlined(images: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]]) -> Figure:
    """Draw gray images side by side, with the true outline in yellow and dashed, and the predicted one in solid blue.

    Args:
        images: title → image, true mask, and predicted mask, each (H, W) or (1, H, W).

    Taught in lecture 11a.
    """
    figure, axes = plt.subplots(1, len(images), figsize=(3.4 * len(images), 3.7), squeeze=False)
    for axis, (title, arrays) in zip(axes[0], images.items(), strict=True):
        image, true, predicted = (np.asarray(array, dtype=float).squeeze() for array in arrays)
        axis.imshow(image, cmap="gray")
        _outline(axis, true, color=TRUE, linestyle="--", linewidth=2.4)
        _outline(axis, predicted, color=FOUND, linestyle="-", linewidth=1.6)
        axis.set_title(title, fontsize=10)
        axis.set_axis_off()
    lines = [plt.Line2D([], [], color=TRUE, linestyle="--", linewidth=2.4), plt.Line2D([], [], color=FOUND)]
    figure.legend(lines, ["true outline", "predicted outline"], loc="outside lower center", ncols=2, frameon=False)
    return figure


def numbered_objects(images: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Draw gray images side by side, each object in a color of its own, with their count in the title.

    Args:
        images: title → image and labels (0 on the background), each (H, W) or (1, H, W).

    Taught in lecture 11b.
    """
    figure, axes = plt.subplots(1, len(images), figsize=(3.0 * len(images), 3.3), squeeze=False)
    for axis, (title, arrays) in zip(axes[0], images.items(), strict=True):
        image, labels = (np.asarray(array).squeeze() for array in arrays)
        axis.imshow(image, cmap="gray")
        present = np.unique(labels[labels > 0]).astype(int)
        for place, number in enumerate(present):
            inside = np.where(labels == number, 1.0, np.nan)
            color = plots.COLORS[place % len(plots.COLORS)]
            axis.imshow(inside, cmap=ListedColormap([color]), alpha=0.55)
        axis.set_title(f"{title}: {len(present)}", fontsize=10)
        axis.set_axis_off()
    return figure


def seen_square(gradient: ArrayLike, width: int, title: str) -> Figure:
    """Draw how strongly a score depends on each pixel, and the square outside of which it does not depend at all.

    Args:
        gradient: magnitudes, shape (S, S), drawn from the largest one down to a thousandth of it.
        width: of the square in pixels, around the middle.
        title: of the figure.

    Taught in lecture 11a.
    """
    values = np.asarray(gradient, dtype=float)
    figure, axis = plt.subplots(figsize=(4.6, 4.0))
    drawn = axis.imshow(np.log10(values / values.max() + 1e-12), cmap="gray", vmin=-3, vmax=0)
    corner = (len(values) - width) / 2 - 0.5
    axis.add_patch(Rectangle((corner, corner), width, width, fill=False, edgecolor=TRUE, linewidth=2))
    figure.colorbar(drawn, ax=axis, label="influence, in powers of ten", shrink=0.8)
    axis.set(title=title, xlabel="column", ylabel="row")
    return figure


def _outline(axis: Axes, mask: np.ndarray, *, color: str, linestyle: str, linewidth: float) -> None:
    """Draw the edges between the pixels of a mask and the others, along the pixels' sides."""
    padded = np.pad(mask > 0.5, 1)
    down = np.argwhere(padded[1:, :] != padded[:-1, :])
    across = np.argwhere(padded[:, 1:] != padded[:, :-1])
    segments = [[(j - 1.5, i - 0.5), (j - 0.5, i - 0.5)] for i, j in down]
    segments += [[(j - 0.5, i - 1.5), (j - 0.5, i - 0.5)] for i, j in across]
    axis.add_collection(LineCollection(segments, colors=color, linestyles=linestyle, linewidths=linewidth))
