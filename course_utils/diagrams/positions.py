"""Where a kernel is laid along an axis, and which part of the input a deeper value sees. Taught in chapter 03."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import convolution
from course_utils.plots import BLACK, BLUE, COLORS, VERMILLION

INSIDE, OUTSIDE = "#555555", "#cccccc"  # pixels of the image and of its padding


def kernel_positions(length: int, kernel_size: int, stride: int, padding: int, dilation: int) -> Figure:
    """Draw a row of pixels, the padding paler than the image, and below it the kernel at each of its positions.

    Args:
        length: pixels of the image along this axis.
        kernel_size, stride, padding, dilation: as in :func:`course_utils.convolution.output_size`.

    Taught in lecture 03a.
    """
    figure, axis = plt.subplots(figsize=(8, 3.2))
    pixels = np.arange(-padding, length + padding)
    inside = (pixels >= 0) & (pixels < length)
    axis.scatter(pixels, 0 * pixels, s=90, marker="s", c=np.where(inside, INSIDE, OUTSIDE))
    axis.set(xlabel="pixel", ylabel="position")
    span = dilation * (kernel_size - 1) + 1
    if span > len(pixels):
        axis.set_title(f"a span of {span} pixels does not fit into {len(pixels)}")
        return figure
    count = convolution.output_size(length, kernel_size, stride, padding, dilation)
    for k in range(count):
        taps = pixels[0] + k * stride + dilation * np.arange(kernel_size)
        axis.plot(taps, np.full(kernel_size, k + 1), "o-", color=COLORS[k % 2], markersize=5)
    unvisited = len(pixels) - ((count - 1) * stride + span)
    rest = f"; at the end {unvisited} never visited" if unvisited else ""
    axis.set_title(f"output size {count}{rest}")
    axis.yaxis.get_major_locator().set_params(integer=True)
    axis.invert_yaxis()
    return figure


def receptive_field(image: np.ndarray, layers: Sequence[tuple[int, int, int]]) -> Figure:
    """Draw the middle value of a network's last map, and the part of the image that it sees.

    Args:
        image: shape (H, W).
        layers: kernel size, stride and padding of each layer, the first one first; empty for the image itself.

    Taught in lecture 03b.
    """
    sizes = [image.shape]
    for kernel_size, stride, padding in layers:
        sizes.append(tuple(convolution.output_size(size, kernel_size, stride, padding) for size in sizes[-1]))
    value = tuple(size // 2 for size in sizes[-1])
    ends = [(place, place) for place in value]
    for kernel_size, stride, padding in reversed(layers):
        ends = [(low * stride - padding, high * stride - padding + kernel_size - 1) for low, high in ends]
    (top, bottom), (left, right) = ends
    figure, (before, after) = plt.subplots(1, 2, figsize=(8.4, 4.0))
    before.imshow(image)
    frame = {"fill": False, "linewidth": 3, "edgecolor": VERMILLION}
    before.add_patch(Rectangle((left - 0.5, top - 0.5), right - left + 1, bottom - top + 1, **frame))
    before.set_title(f"it sees {bottom - top + 1} × {right - left + 1} pixels")
    after.set_title(f"one value after {len(layers)} layers: map {sizes[-1][0]} × {sizes[-1][1]}")
    grid = np.zeros(sizes[-1])
    after.pcolormesh(grid, cmap="gray_r", edgecolors=BLUE if grid.size < 300 else "none", linewidth=0.8)
    after.add_patch(Rectangle(value[::-1], 1, 1, facecolor=VERMILLION))
    after.set(aspect="equal")
    after.invert_yaxis()
    for axis in (before, after):
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color=BLACK)
    return figure
