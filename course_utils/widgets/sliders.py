"""Sliders over a figure, wherever a parameter is best understood by moving it; introduced in sitting 02a."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

from course_utils.plots import page
from course_utils.widgets.output import LIVE_SCALE, display_with_still


@dataclass(frozen=True)
class Slider:
    """A number to move: from ``minimum`` to ``maximum`` in steps of ``step``, beginning at ``start``.

    Integers give an integer slider, anything else a float slider.
    """

    minimum: float
    maximum: float
    start: float
    step: float = 1


def explore(draw: Callable[..., Figure], alt: str, **controls: Slider | Sequence[Any]) -> None:
    """Show the figure that ``draw`` makes, with a control for each of its parameters.

    The output holds the still figure beside the controls: a notebook that is saved and opened again shows it until the
    cell is run. The controls work with the mouse and with the arrow keys.

    Args:
        draw: takes the controls' values by name and returns a new matplotlib figure.
        alt: alt text of the figure at the start values.
        controls: parameter name → ``Slider``, or a list of options of which the first is the start.

    Where ``COURSE_WIDGETS=0`` the figure at the start values is shown alone.

    Taught in sitting 02a.
    """
    start = {name: one.start if isinstance(one, Slider) else one[0] for name, one in controls.items()}
    still = page.bundle(draw(**start), alt)
    display_with_still(still, lambda: _panel(draw, alt, controls, still["text/html"]))


def _panel(
    draw: Callable[..., Figure], alt: str, controls: Mapping[str, Slider | Sequence[Any]], picture: str
) -> ipywidgets.VBox:
    """Return the controls above a picture that follows them; a frame replaces the last one, so memory stays flat."""
    boxes = {name: _box(name, control) for name, control in controls.items()}
    frame = ipywidgets.HTML(picture)

    def redraw(_: Any) -> None:
        values = {name: box.value for name, box in boxes.items()}
        moved = ", ".join(f"{box.description} {box.value}" for box in boxes.values())
        frame.value = page.image_tag(draw(**values), f"{alt} Moved to {moved}.", scale=LIVE_SCALE)

    for box in boxes.values():
        box.observe(redraw, "value")
    return ipywidgets.VBox([*boxes.values(), frame, _names_class()()])


def _box(name: str, control: Slider | Sequence[Any]) -> ipywidgets.ValueWidget:
    label = name.replace("_", " ")
    layout = {"style": {"description_width": "10em"}, "layout": {"width": "32em"}}
    if not isinstance(control, Slider):
        return ipywidgets.Dropdown(options=list(control), description=label, **layout)
    numbers = (control.minimum, control.maximum, control.start, control.step)
    kind = ipywidgets.IntSlider if all(isinstance(one, int) for one in numbers) else ipywidgets.FloatSlider
    return kind(
        min=control.minimum,
        max=control.maximum,
        value=control.start,
        step=control.step,
        description=label,
        **layout,
    )


@cache
def _names_class() -> type[ipywidgets.DOMWidget]:
    """Return the widget, itself unseen, that names the sliders beside it for a screen reader."""
    import anywidget

    class Names(anywidget.AnyWidget):
        _esm = Path(__file__).with_name("names.js")

    return Names
