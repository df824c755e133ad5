"""What every drawing is made of: a sheet measured in inches, tables of numbers, boxes, arrows and captions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from course_utils.plots import BLACK, BLUE, readable_ink

QUIET = "#595959"  # captions and counts: 7:1 on white
FRAME, PALE = "#808080", "#E3EEF6"
POINTS = 72  # per inch
Point = tuple[float, float]


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of this size in inches and an axis over all of it: x to the right, y down, in inches."""
    figure = plt.figure(figsize=(width, height), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return figure, axis


def written(values: np.ndarray) -> np.ndarray:
    """Return numbers as texts, all with the same digits after the point: as few as say them, at most three in all."""
    values = np.asarray(values, dtype=float)
    most = 2 if np.abs(values).max() < 10 else 1 if np.abs(values).max() < 100 else 0
    decimals = next((d for d in range(most) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9)), most)
    texts = [f"{value:z.{decimals}f}".replace("-", "−") for value in values.ravel()]
    return np.array(texts, dtype=object).reshape(values.shape)


def equals(value: float) -> str:
    """Return ``"= 0.5"``, or ``"≈ 0.33"`` where the digits that are written do not say all."""
    text = written(value).item()
    return f"{'=' if np.isclose(float(text.replace('−', '-')), value, rtol=0, atol=1e-9) else '≈'} {text}"


def fills(values: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return a color for each value, shape (*, 4): black to white from zero up, or blue, white, red.

    Args:
        values: numbers to color.
        like: the numbers that span the scale; negative ones make it blue, white (at zero) and red.
    """
    high = float(np.abs(like).max()) or 1.0
    signed = bool(np.min(like) < 0)
    return colormaps["RdBu_r" if signed else "gray"](Normalize(-high if signed else 0.0, high)(values))


def table(
    axis: Axes, corner: Point, texts: np.ndarray, colors: np.ndarray | None, cell: Point, *, ink: str | None = None
) -> None:
    """Draw a table of texts, each in a cell on its color.

    Args:
        axis: see :func:`sheet`.
        corner: left and top.
        texts: shape (H, W); an empty text leaves a cell blank.
        colors: shape (H, W, 4), or None for white cells.
        cell: width and height of a cell in inches.
        ink: color of the letters; None takes what reads best on each cell.
    """
    lines = [line for text in texts.flat for line in text.split("\n")]
    size = letter_size(lines, cell[0], cell[1] / max(text.count("\n") + 1 for text in texts.flat))
    colors = np.ones((*texts.shape, 4)) if colors is None else colors
    across, down = (corner[axis] + cell[axis] * np.arange(texts.shape[1 - axis] + 1) for axis in (0, 1))
    axis.pcolormesh(across, down, colors, edgecolors=FRAME, linewidth=0.5)
    for (row, column), text in np.ndenumerate(texts):
        if text:
            middle = (across[column] + cell[0] / 2, down[row] + cell[1] / 2)
            color = ink or readable_ink(colors[row, column])
            axis.text(*middle, text, ha="center", va="center_baseline", color=color, fontsize=size)


def letter_size(texts: Iterable[str], width: float, height: float, largest: float = 11) -> float:
    """Return the size in points at which all texts fit a cell of this width and height in inches."""
    letters = max(map(len, texts), default=1) or 1
    return min(largest, width * POINTS * 0.8 / (0.62 * letters), height * POINTS * 0.55)


def outline(axis: Axes, corner: Point, size: Point, color: str = BLUE, **style: Any) -> None:
    """Draw a frame around something, wide enough to be seen on any gray."""
    axis.add_patch(Rectangle(corner, *size, fill=False, edgecolor="white", linewidth=3.8, joinstyle="miter"))
    axis.add_patch(
        Rectangle(corner, *size, fill=False, edgecolor=color, **({"linewidth": 2.2, "joinstyle": "miter"} | style))
    )


def box(axis: Axes, center: Point, size: Point, text: str, *, fill: str = PALE, fontsize: float = 11) -> None:
    """Draw a rounded box with a text in it."""
    corner = (center[0] - size[0] / 2, center[1] - size[1] / 2)
    rounded = "round,pad=0,rounding_size=0.06"
    axis.add_patch(FancyBboxPatch(corner, *size, boxstyle=rounded, facecolor=fill, edgecolor=BLUE, linewidth=1.2))
    axis.text(*center, text, ha="center", va="center", fontsize=fontsize)


def circle(axis: Axes, center: Point, radius: float, text: str) -> None:
    """Draw a circle with a text in it."""
    axis.add_patch(Circle(center, radius, facecolor=PALE, edgecolor=BLUE, linewidth=1.2))
    axis.text(*center, text, ha="center", va="center", fontsize=11)


def toward(start: Point, end: Point, distance: float) -> Point:
    """Return the point at this distance from ``start`` on the way to ``end``."""
    way = np.subtract(end, start)
    x, y = np.add(start, way * distance / np.hypot(*way))
    return float(x), float(y)


def bracketed(number: str) -> str:
    """Return a number as it stands in a sum: a negative one in brackets."""
    return f"({number})" if number.startswith("−") else number


def arrow(axis: Axes, start: Point, end: Point, color: str = BLACK, **style: Any) -> None:
    """Draw an arrow from one point to another."""
    look = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.3} | style
    axis.annotate("", end, start, arrowprops=look)


def caption(axis: Axes, place: Point, text: str, **style: Any) -> None:
    """Write a line; by default in the middle above ``place``."""
    axis.text(*place, text, **({"ha": "center", "va": "bottom", "fontsize": 11} | style))
