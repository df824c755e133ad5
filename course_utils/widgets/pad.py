"""A sheet to draw on with the mouse, a finger, or the keyboard, and a figure that follows the drawing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import page
from course_utils.widgets.output import LIVE_SCALE, display_with_still

SIDE = 140  # pixels of the drawing, each way


def drawing_pad(respond: Callable[[np.ndarray], tuple[Figure, str]], start: np.ndarray) -> None:
    """Show a sheet to draw on beside the figure that ``respond`` makes of the drawing, anew with every stroke.

    A mouse, a finger, or a pen draws. On the keyboard the arrow keys move the pen, the space bar lowers and lifts it,
    and Delete clears the sheet. The output holds the still figure for ``start`` as well: a notebook that is saved and
    opened again shows it until the cell is run.

    Args:
        respond: takes the drawing, shape (140, 140), from 0 (paper) to 1 (ink), and returns a new matplotlib figure and
            the sentence that says what it shows.
        start: the drawing that is on the sheet at first, of the same shape.

    Raises:
        ValueError: ``start`` has another shape.

    Where ``COURSE_WIDGETS=0`` the figure for ``start`` is shown alone.

    Taught in sitting 00.
    """
    if start.shape != (SIDE, SIDE):
        raise ValueError(f"a drawing has shape ({SIDE}, {SIDE}), got {start.shape}")
    still = page.bundle(*respond(start))
    display_with_still(still, lambda: _panel(respond, start, still["text/html"]))


def _panel(respond: Callable[[np.ndarray], tuple[Figure, str]], start: np.ndarray, picture: str) -> ipywidgets.HBox:
    """Return the sheet beside a picture that follows it; a frame replaces the last one, so memory stays flat."""
    sheet = _sheet_class()(pixels=np.round(255 * np.clip(start, 0, 1)).astype(np.uint8).tobytes(), side=SIDE)
    frame = ipywidgets.HTML(picture, layout={"flex": "1 1 0", "min_width": "0", "margin": "0 0 0 12px"})

    def redraw(change: Any) -> None:
        drawing = np.frombuffer(change["new"], dtype=np.uint8).reshape(SIDE, SIDE) / 255
        frame.value = page.image_tag(*respond(drawing), scale=LIVE_SCALE)

    sheet.observe(redraw, "pixels")
    return ipywidgets.HBox([sheet, frame], layout={"align_items": "center"})


@cache
def _sheet_class() -> type[ipywidgets.DOMWidget]:
    """Return the widget behind the sheet; anywidget is imported where a sheet is made, and nowhere else."""
    import anywidget
    import traitlets

    class Sheet(anywidget.AnyWidget):
        _esm = Path(__file__).with_name("pad.js")
        _css = Path(__file__).with_name("pad.css")
        side = traitlets.Int().tag(sync=True)
        pixels = traitlets.CBytes().tag(sync=True)  # C: the browser sends a view of its memory

    return Sheet
