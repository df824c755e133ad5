"""Activation functions beside their slopes, what passes through a deep network, probabilities as bars. Chapter 05."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plots import BLACK, BLUE, COLORS, DASHES

Pair = tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray, np.ndarray], np.ndarray]]
JUMP, BESIDE = 1e-3, 1e-9  # a slope that changes by more at z = 0 jumps there; how close to 0 that is looked at
BINS = 40


def value_and_slope(functions: Mapping[str, Pair], reach: float = 5.0) -> Figure:
    """Draw activation functions on the left and their slopes on the right; a slope that jumps is drawn broken.

    Args:
        functions: label → (f, f_backward), as ``course_utils.activations`` has them; at most 6.
        reach: z runs from -reach to reach.

    Taught in lecture 05a.
    """
    left = np.linspace(-reach, -BESIDE, 200)
    sides = left, -left[::-1]
    figure, (values, slopes) = plt.subplots(1, 2, figsize=(8.2, 2.9))
    for (label, (f, backward)), color, dash in zip(functions.items(), COLORS, DASHES, strict=False):
        style = {"color": color, "linestyle": dash}
        values.plot(np.concatenate(sides), np.concatenate([f(z) for z in sides]), label=label, **style)
        before, after = (backward(np.ones_like(z), z) for z in sides)
        ends = before[-1], after[0]
        if abs(ends[1] - ends[0]) > JUMP:
            slopes.plot(sides[0], before, **style)
            slopes.plot(sides[1], after, **style)
            slopes.plot([0, 0], ends, "o", color=color, markerfacecolor="white", markersize=5)
        else:
            slopes.plot(np.concatenate(sides), np.concatenate([before, after]), **style)
    for axis, name in ((values, "value f(z)"), (slopes, "slope f′(z)")):
        axis.axhline(0, color="0.75", linewidth=0.8, linestyle="-", zorder=0)
        axis.set(xlabel="net input z", ylabel=name)
    if len(functions) > 1:
        handles, labels = values.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return figure


def layer_histograms(activations: Sequence[np.ndarray], gradients: Sequence[np.ndarray]) -> Figure:
    """Draw one column per layer: the histogram of its activations, and that of the size of its gradients.

    Darker means a larger share. Whatever lies beyond the axis is counted at its end.

    Args:
        activations: of each layer, first layer first; any shape.
        gradients: of the loss with respect to the net inputs of each layer, in the same order.

    Taught in lecture 05b.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.0))
    _columns(left, activations, (-2.0, 2.0))
    with np.errstate(divide="ignore"):
        _columns(right, [np.log10(np.abs(one)) for one in gradients], (-15.0, 5.0))
    left.set(title="activations", xlabel="layer", ylabel="value")
    right.set(title="gradients ∂L/∂z", xlabel="layer", ylabel="log₁₀ of the size")
    return figure


def _columns(axis: Axes, layers: Sequence[np.ndarray], limits: tuple[float, float]) -> None:
    shares = []
    for values in layers:
        inside = np.clip(np.nan_to_num(values, nan=limits[1]), *limits)
        counts, _ = np.histogram(inside, bins=BINS, range=limits)
        shares.append(counts / counts.max())
    extent = (0.5, len(layers) + 0.5, *limits)
    axis.imshow(np.transpose(shares), cmap="Blues", origin="lower", aspect="auto", extent=extent, vmin=0, vmax=1)
    axis.xaxis.get_major_locator().set_params(integer=True)


def probability_bars(labels: Sequence[str], probabilities: np.ndarray, title: str) -> Figure:
    """Draw probabilities as bars with their numbers.

    Args:
        labels: one for each class.
        probabilities: shape (C,).
        title: heading of the figure.

    Taught in lecture 05b.
    """
    figure, axis = plt.subplots(figsize=(6, 2.7))
    axis.bar_label(axis.bar(labels, probabilities, color=BLUE), fmt="%.2f")
    axis.set(ylim=(0, 1.12), ylabel="probability", title=title)
    return figure


def images_over_bars(images: Mapping[str, np.ndarray], probabilities: np.ndarray) -> Figure:
    """Draw images in a row and below each what a classifier makes of it.

    Args:
        images: title → image, shape (H, W).
        probabilities: of each image's classes, shape (len(images), C).

    Taught in lecture 05b.
    """
    figure, axes = plt.subplots(2, len(images), figsize=(9, 3.7), height_ratios=[1, 1.1], squeeze=False)
    for (title, image), bars, (above, below) in zip(images.items(), probabilities, axes.T, strict=True):
        above.imshow(image, cmap="gray")
        above.set(title=title, xticks=[], yticks=[])
        below.bar(range(len(bars)), bars, color=BLUE)
        below.set(ylim=(0, 1), xticks=range(0, len(bars), 3), xlabel="class", yticks=[0, 0.5, 1])
        below.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    axes[1, 0].set_ylabel("probability")
    return figure
