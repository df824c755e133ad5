"""Probabilities, what a loss makes of them, and the choices between two classes. Sitting 06b."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import activations
from course_utils.plots import BLACK, BLUE, VERMILLION

QUIET = "#595959"


def surprise(true_chance: float, forecast: float) -> Figure:
    """Draw the cross-entropy of a forecast as a bar of two parts: the entropy of the event and the KL divergence.

    Args:
        true_chance: probability of the event, in (0, 1).
        forecast: the probability that is announced, in (0, 1).

    Raises:
        ValueError: one of them is 0, 1 or outside.

    Taught in sitting 06b.
    """
    if not (0 < true_chance < 1 and 0 < forecast < 1):
        raise ValueError(f"both probabilities lie between 0 and 1; got {true_chance} and {forecast}")
    y, p = np.array([true_chance, 1 - true_chance]), np.array([forecast, 1 - forecast])
    entropy, cross = -np.sum(y * np.log(y)), -np.sum(y * np.log(p))
    every = np.linspace(0.005, 0.995, 199)
    curve = -(true_chance * np.log(every) + (1 - true_chance) * np.log(1 - every))
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.1), width_ratios=[1, 2.2])
    left.bar([0], [entropy], color=BLUE, width=0.5)
    left.bar([0], [cross - entropy], bottom=[entropy], color=VERMILLION, width=0.5, hatch="//", edgecolor="white")
    left.annotate(f"KL divergence {cross - entropy:.2f}", (0.3, (cross + entropy) / 2), va="center", color=VERMILLION)
    left.annotate(f"entropy {entropy:.2f}", (0.3, entropy / 2), va="center", color=BLUE)
    left.set(xlim=(-0.4, 1.6), xticks=[], ylim=(0, 3), ylabel="average surprise")
    right.plot(every, curve, color=BLACK, linestyle="-")
    right.axhline(entropy, color=BLUE, linestyle="--", linewidth=1.2)
    right.plot([forecast], [cross], "o", color=VERMILLION, markersize=9)
    right.axvline(true_chance, color=QUIET, linestyle=":", linewidth=1)
    right.annotate("true chance", (true_chance, 2.75), (4, 0), textcoords="offset points", color=QUIET, fontsize=9)
    right.set(xlabel="announced probability", ylim=(0, 3), ylabel="cross-entropy")
    return figure


def logit_bars(logits: np.ndarray, target: int) -> Figure:
    """Draw logits, the probabilities that softmax makes of them, and the gradient of the cross-entropy, as bars.

    Args:
        logits: shape (C,).
        target: the correct class, counted from 0; its label has a star.

    Taught in sitting 06b.
    """
    logits = np.asarray(logits, dtype=float)
    p = activations.softmax(logits)
    gradient = p - np.eye(len(logits))[target]
    loss = -np.log(p[target])
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 2.8))
    labels = [f"{k} ★" if k == target else str(k) for k in range(len(logits))]
    panels = {"logits z": (logits, (-5.5, 5.5)), "probabilities p": (p, (0, 1.05))}
    panels |= {"gradient p − y": (gradient, (-1.05, 1.05))}
    for axis, (title, (values, limits)) in zip(axes, panels.items(), strict=True):
        axis.bar(labels, values, color=[VERMILLION if value < 0 else BLUE for value in values], width=0.6)
        axis.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
        axis.set(title=title, ylim=limits, xlabel="class (★ correct)")
    figure.suptitle(f"loss {loss:.2f}", fontsize=12)
    return figure


def boundary_and_roc(
    X: np.ndarray, y: np.ndarray, weights: np.ndarray, roc: tuple[np.ndarray, np.ndarray], point: tuple[float, float]
) -> Figure:
    """Draw two classes with the line where the logit is 0, beside a ROC curve with the point of that line.

    Args:
        X: a constant 1 and two features, shape (N, 3).
        y: 1 for the rare class, else 0; shape (N,).
        weights: of the logit, shape (3,).
        roc: false-alarm rates and recalls of all thresholds, each of shape (M,).
        point: false-alarm rate and recall of the line that is drawn.

    Taught in sitting 06b.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.7))
    left.plot(*X[y == 0, 1:].T, ".", color=BLUE, markersize=3, label="healthy")
    left.plot(*X[y == 1, 1:].T, "^", color=VERMILLION, markersize=5, label="infected")
    across = np.array([-3.5, 5.0])
    up = -(weights[0] + weights[1] * across) / weights[2]
    left.plot(across, up, color=BLACK, linestyle="-", label="p = 1/2")
    left.set(xlabel="feature 1", ylabel="feature 2", xlim=(-3.5, 5), ylim=(-3.5, 5))
    right.plot(*roc, color=BLACK, linestyle="-")
    right.plot([0, 1], [0, 1], color=QUIET, linestyle=":", linewidth=1)
    right.plot(*point, "o", color=VERMILLION, markersize=10)
    right.set(xlabel="false-alarm rate", ylabel="recall", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    return figure
