"""One filter over several channels, with all its numbers. Taught in sitting 03a."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.diagrams.canvas import (
    QUIET,
    Point,
    arrow,
    bracketed,
    caption,
    circle,
    equals,
    fills,
    outline,
    sheet,
    table,
    toward,
    written,
)
from course_utils.plots import BLUE, GREEN, PAGE_WIDTH, PURPLE, VERMILLION

FRAMES = (VERMILLION, GREEN, BLUE, PURPLE)
LARGEST_CELL = 0.4  # inches
GAP, TOP, BETWEEN = 0.45, 0.5, 0.2  # inches between columns, above the first channel, between channels
SUMS = 1.5  # width of the column where the sums meet


def channels(image: np.ndarray, kernels: np.ndarray, bias: float, at: tuple[int, int]) -> Figure:
    """Draw one filter over all channels of an image: a kernel for each channel, their sums, the bias, one output.

    Args:
        image: shape (C, H, W), a few channels of about 5 × 5 pixels.
        kernels: shape (C, K, K), one filter; its window stays inside the image.
        bias: a number.
        at: row and column of the output, counted from 0; the window begins there.

    Raises:
        ValueError: the image and the filter have different channels, or ``at`` is outside the output.

    Taught in sitting 03a.
    """
    image, kernels = np.asarray(image, dtype=float), np.asarray(kernels, dtype=float)
    (count, height, width), size = image.shape, kernels.shape[-1]
    if len(kernels) != count:
        raise ValueError(f"a filter has a kernel for each channel; got {len(kernels)} kernels for {count} channels")
    windows = sliding_window_view(image, (size, size), axis=(1, 2))
    sums = np.einsum("cijuv,cuv->cij", windows, kernels)
    output = sums.sum(axis=0) + bias
    if not (0 <= at[0] < output.shape[0] and 0 <= at[1] < output.shape[1]):
        raise ValueError(f"{at} is outside an output of {output.shape[0]} × {output.shape[1]}")
    cell = min(LARGEST_CELL, (PAGE_WIDTH - SUMS - 3 * GAP - 0.5) / (width + size + output.shape[1]))
    high, kernel_side, window = height * cell, size * cell, (size * cell, size * cell)
    tall = count * high + (count - 1) * BETWEEN
    kernel_left = 0.4 + width * cell + GAP
    sums_left = kernel_left + kernel_side + GAP
    output_left = sums_left + SUMS + GAP
    figure, axis = sheet(output_left + output.shape[1] * cell + 0.1, TOP + tall + 0.55)
    total, texts = (sums_left + SUMS - 0.25, TOP + tall / 2), [written(one[at]).item() for one in sums]
    for channel, (pixels, kernel) in enumerate(zip(image, kernels, strict=True)):
        color, top = FRAMES[channel % len(FRAMES)], TOP + channel * (high + BETWEEN)
        middle = top + high / 2
        table(axis, (0.4, top), written(pixels), fills(pixels, image), (cell, cell))
        outline(axis, (0.4 + at[1] * cell, top + at[0] * cell), window, color)
        caption(axis, (0.2, middle), f"channel {channel}", va="center", rotation=90, fontsize=9, color=color)
        table(axis, (kernel_left, middle - kernel_side / 2), written(kernel), fills(kernel, kernels), (cell, cell))
        outline(axis, (kernel_left, middle - kernel_side / 2), window, color, linewidth=1.8)
        arrow(axis, (kernel_left + kernel_side + 0.1, middle), (sums_left, middle), color)
        caption(axis, (sums_left + 0.3, middle), texts[channel], va="center", color=color, weight="bold")
        arrow(axis, (sums_left + 0.6, middle), toward(total, (sums_left + 0.6, middle), 0.27), color)
    circle(axis, total, 0.25, "+")
    arrow(axis, (total[0], TOP + 0.2), (total[0], total[1] - 0.25))
    caption(axis, (total[0], TOP + 0.15), f"bias {written(bias)}", fontsize=10)
    target = _output(axis, output, at, (output_left, total[1] - output.shape[0] * cell - 0.25), cell)
    arrow(axis, toward(total, target, 0.25), target, VERMILLION)
    heads = {0.4 + width * cell / 2: "image", kernel_left + kernel_side / 2: "one filter", sums_left + 0.3: "sums"}
    for x, text in heads.items():
        caption(axis, (x, TOP - 0.14), text)
    caption(axis, (output_left + output.shape[1] * cell / 2, total[1] - output.shape[0] * cell - 0.37), "output")
    equation = " + ".join(bracketed(text) for text in [*texts, written(bias).item()])
    caption(axis, (axis.get_xlim()[1] / 2, TOP + tall + 0.45), f"{equation} {equals(output[at])}", color=QUIET)
    return figure


def _output(axis: Axes, output: np.ndarray, at: tuple[int, int], corner: Point, cell: float) -> Point:
    """Draw the output as far as it is known; return the foot of its newest cell."""
    done = np.arange(output.size).reshape(output.shape) <= at[0] * output.shape[1] + at[1]
    colors = np.where(done[..., None], fills(output, output), 1.0)
    table(axis, corner, np.where(done, written(output), ""), colors, (cell, cell))
    place = (corner[0] + at[1] * cell, corner[1] + at[0] * cell)
    outline(axis, place, (cell, cell), VERMILLION)
    return place[0] + cell / 2, place[1] + cell + 0.02
