"""A neuron with its numbers, and a network of dense layers with its shapes. Taught in sitting 01a."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from course_utils import activations
from course_utils.diagrams.canvas import (
    PALE,
    QUIET,
    Point,
    arrow,
    box,
    bracketed,
    caption,
    circle,
    equals,
    sheet,
    toward,
    written,
)
from course_utils.plots import BLUE, PAGE_WIDTH, VERMILLION

ACTIVATIONS = {
    "ReLU": activations.relu,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
    "linear": activations.linear,
}
MOST_UNITS = 8  # drawn in a layer; more are dots


def neuron(weights: Sequence[float], bias: float, inputs: Sequence[float], activation: str = "ReLU") -> Figure:
    """Draw a neuron at work: inputs, weights, weighted sum and activation, each with its number.

    Negative weights are blue and dashed, the others red.

    Args:
        weights: shape (D,), at most about 6.
        bias: a number.
        inputs: shape (D,).
        activation: ``"ReLU"``, ``"sigmoid"``, ``"tanh"`` or ``"linear"``.

    Raises:
        ValueError: the activation is unknown, or there are not as many weights as inputs.

    Taught in sitting 01a.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is one of {', '.join(ACTIVATIONS)}; got {activation!r}")
    if len(weights) != len(inputs):
        raise ValueError(f"a neuron has one weight for each input; got {len(weights)} and {len(inputs)}")
    w, x = np.asarray(weights, dtype=float), np.asarray(inputs, dtype=float)
    z = float(w @ x + bias)
    a = float(ACTIVATIONS[activation](np.array(z)))
    height = max(0.75 * len(x), 1.7) + 0.55
    figure, axis = sheet(PAGE_WIDTH, height)
    middle = (height - 0.35) / 2
    body = (3.9, middle)
    _weighted(axis, x, w, body)
    circle(axis, body, 0.46, f"$z$ {equals(z)}")
    arrow(axis, (body[0], middle - 0.85), (body[0], middle - 0.46))
    caption(axis, (body[0] + 0.1, middle - 0.68), f"$b$ {equals(bias)}", ha="left", va="center")
    box(axis, (6.0, middle), (1.25, 0.62), activation)
    arrow(axis, (body[0] + 0.46, middle), (5.37, middle))
    arrow(axis, (6.63, middle), (7.5, middle))
    circle(axis, (7.96, middle), 0.46, f"$a$ {equals(a)}")
    terms = " + ".join(
        f"{bracketed(one)} · {bracketed(other)}" for one, other in zip(written(w), written(x), strict=True)
    )
    equation = f"$z$ = {terms} + {bracketed(written(bias).item())} {equals(z)}"
    caption(axis, (PAGE_WIDTH / 2, height - 0.08), equation, color=QUIET)
    return figure


def network(widths: Sequence[int], labels: Sequence[str] | None = None) -> Figure:
    """Draw a network of dense layers, with the shape of what flows through it and of each layer's parameters.

    Args:
        widths: units of each layer, the input first; a wide layer is drawn with dots in its middle.
        labels: name of each layer; None names them input, hidden 1, hidden 2, …, output.

    Raises:
        ValueError: there are fewer than two layers, or not as many labels as layers.

    Taught in sitting 01b.
    """
    if len(widths) < 2:
        raise ValueError(f"a network has an input and at least one layer; got widths {list(widths)}")
    if labels is None:
        labels = ["input", *(f"hidden {number}" for number in range(1, len(widths) - 1)), "output"]
    if len(labels) != len(widths):
        raise ValueError(f"each layer has one label; got {len(labels)} labels for {len(widths)} layers")
    step = min(2.4, (PAGE_WIDTH - 1.2) / (len(widths) - 1))
    tall = 0.34 * min(max(widths), MOST_UNITS)
    figure, axis = sheet(step * (len(widths) - 1) + 1.2, tall + 1.5)
    middle = 0.45 + tall / 2
    columns = [_units(0.6 + step * place, middle, width) for place, width in enumerate(widths)]
    for left, right in itertools.pairwise(columns):
        for start in left:
            for end in right:
                axis.plot(*zip(start, end, strict=True), linestyle="-", color="#B8B8B8", linewidth=0.6, zorder=1)
    for place, (units, width, label) in enumerate(zip(columns, widths, labels, strict=True)):
        x = 0.6 + step * place
        for unit in units:
            axis.add_patch(Circle(unit, 0.12, facecolor=PALE, edgecolor=BLUE, linewidth=1.2, zorder=2))
        if width > MOST_UNITS:
            caption(axis, (x, middle), "⋮", va="center", fontsize=14, zorder=3)
        caption(axis, (x, 0.3), label)
        caption(axis, (x, tall + 0.62), f"(N, {width})", va="top", fontsize=10)
        if place:
            text = f"W ({width}, {widths[place - 1]})\nb ({width},)"
            caption(axis, (x - step / 2, tall + 0.9), text, va="top", fontsize=9, color=QUIET)
    return figure


def _weighted(axis: Axes, x: np.ndarray, w: np.ndarray, body: Point) -> None:
    """Draw the inputs on the left, and an arrow with its weight from each of them to the neuron's body."""
    for place, (number, weight) in enumerate(zip(written(x), written(w), strict=True)):
        start = (0.6, body[1] + 0.75 * (place - (len(x) - 1) / 2))
        color, dash = (BLUE, "--") if w[place] < 0 else (VERMILLION, "-")
        circle(axis, start, 0.3, number)
        caption(axis, (start[0] - 0.36, start[1]), f"$x_{place + 1}$", ha="right", va="center")
        end = toward(body, start, 0.46)
        arrow(axis, toward(start, body, 0.3), end, color, linestyle=dash)
        label = (start[0] + 1.35, start[1] + (end[1] - start[1]) * 1.35 / (end[0] - start[0]))
        text = f"$w_{place + 1}$ = {weight}"
        axis.text(*label, text, ha="center", va="center", color=color, bbox={"facecolor": "white", "lw": 0, "pad": 1.5})


def _units(x: float, middle: float, width: int) -> list[Point]:
    """Return the centers of a layer's units; of a wide one those above and below its dots."""
    shown = min(width, MOST_UNITS)
    places = [(x, middle + 0.34 * (number - (shown - 1) / 2)) for number in range(shown)]
    if width > MOST_UNITS:
        del places[shown // 2 - 1 : shown // 2 + 1]
    return places
