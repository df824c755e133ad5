"""Networks as drawings, made from the network itself. Taught in lecture 11a."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import plots

if TYPE_CHECKING:  # drawing a kernel needs no torch
    from course_utils.models import UNet

Shape = tuple[int, int, int]  # channels, height, width
TALLEST, WIDEST = 0.66, 0.72  # of a box, in units of the distance between boxes


def unet_diagram(model: UNet, height: int, width: int) -> Figure:
    """Draw the U of a network: what leaves each block for a picture of this size, and the bridges between the arms.

    A box is as high as its picture has rows and as wide as it has channels, both compressed so that all can be seen.
    Channels stand above a box and the size in pixels below it.

    Args:
        model: a U-Net; asked for its shapes, see :meth:`course_utils.models.UNet.shapes`.
        height, width: size of the picture in pixels.

    Raises:
        ValueError: such a picture does not fit the network.

    Taught in lecture 11a.
    """
    shapes, depth = model.shapes(height, width), model.depth
    figure, axis = plt.subplots(figsize=(plots.PAGE_WIDTH, 0.5 + 0.98 * (depth + 1)))
    places = {f"down {level}": (level, 1 - level) for level in range(1, depth + 1)}
    places["bottom"] = depth + 1, -depth
    places |= {f"up {level}": (2 * depth + 2 - level, 1 - level) for level in range(depth, 0, -1)}
    blocks = list(places)
    for name in blocks:
        _box(axis, places[name], shapes[name], shapes)
    for before, after in itertools.pairwise(blocks):
        _step(axis, places[before], places[after])
    if model.skips:
        for level in range(1, depth + 1):
            _bridge(axis, places[f"down {level}"], places[f"up {level}"], shapes, level)
    _ends(axis, shapes, depth)
    axis.set(xlim=(-0.1, 2 * depth + 2.1), ylim=(-depth - 0.45, 0.6))
    axis.set_axis_off()
    return figure


def _box(axis: Axes, place: tuple[float, float], shape: Shape, shapes: dict[str, Shape]) -> None:
    channels, rows, columns = shape
    most = max(shape[0] for shape in shapes.values())
    box_height = TALLEST * (0.2 + 0.8 * (rows / shapes["input"][1]) ** 0.5)
    box_width = WIDEST * (0.1 + 0.9 * channels / most)
    corner = place[0] - box_width / 2, place[1] - box_height / 2
    axis.add_patch(Rectangle(corner, box_width, box_height, facecolor="#CFE3F1", edgecolor=plots.BLUE))
    axis.text(place[0], place[1] + box_height / 2 + 0.03, f"{channels}", ha="center", va="bottom", fontsize=10)
    axis.text(place[0], place[1] - box_height / 2 - 0.04, f"{rows}×{columns}", ha="center", va="top", fontsize=9)


def _step(axis: Axes, before: tuple[float, float], after: tuple[float, float]) -> None:
    """Draw the step to the next level: pooling on the way down, enlarging on the way up."""
    sign = 1 if after[1] < before[1] else -1
    start, end = (before[0] + 0.4, before[1] - 0.19 * sign), (after[0] - 0.4, after[1] + 0.19 * sign)
    arrow = {"arrowstyle": "-|>", "color": plots.BLACK if sign == 1 else plots.VERMILLION, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", end, start, arrowprops=arrow)


def _bridge(
    axis: Axes, left: tuple[float, float], right: tuple[float, float], shapes: dict[str, Shape], level: int
) -> None:
    kept, beside = shapes[f"down {level}"], shapes[f"enlarge {level}"]
    arrow = {"arrowstyle": "-|>", "color": plots.GREEN, "linestyle": "--"}
    axis.annotate("", (right[0] - 0.42, right[1]), (left[0] + 0.42, left[1]), arrowprops=arrow)
    middle = (left[0] + right[0]) / 2
    axis.text(middle, left[1] + 0.05, f"{kept[0]} + {beside[0]}", ha="center", va="bottom", fontsize=9)
    if kept[1:] != beside[1:]:
        axis.text(middle, left[1] - 0.05, f"cut to {beside[1]}×{beside[2]}", ha="center", va="top", fontsize=9)


def _ends(axis: Axes, shapes: dict[str, Shape], depth: int) -> None:
    for name, x in (("input", 0.28), ("head", 2 * depth + 1.72)):
        channels, rows, columns = shapes[name]
        title = "picture" if name == "input" else "scores"
        axis.text(x, 0, f"{title}\n{channels}\n{rows}×{columns}", ha="center", va="center", fontsize=9)
