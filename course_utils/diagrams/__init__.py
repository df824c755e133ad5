"""Drawings that a person would make on a board, each returned as a figure for ``plots.show``."""

from course_utils.diagrams.unet import unet_diagram
from course_utils.diagrams.window import sliding_window

__all__ = ["sliding_window", "unet_diagram"]
