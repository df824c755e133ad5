"""The paths on which a gradient comes back through a convolution, and their terms. Taught in sitting 04a."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils import convolution
from course_utils.diagrams.canvas import (
    QUIET,
    Point,
    arrow,
    bracketed,
    caption,
    outline,
    sheet,
    table,
    written,
)
from course_utils.plots import BLACK, BLUE, BROWN, GREEN, PURPLE, VERMILLION

CELL, GAP, EDGE, TOP, FOOT = 0.44, 1.5, 0.35, 0.4, 0.7  # inches: between the tables, beside, above and below them
BETWEEN = 0.1  # inches between outputs, which are drawn below one another so that no arrow crosses one
LETTER = 0.098  # inches
CHOSEN = 3  # points: the frame of the chosen cell, and the line that leads to it
INKS = (VERMILLION, BLUE, GREEN, PURPLE, BROWN, BLACK)
Cell = tuple[int, int]


def gradient_paths(
    image: np.ndarray, kernel: np.ndarray, delta: np.ndarray, of: Literal["weight", "pixel"], at: Cell
) -> Figure:
    """Draw how the gradient comes back to one weight or one pixel of a convolution: a path and a term for each output.

    An arrow leads from each output that depends on the chosen number back to it; inside the table it follows the grid,
    so that it crosses no number. The factor of that path, the pixel that the weight met or the weight that the pixel
    met, has a frame of the same color, and so does the term.

    Args:
        image: shape (H, W), a few pixels; no padding, stride 1.
        kernel: shape (K, K).
        delta: ∂L/∂z, shape (H - K + 1, W - K + 1).
        of: what is chosen.
        at: its row and column, counted from 0.

    Raises:
        ValueError: the shapes do not fit, ``at`` is outside, or there are more paths than colors.

    Taught in sitting 04a.
    """
    image, kernel, delta = (np.asarray(array, dtype=float) for array in (image, kernel, delta))
    expected = tuple(convolution.output_size(side, len(kernel)) for side in image.shape)
    if delta.shape != expected:
        raise ValueError(f"delta has shape {delta.shape}; this image and kernel give an output of shape {expected}")
    chosen, factors = (kernel, image) if of == "weight" else (image, kernel)
    if not all(0 <= place < size for place, size in zip(at, chosen.shape, strict=True)):
        raise ValueError(f"{at} is outside the {of}s, shape {chosen.shape}")
    paths = _paths(of, at, kernel.shape, delta.shape)
    if len(paths) > len(INKS):
        raise ValueError(f"{len(paths)} paths; at most {len(INKS)} can be told apart by color")
    outputs = list(np.ndindex(*delta.shape))
    tall = len(outputs) * (CELL + BETWEEN) - BETWEEN
    width = 2 * EDGE + 2 * GAP + CELL * (image.shape[1] + 1 + kernel.shape[1])
    figure, axis = sheet(width, TOP + tall + FOOT)
    output_left = EDGE + image.shape[1] * CELL + GAP
    corners = {
        "pixel": (EDGE, TOP + (tall - image.shape[0] * CELL) / 2),
        "weight": (output_left + CELL + GAP, TOP + (tall - kernel.shape[0] * CELL) / 2),
    }
    _numbers(axis, corners["pixel"], image, "input $x$")
    _numbers(axis, corners["weight"], kernel, "kernel $w$")
    caption(axis, (output_left + CELL / 2, TOP - 0.1), "$\\delta = ∂L/∂z$")
    other, side = ("pixel", 1) if of == "weight" else ("weight", -1)
    target = _corner(corners[of], at)
    end = _way_in(axis, corners[of], chosen.shape, at, side)
    inks = dict(zip(paths, INKS, strict=False))
    for number, output in enumerate(outputs):
        place = (output_left, TOP + number * (CELL + BETWEEN))
        middle = (place[0] + CELL / 2, place[1] + CELL / 2)
        table(axis, place, np.full((1, 1), written(delta)[output], dtype=object), None, (CELL, CELL))
        beside = (middle[0] - side * (CELL / 2 + 0.1), middle[1])
        name = f"[{output[0]}, {output[1]}]"
        caption(axis, beside, name, ha="right" if side > 0 else "left", va="center", fontsize=9, color=QUIET)
        if output in paths:
            outline(axis, place, (CELL, CELL), inks[output])
            outline(axis, _corner(corners[other], paths[output]), (CELL, CELL), inks[output])
            arrow(axis, (middle[0] + side * CELL / 2, middle[1]), end, inks[output])
    outline(axis, target, (CELL, CELL), BLACK, linewidth=CHOSEN)
    terms = [(delta[output], factors[factor]) for output, factor in paths.items()]
    _sum(axis, (width / 2, TOP + tall + 0.4), f"∂L/∂{'w' if of == 'weight' else 'x'}[{at[0]}, {at[1]}]", terms)
    return figure


def _paths(of: str, at: Cell, kernel: tuple[int, ...], outputs: tuple[int, ...]) -> Mapping[Cell, Cell]:
    """Return output → factor: the pixel that a weight met there, or the weight that a pixel met there."""
    if of == "weight":
        return {(i, j): (i + at[0], j + at[1]) for i, j in np.ndindex(*outputs)}
    met = {(i, j): (at[0] - i, at[1] - j) for i, j in np.ndindex(*outputs)}
    return {output: (u, v) for output, (u, v) in met.items() if 0 <= u < kernel[0] and 0 <= v < kernel[1]}


def _way_in(axis: Axes, corner: Point, shape: tuple[int, ...], at: Cell, side: int) -> Point:
    """Return where the arrows to a cell end; from there a line along the grid leads past the cells that are in the way.

    Args:
        axis: see :func:`course_utils.diagrams.canvas.sheet`.
        corner: left and top of the table.
        shape: its rows and columns.
        at: the cell.
        side: 1 where the arrows come from the left, -1 where they come from the right.
    """
    between = at[1] if side > 0 else shape[1] - 1 - at[1]
    left, top = _corner(corner, at)
    near = left if side > 0 else left + CELL
    if not between:
        return near, top + CELL / 2
    height = top if at[0] < shape[0] / 2 else top + CELL
    outer = near - side * between * CELL
    axis.plot([outer, near], [height, height], color=BLACK, linewidth=CHOSEN, solid_capstyle="butt")
    return outer, height


def _numbers(axis: Axes, corner: Point, array: np.ndarray, title: str) -> None:
    table(axis, corner, written(array), None, (CELL, CELL))
    caption(axis, (corner[0] + array.shape[1] * CELL / 2, corner[1] - 0.1), title)


def _corner(table_corner: Point, cell: Cell) -> Point:
    return table_corner[0] + cell[1] * CELL, table_corner[1] + cell[0] * CELL


def _sum(axis: Axes, center: Point, name: str, terms: list[tuple[float, float]]) -> None:
    """Write the sum of the terms, each in the color of its path, centered."""
    total = sum(delta * factor for delta, factor in terms)
    parts = [(f"{name} = ", BLACK)]
    for number, (ink, (delta, factor)) in enumerate(zip(INKS, terms, strict=False)):
        first, second = (bracketed(written(value).item()) for value in (delta, factor))
        parts += [(" + ", BLACK)] * (number > 0) + [(f"{first} · {second}", ink)]
    parts.append((f" = {written(total).item()}", BLACK))
    place = center[0] - LETTER * sum(len(text) for text, _ in parts) / 2
    for text, ink in parts:
        caption(axis, (place, center[1]), text, ha="left", va="center", color=ink, family="monospace", fontsize=11)
        place += LETTER * len(text)
