"""Lines through measurements, and a loss over the weights of two layers. Sitting 06a."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import BLACK, BLUE, VERMILLION


def fitted_lines(
    x: np.ndarray,
    y: np.ndarray,
    lines: Mapping[str, np.ndarray],
    *,
    names: tuple[str, str],
    odd: int | None = None,
    band: tuple[np.ndarray, np.ndarray] | None = None,
) -> Figure:
    """Draw measurements as dots and lines through them; the ordinate holds all of both.

    Args:
        x, y: measurements, each of shape (N,).
        lines: label → values of the line over 101 abscissas from the smallest x to the largest, shape (101,).
        names: what x and y are, with their units.
        odd: index of a measurement that is marked as an outlier by a large ring.
        band: lower and upper end of a shaded band, each of shape (101,).

    Taught in sitting 06a.
    """
    figure, axis = plt.subplots(figsize=(7.0, 3.4))
    across = np.linspace(x.min(), x.max(), 101)
    if band is not None:
        axis.fill_between(across, *band, color=BLUE, alpha=0.18, linewidth=0)
    axis.plot(x, y, "o", color=BLACK, markersize=4 if len(x) < 50 else 2.5)
    if odd is not None:
        axis.plot(x[odd], y[odd], "o", color=VERMILLION, markersize=13, markerfacecolor="none", markeredgewidth=2)
    for label, values in lines.items():
        axis.plot(across, values, label=label)
    axis.set(xlabel=names[0], ylabel=names[1])
    figure.legend(loc="outside upper center", ncols=max(1, len(lines)), frameon=False)
    return figure


def two_valleys() -> Figure:
    """Draw the loss (w1 w2 - 1)² over both weights as contour lines, and the cut through its two marked minima.

    Taught in sitting 06a.
    """
    w = np.linspace(-2, 2, 201)
    loss = (w[:, None] * w[None, :] - 1) ** 2
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.5))
    left.contourf(w, w, np.minimum(loss, 4), levels=np.linspace(0, 4, 17), cmap="Blues_r")
    left.plot([-1, 1], [-1, 1], "o", color="white", markeredgecolor=BLACK, markersize=9)
    left.plot([-1, 1], [-1, 1], color=VERMILLION, linestyle="--", linewidth=1.4)
    left.set(xlabel="first weight", ylabel="second weight", title="darker is lower", aspect="equal")
    right.plot(w, np.diag(loss), color=VERMILLION, linestyle="--")
    right.plot([-1, 1], [0, 0], "o", color="white", markeredgecolor=BLACK, markersize=9)
    right.plot([-1, 1], [0, 0], color=BLACK, linestyle="-", linewidth=0.8)
    right.set(xlabel="both weights", ylabel="loss", ylim=(-0.3, 4), title="along the dashed line")
    return figure
