"""Figures of the lectures: one style, labeled axes, and a sentence of alt text for each figure.

Every figure reaches the page through :func:`show`. Used in every lecture; introduced in lecture 00.
"""

from course_utils.plots.images import direction_map, image_row, number_row
from course_utils.plots.lines import curves, error_rows, scatter, stem_rows
from course_utils.plots.page import PAGE_WIDTH, show
from course_utils.plots.style import (
    BLACK,
    BLUE,
    BROWN,
    COLORS,
    DASHES,
    GREEN,
    MARKERS,
    PURPLE,
    VERMILLION,
    readable_ink,
    use_course_style,
)

__all__ = [
    "BLACK",
    "BLUE",
    "BROWN",
    "COLORS",
    "DASHES",
    "GREEN",
    "MARKERS",
    "PAGE_WIDTH",
    "PURPLE",
    "VERMILLION",
    "curves",
    "direction_map",
    "error_rows",
    "image_row",
    "number_row",
    "readable_ink",
    "scatter",
    "show",
    "stem_rows",
    "use_course_style",
]
