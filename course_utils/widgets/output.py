"""One output that holds a widget and the still figure that stands in for it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
from IPython.display import display

from course_utils import settings

WIDGET = "application/vnd.jupyter.widget-view+json"
LIVE_SCALE = 1  # a moving picture is drawn in a third of the time that a sharp one takes


def display_with_still(still: dict[str, str], panel: Callable[[], ipywidgets.Widget]) -> None:
    """Display a widget together with its still figure, or the figure alone where ``COURSE_WIDGETS=0``.

    Args:
        still: the figure as ``plots.page.bundle`` returns it; a notebook that is saved and opened again shows it until
            the cell is run.
        panel: makes the widget.
    """
    view = {WIDGET: {"model_id": panel().model_id}} if settings.widgets_enabled() else {}
    display(view | still, raw=True)
