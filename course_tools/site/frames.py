"""Sliders for a page without Python: the pictures of a few positions, drawn beforehand.

``course execute NN`` draws them and stores one file for each slider in ``notebooks/frames/``; the site shows them.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from nbformat import NotebookNode
from PIL import Image

from course_tools import files
from course_tools.authoring.mutations import code_until
from course_tools.authoring.pairing import read_source
from course_tools.syllabus import Lecture, notebooks_folder
from course_utils import widgets
from course_utils.plots import page

MOST = 27  # pictures of one slider; a page has up to three sliders and should stay below a megabyte
QUALITY = 45  # of WebP: letters stay sharp, a picture has 12 to 14 kB
CALL = "widgets.explore("


@dataclass(frozen=True)
class Moving:
    """A slider as a cell of a lecture made it.

    Attributes:
        draw: takes the controls' values by name and returns a figure.
        alt: alt text at the start values.
        controls: parameter name → slider or list of options.
    """

    draw: Callable[..., Figure]
    alt: str
    controls: dict[str, widgets.Slider | Sequence[Any]]


def explorers(notebook: NotebookNode) -> list[int]:
    """Return the positions of the cells that show a slider."""
    return [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and CALL in cell.source]


def file_of(lecture: Lecture, source: str) -> Path:
    """Return where the pictures of a slider's cell are stored; the name changes with the text of the cell."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    return notebooks_folder() / "frames" / f"{lecture.number}-{digest}.json"


def write(lecture: Lecture) -> list[Path]:
    """Draw the pictures of every slider of a lecture and delete those of older texts.

    Raises:
        RuntimeError: a cell with a slider shows none, or the code before it fails.
    """
    notebook = read_source(lecture)
    written = []
    for position in explorers(notebook):
        moving = _run(notebook, position)
        path = file_of(lecture, notebook.cells[position].source)
        path.parent.mkdir(exist_ok=True)
        files.replace(path, (json.dumps(stored(moving), ensure_ascii=False) + "\n").encode())
        written.append(path)
    for old in set(notebooks_folder().glob(f"frames/{lecture.number}-*.json")) - set(written):
        old.unlink()
    return written


def stored(moving: Moving) -> dict[str, Any]:
    """Return what a page needs of a slider: its controls with their positions, and a picture for each combination.

    The pictures are in the order of ``itertools.product``: the last control moves fastest.
    """
    controls = positions(moving.controls)
    names = [control["name"] for control in controls]
    pictures = []
    for values in itertools.product(*(control["values"] for control in controls)):
        width, content = _picture(moving.draw(**dict(zip(names, values, strict=True))))
        pictures.append(base64.b64encode(content).decode())
    return {"alt": page.checked(moving.alt), "width": width, "controls": controls, "pictures": pictures}


def positions(controls: dict[str, widgets.Slider | Sequence[Any]]) -> list[dict[str, Any]]:
    """Return name, values and start (an index) of each control, with fewer values where there are too many.

    Where pictures would be too many, the control with the most values loses the one that is nearest to its start; the
    ends go last. A list of options keeps all of them.
    """
    values = {name: _values(one) for name, one in controls.items()}
    starts = {name: one.start if isinstance(one, widgets.Slider) else one[0] for name, one in controls.items()}
    sliders = [name for name, one in controls.items() if isinstance(one, widgets.Slider)]
    while math.prod(map(len, values.values())) > MOST and any(len(values[name]) > 2 for name in sliders):
        name = max(sliders, key=lambda name: len(values[name]))
        longest, start = values[name], values[name].index(starts[name])
        inner = [i for i in range(1, len(longest) - 1) if i != start]
        others = inner or [i for i in (0, len(longest) - 1) if i != start]
        del longest[min(others, key=lambda i: _crowding(longest, i))]
    return [{"name": name, "values": values[name], "start": values[name].index(starts[name])} for name in controls]


def _values(control: widgets.Slider | Sequence[Any]) -> list[Any]:
    """Return every value that a control can take; of a number, at most as many as there may be pictures."""
    if not isinstance(control, widgets.Slider):
        return list(control)
    steps = round((control.maximum - control.minimum) / control.step)
    before = round((control.start - control.minimum) / control.step)
    chosen = {before} | {int(index) for index in np.linspace(0, steps, min(MOST, steps + 1)).round()}
    whole = all(isinstance(one, int) for one in (control.minimum, control.maximum, control.start, control.step))
    numbers = [control.minimum + index * control.step for index in sorted(chosen)]
    numbers = numbers if whole else [round(float(number), 10) for number in numbers]
    numbers[sorted(chosen).index(before)] = control.start
    return numbers


def _crowding(values: Sequence[float], index: int) -> float:
    """Return how far the neighbors of a value are from each other: small where it is missed least."""
    below, above = values[max(index - 1, 0)], values[min(index + 1, len(values) - 1)]
    return above - below


def _picture(figure: Figure) -> tuple[int, bytes]:
    """Return the width on the page and the WebP of a figure, and close it."""
    drawn = io.BytesIO()
    tight = "tight" if figure.get_layout_engine() else None
    figure.savefig(drawn, format="png", dpi=page.PIXELS_PER_INCH, facecolor="white", bbox_inches=tight)
    plt.close(figure)
    small = io.BytesIO()
    with Image.open(drawn) as image:
        image.convert("RGB").save(small, "webp", quality=QUALITY, method=6)
        return image.width, small.getvalue()


def _run(notebook: NotebookNode, position: int) -> Moving:
    """Run the set-up cells and the section of a slider, else the whole lecture before it, and return the slider."""
    for whole_lecture in (False, True):
        cells = code_until(notebook, position, whole_lecture=whole_lecture)
        try:
            return _caught(cells)
        except NameError:
            if whole_lecture:
                raise
    raise AssertionError("one of the two runs returns or raises")


def _caught(cells: Sequence[str]) -> Moving:
    shown: list[Moving] = []

    def catch(draw: Callable[..., Figure], alt: str, **controls: Any) -> None:
        shown.append(Moving(draw, alt, controls))

    namespace: dict[str, Any] = {"__name__": "__main__"}
    with _quiet(), mock.patch.object(widgets, "explore", catch), mock.patch.object(page, "display"):
        for number, cell in enumerate(cells):
            exec(compile(cell, f"<cell {number}>", "exec", dont_inherit=True), namespace)
    if not shown:
        raise RuntimeError(f"this cell shows no slider: {cells[-1][:80]}")
    return shown[-1]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    matplotlib.use("Agg")
    nowhere = io.StringIO()
    with (
        contextlib.chdir(notebooks_folder()),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield
