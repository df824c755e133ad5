"""Figures carry alt text and colours with contrast; sliders redraw, and stand still where widgets cannot run."""

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from course_utils import plots, widgets

ALT = "A straight line that rises from zero to the slope."


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed instead of displaying it."""
    displayed = []
    for module in (plots, widgets):
        monkeypatch.setattr(module, "display", lambda what, **keywords: displayed.append((what, keywords)))
    return displayed


def draw(slope, style="solid"):
    figure, axis = plt.subplots()
    axis.plot([0, 1], [0, slope], linestyle=style)
    return figure


def luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", plots.COLOURS)
def test_line_colours_stand_out_on_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_show_attaches_alt_text_and_closes(shown):
    plots.show(draw(1), ALT)
    assert shown[0][1] == {"metadata": {"image/png": {"alt": ALT}}}
    assert plt.get_fignums() == []


def test_short_alt_text_is_refused(shown):
    with pytest.raises(ValueError, match="says what the figure shows"):
        plots.show(draw(1), "a plot")


def test_image_row_and_curves_label_what_they_show(shown):
    plots.image_row({"left": np.eye(3), "right": np.ones((3, 3, 3))}, ALT, colour_bar=True)
    plots.curves({"one": [1, 2], "two": [2, 1]}, ALT, xlabel="step", ylabel="loss", log_y=True)
    row, curves = shown[0][0], shown[1][0]
    assert [axis.get_title() for axis in row.axes[:2]] == ["left", "right"]
    axis = curves.axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel(), axis.get_yscale()) == ("step", "loss", "log")
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["one", "two"]


def test_whole_numbers_have_no_ticks_between_them(shown):
    plots.curves({"one": [3, 1, 2]}, ALT, x=range(1, 4), xlabel="epoch", ylabel="loss")
    plots.curves({"one": [3, 1, 2]}, ALT, x=[1.0, 2.0, 3.0], xlabel="metres", ylabel="loss")
    epochs, metres = (figure.axes[0].get_xticks() for figure, *_ in shown)
    assert all(tick == round(tick) for tick in epochs)
    assert not all(tick == round(tick) for tick in metres)


@pytest.mark.filterwarnings("error")
def test_a_tensor_is_an_image_too(shown):
    plots.image_row({"tensor": torch.eye(3)}, ALT)
    assert np.array_equal(shown[0][0].axes[0].images[0].get_array(), np.eye(3))


def test_number_row_writes_every_value_and_stem_rows_label_every_signal(shown):
    plots.number_row({"table": np.arange(6.0).reshape(2, 3)}, ALT, decimals=1)
    plots.stem_rows({"signal": np.arange(4), "slope": np.ones(4)}, ALT, xlabel="time in s")
    table, stems = shown[0][0], shown[1][0]
    assert [text.get_text() for text in table.axes[0].texts] == ["0.0", "1.0", "2.0", "3.0", "4.0", "5.0"]
    assert [axis.get_ylabel() for axis in stems.axes] == ["signal", "slope"]
    assert stems.axes[-1].get_xlabel() == "time in s"


def test_error_rows_mark_every_seed_and_the_first_mean(shown):
    errors = {"first": (np.array([0.0, 2.0]), np.array([30.0, 40.0])), "second": (np.zeros(2), np.array([20.0, 22.0]))}
    plots.error_rows(errors, ALT)
    (axis,) = shown[0][0].axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["first", "second"]
    drawn = [list(line.get_xdata()) for line in axis.lines]
    assert drawn == [[30, 40], [35], [1], [20, 22], [21], [0], [35, 35]]


def test_still_figure_without_widgets(shown, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "0")
    widgets.explore(draw, ALT, slope=widgets.Slider(0, 5, 2), style=["dashed", "solid"])
    line = shown[0][0].axes[0].lines[0]
    assert list(line.get_ydata()) == [0, 2]
    assert line.get_linestyle() == "--"


def test_moving_a_slider_redraws(shown, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "1")
    widgets.explore(draw, ALT, slope=widgets.Slider(0.0, 5.0, 2.0, 0.5), style=["solid", "dashed"])
    box = next(what for what, _ in shown if isinstance(what, ipywidgets.VBox))
    slider, dropdown, _ = box.children
    assert isinstance(slider, ipywidgets.FloatSlider)
    slider.value = 4.5
    dropdown.value = "dashed"
    line = [what for what, _ in shown if not isinstance(what, ipywidgets.VBox)][-1].axes[0].lines[0]
    assert (list(line.get_ydata()), line.get_linestyle()) == ([0, 4.5], "--")
