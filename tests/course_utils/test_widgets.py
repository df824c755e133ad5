"""Sliders and the drawing pad redraw, leave a still figure in the notebook, close their figures, and stand still where
no widget can run."""

import gc
import weakref

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets import output, pad, sliders

ALT = "A straight line that rises from zero to the slope."
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def drawn():
    """Collect the values that ``draw`` is asked for."""
    return []


@pytest.fixture
def draw(drawn):
    def draw(slope, style="solid"):
        drawn.append((slope, style))
        figure, axis = plt.subplots(figsize=(2, 1))
        axis.plot([0, 1], [0, slope], linestyle=style)
        return figure

    return draw


@pytest.fixture
def shown(monkeypatch):
    displayed = []
    monkeypatch.setattr(output, "display", lambda data, raw: displayed.append(data))
    return displayed


def test_still_figure_without_widgets(shown, draw, drawn, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "0")
    widgets.explore(draw, ALT, slope=widgets.Slider(0, 5, 2), style=["dashed", "solid"])
    assert drawn == [(2, "dashed")]
    assert set(shown[0]) == {"text/html", "text/plain"}
    assert shown[0]["text/html"].startswith(f'<img alt="{ALT}"')


def test_controls_and_still_figure_are_one_output(shown, draw, drawn, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "1")
    widgets.explore(draw, ALT, slope=widgets.Slider(0, 5, 2), style=["dashed", "solid"])
    (data,) = shown
    assert list(data) == [VIEW, "text/html", "text/plain"]
    assert data["text/plain"] == ALT
    assert drawn == [(2, "dashed")]


def test_moving_a_control_replaces_the_picture_and_closes_its_figure(draw, drawn):
    controls = {"slope": widgets.Slider(0.0, 5.0, 2.0, 0.5), "style": ["solid", "dashed"]}
    box = sliders._panel(draw, ALT, controls, "<img>")
    slider, dropdown, frame, _ = box.children
    assert isinstance(slider, ipywidgets.FloatSlider)
    assert frame.value == "<img>"
    slider.value = 4.5
    first = frame.value
    dropdown.value = "dashed"
    assert drawn == [(4.5, "solid"), (4.5, "dashed")]
    assert frame.value.startswith(f'<img alt="{ALT} Moved to slope 4.5, style dashed." width="')
    assert first.startswith(f'<img alt="{ALT} Moved to slope 4.5, style solid." width="')
    assert plt.get_fignums() == []


def test_whole_numbers_get_a_slider_of_whole_numbers(draw):
    slider = sliders._panel(draw, ALT, {"slope": widgets.Slider(0, 5, 2)}, "").children[0]
    assert isinstance(slider, ipywidgets.IntSlider)
    assert (slider.min, slider.max, slider.value, slider.step) == (0, 5, 2, 1)


def test_no_figure_outlives_its_frame():
    alive = []

    def draw(slope):
        figure, _ = plt.subplots(figsize=(2, 1))
        alive.append(weakref.ref(figure))
        return figure

    slider = sliders._panel(draw, ALT, {"slope": widgets.Slider(0, 9, 0)}, "").children[0]
    for move in range(1, 21):
        slider.value = move % 10
    gc.collect()
    assert len(alive) == 20
    assert [figure for figure in alive if figure() is not None] == []


@pytest.fixture
def respond():
    """Say how much ink is in the upper and the lower half of a drawing."""

    def respond(drawing):
        figure, axis = plt.subplots(figsize=(2, 1))
        axis.imshow(drawing)
        upper, lower = (half.mean() for half in np.split(drawing, 2))
        return figure, f"Ink in the upper half {upper:.2f}, in the lower half {lower:.2f}."

    return respond


UPPER = np.repeat([1.0, 0.0], 70)[:, None] * np.ones(140)


@pytest.mark.parametrize(
    ("switch", "kinds"), [("1", [VIEW, "text/html", "text/plain"]), ("0", ["text/html", "text/plain"])]
)
def test_pad_and_still_figure_are_one_output(shown, respond, monkeypatch, switch, kinds):
    monkeypatch.setenv("COURSE_WIDGETS", switch)
    widgets.drawing_pad(respond, UPPER)
    (data,) = shown
    assert list(data) == kinds
    assert data["text/plain"] == "Ink in the upper half 1.00, in the lower half 0.00."


def test_each_stroke_replaces_the_picture_and_closes_its_figure(respond):
    sheet, frame = pad._panel(respond, UPPER, "<img>").children
    assert frame.value == "<img>"
    assert np.array_equal(np.frombuffer(sheet.pixels, np.uint8).reshape(140, 140), 255 * UPPER)
    pixels = (255 * UPPER[::-1]).astype(np.uint8).tobytes()
    sheet.set_state({"pixels": memoryview(pixels)})  # as it comes from the browser
    assert frame.value.startswith('<img alt="Ink in the upper half 0.00, in the lower half 1.00." width="')
    assert plt.get_fignums() == []


def test_a_drawing_of_another_size_is_refused(respond):
    with pytest.raises(ValueError, match=r"shape \(140, 140\), got \(28, 28\)"):
        widgets.drawing_pad(respond, np.zeros((28, 28)))
