"""What a classifier says at every point of the plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure

from course_utils.plots import COLORS, MARKERS, PAGE_WIDTH

MARGIN, GRID = 0.3, 150  # around the points; classified points along each side


def decision_regions(
    classifiers: Mapping[str, Callable[[np.ndarray], np.ndarray]], groups: Mapping[str, np.ndarray]
) -> Figure:
    """Draw, for one classifier or several, the regions of its classes, each in a tint of the color of its points.

    Args:
        classifiers: title → function that takes points, shape (M, 2), and returns the index of a class, shape (M,).
        groups: label → points of shape (N, 2), in the order of the classes; at most 6.

    Taught in sitting 01a.
    """
    points = np.concatenate(list(groups.values()))
    (left, bottom), (right, top) = points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN
    grid = np.stack(np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID)), axis=-1)
    tints = ListedColormap([0.7 + 0.3 * np.array(to_rgb(color)) for color in COLORS[: len(groups)]])
    size = (PAGE_WIDTH if len(classifiers) > 2 else 3.2 * len(classifiers) + 0.5, 2.9)
    figure, axes = plt.subplots(1, len(classifiers), figsize=size, sharey=True, squeeze=False)
    for axis, (title, classify) in zip(axes[0], classifiers.items(), strict=True):
        regions = np.asarray(classify(grid.reshape(-1, 2))).reshape(GRID, GRID)
        extent = (left, right, bottom, top)
        axis.imshow(
            regions, cmap=tints, vmin=-0.5, vmax=len(groups) - 0.5, origin="lower", extent=extent, aspect="auto"
        )
        for (label, own), color, marker in zip(groups.items(), COLORS, MARKERS, strict=False):
            axis.plot(*own.T, marker, linestyle="", color=color, markersize=2.5, label=label)
        axis.set(title=title, xlabel="first input")
    axes[0, 0].set_ylabel("second input")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(groups), frameon=False)
    return figure
