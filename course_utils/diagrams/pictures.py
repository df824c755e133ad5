"""Pictures in a row, for sliders. Taught in lecture 08a."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import PAGE_WIDTH


def pictures(images: Mapping[str, np.ndarray]) -> Figure:
    """Draw color images side by side, each under its name.

    Args:
        images: name → array (H, W, 3) in [0, 1].

    Taught in lecture 08a.
    """
    figure, axes = plt.subplots(1, len(images), figsize=(min(3.6 * len(images), PAGE_WIDTH), 3.0), squeeze=False)
    for axis, (name, image) in zip(axes[0], images.items(), strict=True):
        axis.imshow(image)
        axis.set_title(name, fontsize=10)
        axis.set_axis_off()
    return figure
