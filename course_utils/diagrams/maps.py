"""What flows through a convolutional network: its shapes, its maps, and what it reads. Taught in lecture 03b."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.diagrams.canvas import QUIET, arrow, caption, sheet
from course_utils.plots import BLUE, PAGE_WIDTH, VERMILLION

SHOWN = 6  # sheets drawn of a stack of maps
LARGEST, THINNEST, SHIFT = 1.25, 0.16, 0.06  # inches: side of the largest map, of the smallest, offset in a stack
FITS = 116  # type size, in points, times letters that fit into an inch, a gap to the neighbors included


def shapes_through(shapes: Mapping[str, Sequence[int]]) -> Figure:
    """Draw what flows through a network: a stack of sheets for maps, a column for a row of numbers, with its shape.

    Args:
        shapes: name of each step → shape of its output, (C, H, W) or (F,); the input first.

    Taught in lecture 03b.
    """
    step = PAGE_WIDTH / len(shapes)
    figure, axis = sheet(PAGE_WIDTH, 2.35)
    largest = max(shape[-1] for shape in shapes.values() if len(shape) == 3)
    side = min(LARGEST, step - 0.35)
    middle, before = 1.2, None
    longest = max(len(_sizes(shape)) for shape in shapes.values())
    fontsize = min(9.5, FITS * step / longest)  # neighbors do not touch
    for place, (name, shape) in enumerate(shapes.items()):
        x = step * (place + 0.5)
        if len(shape) == 3:
            height = width = max(THINNEST, side * shape[-1] / largest)
            sheets = min(shape[0], SHOWN)
        else:
            height, width, sheets = LARGEST * min(1.0, 0.25 + shape[0] / 200), THINNEST, 1
        for number in reversed(range(sheets)):
            offset = SHIFT * (number - (sheets - 1) / 2)
            corner = (x - width / 2 + offset, middle - height / 2 - offset)
            axis.add_patch(Rectangle(corner, width, height, facecolor="#E3EEF6", edgecolor=BLUE, linewidth=1.1))
        reach = width / 2 + SHIFT * (sheets - 1) / 2
        if before is not None:
            arrow(axis, (before + 0.03, middle), (x - reach - 0.03, middle))
        before = x + reach
        caption(axis, (x, 0.36), name, fontsize=9.5)
        caption(axis, (x, 2.05), _sizes(shape), va="top", fontsize=fontsize, color=QUIET)
    return figure


def _sizes(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))


def maps_through(image: np.ndarray, maps: Mapping[str, np.ndarray]) -> Figure:
    """Draw an image and the maps of each layer, a column per layer, all maps on one scale: white 0, red +, blue −.

    Args:
        image: shape (H, W).
        maps: name of each layer → its maps, shape (C, H, W), the same C for all.

    Taught in lecture 03b.
    """
    channels = max(len(one) for one in maps.values())
    high = max(float(np.abs(one).max()) for one in maps.values())
    figure, axes = plt.subplots(channels, len(maps) + 1, figsize=(PAGE_WIDTH + 1, 1.15 * channels + 0.4), squeeze=False)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    for axis in axes[1:, 0]:
        axis.set_axis_off()
    axes[0, 0].imshow(image)
    axes[0, 0].set_title("image", fontsize=10)
    for column, (name, one) in enumerate(maps.items(), start=1):
        size = "×".join(str(n) for n in one.shape[1:])
        axes[0, column].set_title(f"{name}\n{size}", fontsize=10)
        for axis, channel in zip(axes[:, column], one, strict=True):
            shown = axis.imshow(channel, cmap="RdBu_r", vmin=-high, vmax=high)
    figure.colorbar(shown, ax=axes, fraction=0.02, label="value")
    return figure


def reading(image: np.ndarray, probabilities: Sequence[float]) -> Figure:
    """Draw a digit beside the probability that a network gives to each class, the largest one marked.

    Args:
        image: shape (H, W).
        probabilities: of classes 0, 1, 2, …

    Taught in lecture 03b.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.9), width_ratios=[1, 2.2])
    left.imshow(image)
    left.set(xticks=[], yticks=[])
    colors = [VERMILLION if p == max(probabilities) else BLUE for p in probabilities]
    right.bar(range(len(probabilities)), probabilities, color=colors)
    right.set(xlabel="digit", ylabel="probability", ylim=(0, 1), xticks=range(len(probabilities)))
    return figure
