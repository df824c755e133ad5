"""Fitted curves: one fit with its coefficients, many fits at once, and where a penalty moves a minimum."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import BLACK, BLUE, VERMILLION

TRUTH, RANGE = "#808080", (-2.2, 2.2)


def fitted_curve(
    points: tuple[np.ndarray, np.ndarray],
    across: np.ndarray,
    truth: np.ndarray,
    fitted: np.ndarray,
    title: str,
    coefficients: np.ndarray | None = None,
) -> Figure:
    """Draw measured points, the curve that was fitted to them, the true curve, and the fit's coefficients as bars.

    Args:
        points: where and what was measured, (N,) and (N,).
        across: abscissas of both curves, (M,).
        truth, fitted: the curves, (M,).
        title: written above the figure.
        coefficients: of the fit, one bar each, on a scale that is linear from -1 to 1 and logarithmic beyond.

    Taught in lectures 08a and 08b.
    """
    columns = 1 if coefficients is None else 2
    figure, axes = plt.subplots(1, columns, figsize=(4.5 * columns + 2, 3.2), squeeze=False)
    axis = axes[0, 0]
    axis.plot(across, truth, color=TRUTH, linestyle="--", label="truth")
    axis.plot(across, fitted, color=BLUE, linestyle="-", label="fit")
    axis.plot(*points, "o", color=VERMILLION, markersize=6, label="measured")
    axis.set(xlabel="x", ylabel="y", ylim=RANGE)
    axis.legend(loc="lower left", frameon=False, fontsize=9)
    if coefficients is not None:
        axes[0, 1].bar(np.arange(len(coefficients)), coefficients, color=BLUE)
        axes[0, 1].axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        axes[0, 1].set_yscale("symlog", linthresh=1)
        axes[0, 1].set(xlabel="number of the coefficient", ylabel="coefficient", ylim=(-30, 30))
    figure.suptitle(title, fontsize=12)
    return figure


def many_fits(across: np.ndarray, truth: np.ndarray, fits: Mapping[str, np.ndarray]) -> Figure:
    """Draw in each panel the fits to many training sets as thin lines, their mean and the true curve.

    Args:
        across: abscissas, (M,).
        truth: the true curve, (M,).
        fits: title of the panel → fitted curves, (sets, M).

    Taught in lecture 08a.
    """
    figure, axes = plt.subplots(1, len(fits), figsize=(3.1 * len(fits), 2.9), sharey=True, squeeze=False)
    for axis, (title, curves) in zip(axes[0], fits.items(), strict=True):
        axis.plot(across, curves.T, color=BLUE, linewidth=0.5, linestyle="-", alpha=0.5)
        axis.plot(across, curves.mean(axis=0), color=BLACK, linewidth=2, linestyle="-")
        axis.plot(across, truth, color=VERMILLION, linewidth=2, linestyle="--")
        axis.set(title=title, xlabel="x", ylim=RANGE)
    axes[0, 0].set_ylabel("y")
    return figure


def stopping(steps: np.ndarray, curves: Mapping[str, np.ndarray], best: int, end: int, title: str) -> Figure:
    """Draw two curves below one another, with the best step (solid line) and the step of the stop (dotted line).

    Args:
        steps: abscissas, (N,).
        curves: label of the ordinate → values, (N,); two of them.
        best, end: steps that are marked.
        title: written above the figure.

    Taught in lecture 08b.
    """
    figure, axes = plt.subplots(len(curves), 1, figsize=(7, 3.6), sharex=True)
    for axis, (name, values) in zip(axes, curves.items(), strict=True):
        axis.plot(steps, values, color=BLUE, linestyle="-")
        axis.axvline(best, color=VERMILLION, linestyle="-", linewidth=1.5)
        axis.axvline(end, color=BLACK, linestyle=":", linewidth=1.5)
        axis.set_ylabel(name)
    axes[-1].set_xlabel("step")
    figure.suptitle(title, fontsize=12)
    return figure


def penalized_minimum(minimum: tuple[float, float], size: float) -> Figure:
    """Draw where the smallest loss |w - minimum|² lies among weights whose L2 norm, or L1 norm, is at most ``size``.

    Args:
        minimum: of the loss without a penalty; its contours are circles around it.
        size: radius of the disk, half diagonal of the diamond.

    Taught in lecture 08b.
    """
    target = np.asarray(minimum, dtype=float)
    shrunk = target * min(1.0, size / np.hypot(*target))
    angle = np.linspace(0, 2 * np.pi, 200)
    disk = np.array([np.cos(angle), np.sin(angle)])
    diamond = np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0]])
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.7), sharey=True)
    regions = {"L2": (disk, shrunk), "L1": (diamond, _on_diamond(target, size))}
    for axis, (name, (border, best)) in zip(axes, regions.items(), strict=True):
        axis.fill(*(size * border), color=BLUE, alpha=0.2)
        for radius in np.hypot(*(target - best)) * np.array([0.35, 0.7, 1.0]):
            axis.plot(*(target[:, None] + radius * disk), color=TRUTH, linewidth=1, linestyle="-")
        axis.plot(*target, "x", color=BLACK, markersize=8)
        axis.plot(*best, "o", color=VERMILLION, markersize=8)
        axis.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        axis.axvline(0, color=BLACK, linewidth=0.6, linestyle="-")
        axis.set(title=f"{name}: w = ({best[0]:z.2f}, {best[1]:z.2f})", xlabel="w₁", xlim=(-1.3, 2.3), ylim=(-1.3, 2.3))
        axis.set_aspect("equal")
    axes[0].set_ylabel("w₂")
    return figure


def _on_diamond(target: np.ndarray, size: float) -> np.ndarray:
    """Return the point nearest to ``target`` with |w₁| + |w₂| ≤ size: soft thresholding by the amount that fits."""
    high = np.abs(target).max()
    amounts = np.linspace(0, high, 2001)
    for amount in amounts:
        moved = np.sign(target) * np.maximum(np.abs(target) - amount, 0)
        if np.abs(moved).sum() <= size:
            return moved
    return np.zeros(2)
