"""ReLU units and their sum, and gradient descent on a curve and on a surface. Taught in sittings 01a and 01b."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import activations
from course_utils.plots import BLACK, BLUE, COLORS, DASHES, VERMILLION

PLATEAUS = np.array([0.05, 0.2, 0.6, 1.5, 3, 6, 12, 25, 50, 75])  # contour lines in percent of the highest value


def hinges(weights: Sequence[float], biases: Sequence[float], heights: Sequence[float]) -> Figure:
    """Draw ReLU units of one input, each times its height, and below them their sum.

    Args:
        weights, biases, heights: one number for each of at most 6 units, heights[k] · ReLU(weights[k] · x + biases[k]).

    Raises:
        ValueError: not as many biases or heights as weights.

    Taught in sitting 01a.
    """
    if not len(weights) == len(biases) == len(heights):
        raise ValueError(
            f"each unit has a weight, a bias and a height; got {len(weights)}, {len(biases)}, {len(heights)}"
        )
    x = np.linspace(0, 4, 401)
    units = [v * activations.relu(w * x + b) for w, b, v in zip(weights, biases, heights, strict=True)]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 2.9), sharey=True)
    for number, (unit, color, dash) in enumerate(zip(units, COLORS, DASHES, strict=False), start=1):
        left.plot(x, unit, color=color, linestyle=dash, label=f"unit {number}")
    left.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, frameon=False)
    right.plot(x, np.sum(units, axis=0), color=BLACK, linestyle="-")
    right.set_title("their sum")
    for axis in (left, right):
        axis.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        axis.set(xlabel="input x", ylim=(-4.2, 4.2))
    left.set_ylabel("output")
    return figure


def descent(loss: Callable[[np.ndarray], np.ndarray], visited: np.ndarray) -> Figure:
    """Draw a loss over one weight, and the weights that gradient descent visits on it.

    Args:
        loss: takes weights, shape (M,), returns their losses.
        visited: weights in the order of the steps, the start first; shape (steps + 1,).

    Taught in sitting 01b.
    """
    figure, axis = plt.subplots(figsize=(7.0, 3.2))
    w = np.linspace(-0.5, 6.5, 200)
    axis.plot(w, loss(w), color=BLACK, linestyle="-")
    axis.plot(visited, loss(visited), "o--", color=VERMILLION, markersize=6, linewidth=1.2)
    axis.plot(visited[:1], loss(visited[:1]), "s", color=BLUE, markersize=9)
    axis.set(xlabel="weight w (start: square)", ylabel="loss", xlim=(w[0], w[-1]), ylim=(-2, loss(w).max()))
    axis.set_title(f"after {len(visited) - 1} steps: w = {visited[-1]:.3f}, loss = {loss(visited[-1]):.3g}")
    return figure


def contours(
    across: np.ndarray, up: np.ndarray, loss: np.ndarray, path: np.ndarray, *, names: tuple[str, str]
) -> Figure:
    """Draw a loss over two parameters as contour lines, and the path of gradient descent on it.

    Args:
        across, up: the parameters on a grid, each of shape (H, W), as ``numpy.meshgrid`` returns them.
        loss: the loss on the grid, shape (H, W).
        path: parameters after each step, the start first; shape (steps + 1, 2).
        names: of the two parameters.

    Taught in sitting 01b.
    """
    figure, axis = plt.subplots(figsize=(6.0, 3.6))
    axis.contour(across, up, loss, levels=loss.max() * PLATEAUS / 100, colors="#808080", linewidths=0.9)
    axis.plot(path[:, 0], path[:, 1], ".-", color=VERMILLION, linewidth=1.2, markersize=5, label="gradient descent")
    axis.plot(*path[0], "s", color=BLUE, markersize=9, label="start")
    axis.plot(*path[-1], "D", color=BLACK, markersize=7, label="end")
    axis.set(xlabel=names[0], ylabel=names[1])
    axis.legend(loc="upper right")
    return figure
