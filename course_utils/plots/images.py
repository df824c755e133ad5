"""Images, tables of numbers and maps, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, hsv_to_rgb

from course_utils.plots.page import PAGE_WIDTH, show
from course_utils.plots.style import readable_ink

FRAME = "#808080"
SIGNED, UNSIGNED = "RdBu_r", "gray"  # red above zero, white at zero, blue below; black, gray, white
LETTER, TITLE, GAP, FOOT = 0.088, 0.2, 0.35, 0.1  # inches: of a title, between arrays, below them
SMALLEST_CELL = 0.2  # inches; letters in a smaller one could not be read
ARROWS = 9  # on the longer side of a direction map
BRIGHTEST, WEAKEST_ARROW = 0.995, 0.5  # quantile drawn at full brightness; of it, where arrows begin


def image_row(
    images: Mapping[str, np.ndarray],
    alt: str,
    *,
    limits: tuple[float, float] | None = None,
    color_bar: bool = False,
    height: float = 2.9,
) -> None:
    """Show images side by side, each under its name; one with negative values is white at zero, red above, blue below.

    Args:
        images: title → array or CPU tensor of shape (H, W), or (H, W, 3) in [0, 1].
        alt: alt text of the whole row.
        limits: values at the ends of the scale, the same for all; None scales each image by itself.
        color_bar: draw the scale: once where all share it, else beside each image.
        height: height of the row in inches; a long row is made lower so that it fits the page.

    Taught in lecture 00.
    """
    height = min(height, PAGE_WIDTH / len(images))
    figure, axes = plt.subplots(1, len(images), figsize=(height * len(images), height), squeeze=False)
    for axis, (title, image) in zip(axes[0], images.items(), strict=True):
        values = np.asarray(image)
        signed = (np.min(values) if limits is None else limits[0]) < 0
        scale = Normalize(*(limits or _limits(values, signed)))
        axis.imshow(values, cmap=SIGNED if signed else UNSIGNED, norm=scale)
        _frame(axis, title)
        if color_bar and limits is None:
            figure.colorbar(axis.images[0], ax=axis, shrink=0.8)
    if color_bar and limits is not None:
        figure.colorbar(axes[0, -1].images[0], ax=axes.ravel().tolist(), shrink=0.8)
    show(figure, alt)


def number_row(
    arrays: Mapping[str, np.ndarray], alt: str, *, decimals: int = 0, cell: float = 0.42, shared: bool = False
) -> None:
    """Show small arrays side by side as tables, each number on its color.

    Black is zero and white the largest number. An array with negative numbers is white at zero instead, red above and
    blue below.

    Args:
        arrays: title → array of shape (H, W), a few rows and columns.
        alt: alt text of the whole row.
        decimals: digits after the point.
        cell: side of a cell in inches; many columns get smaller ones, so that the row fits the page.
        shared: one scale for all arrays, where they are compared; else each has its own.

    Taught in lecture 00.
    """
    arrays = {title: np.asarray(array) for title, array in arrays.items()}
    together = np.concatenate([array.ravel() for array in arrays.values()])
    lines = {title: title.split("\n") for title in arrays}
    while sum(widths := _widths(arrays, lines, cell)) > PAGE_WIDTH and cell > SMALLEST_CELL:
        cell -= 0.01
    tallest = cell * max(array.shape[0] for array in arrays.values())
    width, height = sum(widths), tallest + TITLE * (max(map(len, lines.values())) + 1) + FOOT
    figure = plt.figure(figsize=(width, height), layout="none")
    left = 0.0
    for (title, array), room in zip(arrays.items(), widths, strict=True):
        wide, high = cell * array.shape[1], cell * array.shape[0]
        place = (left + (room - wide) / 2) / width, ((tallest - high) / 2 + FOOT) / height, wide / width, high / height
        axis = figure.add_axes(place)
        draw_numbers(axis, array, decimals=decimals, cell=cell, scaled_like=together if shared else array)
        _frame(axis, title)
        left += room
    show(figure, alt)


def _widths(arrays: Mapping[str, np.ndarray], lines: Mapping[str, list[str]], cell: float) -> list[float]:
    """Return the inches that each array needs for its columns or its title, with a gap."""
    titles = [LETTER * max(map(len, lines[title])) for title in arrays]
    return [max(cell * array.shape[1], title) + GAP for array, title in zip(arrays.values(), titles, strict=True)]


def draw_numbers(
    axis: Axes, array: np.ndarray, *, decimals: int = 0, cell: float = 0.42, scaled_like: np.ndarray | None = None
) -> None:
    """Write an array into an axis as a table, each number on its color; arguments as in :func:`number_row`.

    Args:
        axis: an axis of matplotlib.
        array: shape (H, W).
        decimals: digits after the point.
        cell: side of a cell in inches, as it is drawn.
        scaled_like: array whose numbers span the colors; None takes ``array`` itself.
    """
    reference = array if scaled_like is None else scaled_like
    signed = bool(np.min(reference) < 0)
    scale, colors = Normalize(*_limits(reference, signed, from_zero=True)), colormaps[SIGNED if signed else UNSIGNED]
    axis.imshow(array, cmap=colors, norm=scale)
    texts = {place: f"{value:z.{decimals}f}".replace("-", "−") for place, value in np.ndenumerate(array)}
    letters = max(map(len, texts.values()))
    for (row, column), text in texts.items():
        ink = readable_ink(colors(scale(array[row, column])))
        size = min(11, 110 * cell / letters, 28 * cell)
        axis.text(column, row, text, ha="center", va="center", color=ink, fontsize=size)


def direction_map(angle: np.ndarray, magnitude: np.ndarray, alt: str, *, title: str = "") -> None:
    """Show directions as hues, brighter where the magnitude is larger, beside the wheel that says which is which.

    Arrows repeat the strongest directions, so that nobody depends on the hues.

    Args:
        angle: shape (H, W), radians: 0 points to the right and π/2 down, as ``np.arctan2(down, right)`` gives it.
        magnitude: shape (H, W), not negative.
        alt: alt text of the figure.
        title: heading of the map.

    Taught in sitting 02b.
    """
    wide = 4.2 * min(1.5, angle.shape[1] / angle.shape[0])
    figure, (left, right) = plt.subplots(1, 2, figsize=(wide + 1.6, 4.2), width_ratios=[wide, 1.5])
    strength = np.clip(magnitude / (np.quantile(magnitude, BRIGHTEST) or 1.0), 0, 1)
    left.imshow(_hues(angle, strength))
    _frame(left, title)
    _arrows(left, angle, strength)
    down, across = np.mgrid[-1:1:201j, -1:1:201j]
    radius = np.hypot(down, across)
    wheel = _hues(np.arctan2(down, across), np.where(radius <= 1, radius, 0))
    wheel[radius > 1] = 1
    right.imshow(wheel, extent=(-1, 1, 1, -1))
    for name, x, y in (("right", 1.1, 0), ("down", 0, 1.2), ("left", -1.1, 0), ("up", 0, -1.2)):
        right.text(x, y, name, ha={"right": "left", "left": "right"}.get(name, "center"), va="center", fontsize=10)
    right.set_axis_off()
    show(figure, alt)


def _arrows(axis: Axes, angle: np.ndarray, strength: np.ndarray) -> None:
    """Draw an arrow at the strongest pixel of each tile, where it is strong enough."""
    step = max(1, round(max(strength.shape) / ARROWS))
    places = []
    for top, start in itertools.product(range(0, strength.shape[0], step), range(0, strength.shape[1], step)):
        tile = strength[top : top + step, start : start + step]
        row, column = np.unravel_index(tile.argmax(), tile.shape)
        places.append((row + top, column + start))
    rows, columns = np.array([place for place in places if strength[place] > WEAKEST_ARROW]).reshape(-1, 2).T
    across, down = 0.4 * step * np.cos(angle[rows, columns]), 0.4 * step * np.sin(angle[rows, columns])
    style = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004, "headwidth": 4}
    axis.quiver(columns, rows, across, down, color="white", **style)


def _hues(angle: np.ndarray, value: np.ndarray) -> np.ndarray:
    return hsv_to_rgb(np.stack([(angle / (2 * np.pi)) % 1, np.ones_like(value), value], axis=-1))


def _limits(values: np.ndarray, signed: bool, from_zero: bool = False) -> tuple[float, float]:
    """Return the values at the ends of a color scale; a signed one has zero in its middle."""
    high = float(np.max(np.abs(values))) if signed else float(np.max(values))
    low = -high if signed else 0.0 if from_zero else float(np.min(values))
    return (low, high) if high > low else (low, low + 1)


def _frame(axis: Axes, title: str) -> None:
    """Give an image its title and a thin frame, so that white pixels end where the image ends."""
    axis.set(title=title, xticks=[], yticks=[])
    axis.spines[:].set(visible=True, color=FRAME, linewidth=0.6)
