"""The window that slides: what it covers, its products, and where their sum goes. Taught in sitting 02a."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils import filtering
from course_utils.diagrams.canvas import (
    QUIET,
    Point,
    arrow,
    caption,
    equals,
    fills,
    outline,
    sheet,
    table,
    written,
)
from course_utils.plots import BLUE, PAGE_WIDTH, VERMILLION

LARGEST_CELL = 0.42  # inches
GAP, TOP = 0.5, 0.4  # inches between the parts and above them
PRODUCT_HEIGHT, LETTER = 0.46, 0.082  # of a cell with a product and of a letter in it, in inches


def sliding_window(image: np.ndarray, kernel: np.ndarray, at: tuple[int, int]) -> Figure:
    """Draw one step of filtering: the window on the image, its products with the kernel, and their sum in the response.

    Outside the image, pixels count as zero; they are drawn as a pale border. The response is filled up to ``at``, row
    by row.

    Args:
        image: shape (H, W), up to about 8 × 10 pixels.
        kernel: shape (K, K), K odd.
        at: row and column of the window's center, counted from 0.

    Raises:
        ValueError: ``at`` is outside the image, or the kernel is larger than the image or has no center.

    Taught in sitting 02a.
    """
    image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    response = filtering.correlate2d(image, kernel)
    (row, column), (height, width), size = at, image.shape, kernel.shape[0]
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(f"the window's center {at} is outside an image of {height} × {width} pixels")
    reach, border = size // 2, 2 * (size // 2)
    covered = np.pad(image, reach)[row : row + size, column : column + size]
    texts = written(kernel) + " · " + written(covered)
    product = (max(0.6, LETTER * max(map(len, texts.flat))), PRODUCT_HEIGHT)
    middle = (size * product[0], size * product[1])
    cell = min(LARGEST_CELL, (PAGE_WIDTH - 2.5 * GAP - middle[0]) / (2 * width + border))
    tall = max((height + border) * cell, middle[1] + 0.5)
    figure, axis = sheet((2 * width + border) * cell + middle[0] + 2.5 * GAP, tall + TOP + 0.1)
    start = (GAP / 4, TOP + (tall - (height + border) * cell) / 2)
    center = (start[0] + (width + border) * cell + GAP, TOP + max(0, (tall - middle[1] - 0.5) / 2))
    end = (center[0] + middle[0] + GAP, start[1] + reach * cell)
    window = _image(axis, start, image, at, reach, cell)
    target = _response(axis, end, response, at, cell)
    _products(axis, center, texts, kernel * covered, product)
    for down in (0, 1):  # from the window's right side to the table of products
        right = (window[0] + size * cell, window[1] + down * size * cell)
        axis.plot(*zip(right, (center[0], center[1] + down * middle[1]), strict=True), ":", color=BLUE, linewidth=1)
    total = (center[0] + middle[0], max(center[1] + middle[1], end[1] + height * cell) + 0.15)
    caption(
        axis, total, f"sum {equals(response[row, column])}", ha="right", va="center", color=VERMILLION, weight="bold"
    )
    arrow(axis, (total[0] + 0.07, total[1]), target, VERMILLION)
    return figure


def _image(axis: Axes, corner: Point, image: np.ndarray, at: tuple[int, int], reach: int, cell: float) -> Point:
    """Draw the image in its border of zeros, with the window; return the window's upper left corner."""
    padded = np.pad(image, reach)
    texts, inside = written(padded), np.pad(np.ones_like(image, dtype=bool), reach)
    colors = np.where(inside[..., None], fills(padded, image), 1.0)
    table(axis, corner, np.where(inside, texts, ""), colors, (cell, cell))
    for row, column in np.argwhere(~inside):
        middle = (corner[0] + (column + 0.5) * cell, corner[1] + (row + 0.5) * cell)
        caption(axis, middle, "0", va="center", color=QUIET, fontsize=26 * cell)
    window = (corner[0] + at[1] * cell, corner[1] + at[0] * cell)
    outline(axis, window, ((2 * reach + 1) * cell, (2 * reach + 1) * cell))
    caption(axis, (corner[0] + (image.shape[1] / 2 + reach) * cell, corner[1] - 0.12), "image $x$")
    return window


def _products(axis: Axes, corner: Point, texts: np.ndarray, products: np.ndarray, cell: Point) -> None:
    """Draw each weight and its pixel on the color of their product, pale, so that the numbers stand out."""
    strongest = 1.6 * (np.abs(products).max() or 1.0)
    table(axis, corner, texts, fills(products, np.array([-strongest, strongest])), cell)
    outline(axis, corner, (texts.shape[1] * cell[0], texts.shape[0] * cell[1]), linewidth=2)
    caption(axis, (corner[0] + texts.shape[1] * cell[0] / 2, corner[1] - 0.12), "weight · pixel")


def _response(axis: Axes, corner: Point, response: np.ndarray, at: tuple[int, int], cell: float) -> Point:
    """Draw the response as far as it is known, the newest number framed; return that cell's foot."""
    done = np.arange(response.size).reshape(response.shape) <= at[0] * response.shape[1] + at[1]
    colors = np.where(done[..., None], fills(response, response), 1.0)
    table(axis, corner, np.where(done, written(response), ""), colors, (cell, cell))
    place = (corner[0] + at[1] * cell, corner[1] + at[0] * cell)
    outline(axis, place, (cell, cell), VERMILLION)
    caption(axis, (corner[0] + response.shape[1] * cell / 2, corner[1] - 0.12), "response $z$")
    return place[0] + cell / 2, place[1] + cell + 0.02
