"""Colors, markers and sizes of the course.

Colors are chosen for contrast on white (at least 3:1) and for color-blind readers, after Okabe and Ito
(2008), *Color Universal Design*; markers and dashes repeat what a color says. Used in every sitting.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.colors import to_rgb

BLUE, VERMILLION, GREEN, BLACK = "#0072B2", "#D55E00", "#007A59", "#000000"
PURPLE, BROWN = "#A8477E", "#7A4F00"
COLORS = (BLUE, VERMILLION, GREEN, BLACK, PURPLE, BROWN)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
DARK_BELOW = 0.179  # the luminance on which black and white letters have the same contrast, 4.6:1


def use_course_style() -> None:
    """Set matplotlib's defaults for a lecture: sizes that read on a projector, colors with contrast."""
    plt.rcParams.update(
        {
            "axes.grid": False,
            "axes.prop_cycle": cycler(color=COLORS, linestyle=DASHES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 11,
            "figure.constrained_layout.use": True,
            "figure.dpi": 96,
            "figure.figsize": (7.0, 3.5),
            "font.size": 11,
            "image.cmap": "gray",
            "lines.linewidth": 1.8,
        }
    )


def readable_ink(background: Any) -> str:
    """Return ``"black"`` or ``"white"``, whichever reads better on a color (at least 4.5:1).

    Args:
        background: a color as matplotlib takes it.

    Source: relative luminance of the *Web Content Accessibility Guidelines* 2.2.
    """
    return "white" if luminance(background) < DARK_BELOW else "black"


def luminance(color: Any) -> float:
    """Return the relative luminance of a color, from 0 (black) to 1 (white)."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
