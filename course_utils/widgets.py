"""Sliders over a figure, with a still figure where no widget can run (a committed notebook, CI, a web page).

Used wherever a parameter is best understood by moving it; introduced in lecture 03.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from course_utils import plots, settings


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

    Args:
        draw: takes the controls' values by name and returns a new matplotlib figure.
        alt: alt text of the figure at the start values.
        controls: parameter name → ``Slider``, or a list of options of which the first is the start.

    Where ``COURSE_WIDGETS=0`` the figure at the start values is shown alone.
    """
    if not settings.widgets_enabled():
        start = {name: one.start if isinstance(one, Slider) else one[0] for name, one in controls.items()}
        plots.show(draw(**start), alt)
        return
    boxes = {name: _box(name, control) for name, control in controls.items()}
    figure = ipywidgets.interactive_output(lambda **values: plots.show(draw(**values), alt), boxes)
    display(ipywidgets.VBox([*boxes.values(), figure]))


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
        continuous_update=False,
        **layout,
    )
