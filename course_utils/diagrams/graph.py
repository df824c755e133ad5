"""A computation as a graph: values forward above each node, gradients backward below it. Taught in sitting 01b."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from course_utils.diagrams.canvas import QUIET, Point, arrow, box, caption, sheet, written
from course_utils.plots import BLUE, PAGE_WIDTH, VERMILLION

BOX = (0.8, 0.46)  # inches
ROW, COLUMN, TOP = 1.15, 1.75, 0.85  # inches between nodes, and above the first
REACH = BOX[0] / 2 + 0.04  # from a node's center to the ends of its arrows
BEND, LEGEND = 0.68, 0.35  # inches: how high an arrow bends over a node; room for the last line

Edge = tuple[str, str]


def computational_graph(nodes: Mapping[str, tuple[float, float | None]], edges: Mapping[Edge, str]) -> Figure:
    """Draw a computation from left to right, with what backpropagation finds from right to left.

    Args:
        nodes: name → its value, and the derivative of the last node with respect to it (None: not known yet).
        edges: (from, to) → the local derivative of ``to`` with respect to ``from``, in symbols or numbers; "" for none.

    Raises:
        ValueError: an edge names a node that is not there, or the edges form a circle.

    Taught in sitting 01b.
    """
    missing = {name for edge in edges for name in edge} - set(nodes)
    if missing:
        raise ValueError(f"edges name what is no node: {', '.join(sorted(missing))}")
    places, size = _placed(list(nodes), list(edges))
    figure, axis = sheet(size[0], size[1] + LEGEND)
    for (start, end), local in edges.items():
        left, right = (places[start][0] + REACH, places[start][1]), (places[end][0] - REACH, places[end][1])
        others = [place for name, place in places.items() if name not in (start, end)]
        bent = any(_is_near(place, left, right) for place in others)
        arrow(axis, left, right, connectionstyle=f"arc3,rad={-2 * bent * BEND / (right[0] - left[0])}")
        if local:
            middle = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2 - bent * BEND)
            style = {"va": "center", "fontsize": 9, "color": QUIET, "bbox": {"facecolor": "white", "lw": 0, "pad": 1}}
            caption(axis, middle, local, **style)
    for name, (value, gradient) in nodes.items():
        x, y = places[name]
        box(axis, (x, y), BOX, name)
        caption(axis, (x, y - BOX[1] / 2 - 0.05), written(value).item(), color=BLUE, weight="bold")
        if gradient is not None:
            text = written(gradient).item()
            caption(axis, (x, y + BOX[1] / 2 + 0.05), text, va="top", color=VERMILLION, style="italic")
    last = list(nodes)[-1]
    caption(axis, (0.15, size[1] + 0.2), "above: value, forward", ha="left", color=BLUE, fontsize=10)
    legend = f"below: derivative of {last}, backward"
    caption(axis, (size[0] - 0.15, size[1] + 0.2), legend, ha="right", color=VERMILLION, fontsize=10)
    return figure


def _is_near(place: Point, start: Point, end: Point) -> bool:
    """Return True where a node would be crossed by a straight arrow."""
    if not start[0] < place[0] < end[0]:
        return False
    height = np.interp(place[0], (start[0], end[0]), (start[1], end[1]))
    return abs(height - place[1]) < BOX[1] / 2 + 0.25


def _placed(names: list[str], edges: list[Edge]) -> tuple[dict[str, Point], Point]:
    """Return a place for each node, and the size of the sheet: inputs left of what they enter, the last node right."""
    columns = _columns(names, edges)
    rows: dict[str, float] = {}
    for column in range(max(columns.values()) + 1):
        taken = 0.0
        for name in (one for one in names if columns[one] == column):
            before = [rows[start] for start, end in edges if end == name]
            rows[name] = max(taken, float(np.mean(before))) if before else taken
            taken = rows[name] + 1
    step = min(COLUMN, (PAGE_WIDTH - 1.1) / max(1, max(columns.values())))
    places = {name: (0.55 + step * columns[name], TOP + ROW * rows[name]) for name in names}
    return places, (1.1 + step * max(columns.values()), TOP + 0.65 + ROW * max(rows.values()))


def _columns(names: list[str], edges: list[Edge]) -> dict[str, int]:
    """Return how many steps a node is from the inputs; an input stands right before what it enters first."""
    columns = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in edges:
            columns[end] = max(columns[end], columns[start] + 1)
    if any(columns[end] <= columns[start] for start, end in edges):
        raise ValueError("the edges form a circle; a computation only goes forward")
    for name in names:
        following = [columns[end] for start, end in edges if start == name]
        if following and all(end != name for _, end in edges):
            columns[name] = min(following) - 1
    return columns
