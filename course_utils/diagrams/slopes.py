"""A slope that is measured between two points, and how its error depends on how far apart they are. Sitting 04a."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import BLACK, BLUE, VERMILLION

STEPS = 10.0 ** np.arange(-12, 0.01, 0.25)  # from 1e-12 to 1
REACH = 1.6  # how far the curve is drawn on both sides


def slope_errors(steps: np.ndarray, centered: bool = True) -> np.ndarray:
    """Return the relative error of the slope of exp at 0, measured with each step, shape as ``steps``.

    Args:
        steps: ε, positive.
        centered: between -ε and ε; else between 0 and ε.

    Taught in sitting 04a.
    """
    back = -steps if centered else np.zeros_like(steps)
    return np.abs((np.exp(steps) - np.exp(back)) / (steps - back) - 1)


def centered_difference(eps: float) -> Figure:
    """Draw exp with the line through its points at -ε and ε beside its tangent, and the error of the slope against ε.

    Args:
        eps: ε, positive.

    Raises:
        ValueError: ``eps`` is not positive.

    Taught in sitting 04a.
    """
    if not eps > 0:
        raise ValueError(f"eps is {eps}; a step is positive")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    x = np.linspace(-REACH, REACH, 200)
    ends = np.array([-eps, eps])
    slope = float(np.diff(np.exp(ends))[0]) / (2 * eps)
    left.plot(x, np.exp(x), color=BLUE, linestyle="-", label="the function")
    left.plot(x, 1 + x, color=BLACK, linestyle="--", linewidth=1, label="its tangent at 0")
    left.plot(x, np.exp(ends).mean() + slope * x, color=VERMILLION, linestyle="-.", label="through both points")
    left.plot(ends, np.exp(ends), "o", color=VERMILLION)
    left.set(xlabel="x", ylabel="exp(x)", xlim=(-REACH, REACH), ylim=(-0.6, 5))
    left.legend(frameon=False, fontsize=9, loc="upper left")
    errors = slope_errors(STEPS)
    right.loglog(STEPS, np.maximum(errors, 1e-17), color=BLUE, linestyle="-")
    right.loglog([eps], np.maximum(slope_errors(np.array([eps])), 1e-17), "o", color=VERMILLION)
    right.set(xlabel="step ε", ylabel="relative error of the slope", ylim=(1e-13, 1))
    right.annotate("rounding", (3e-12, 1e-10), fontsize=9)
    right.annotate("curvature", (1.5e-3, 1e-10), fontsize=9)
    return figure
