"""Curves, points, stems and rows of errors: what is drawn, and how it is named."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plots

ALT = "A straight line that rises from zero to the slope."


@pytest.fixture
def shown(monkeypatch):
    """Collect the figures that plots show, instead of displaying them."""
    figures = []
    monkeypatch.setattr(plots.lines, "show", lambda figure, alt: figures.append(figure))
    yield figures
    plt.close("all")


def names(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


def test_curves_label_what_they_show(shown):
    plots.curves({"one": [1, 2], "two": [2, 1]}, ALT, xlabel="step", ylabel="loss", title="two runs", log_y=True)
    (axis,) = shown[0].axes
    assert (axis.get_xlabel(), axis.get_ylabel(), axis.get_yscale()) == ("step", "loss", "log")
    assert names(axis) == ["one", "two"]
    assert shown[0].get_suptitle() == "two runs"


def test_curves_with_measured_points_and_a_marked_place(shown):
    measured = ([0.1, 0.2], [0.9, 0.5])
    plots.curves(
        {"gain": [1.0, 0.5, 0.0]}, ALT, x=[0.0, 0.2, 0.4], xlabel="frequency", ylabel="gain",
        points={"measured": measured}, marks={"cut-off": 0.2},
    )  # fmt: skip
    (axis,) = shown[0].axes
    curve, dots, mark = axis.lines
    assert (dots.get_linestyle(), list(dots.get_xdata()), list(dots.get_ydata())) == ("None", *measured)
    assert list(mark.get_xdata()) == [0.2, 0.2]
    assert [text.get_text() for text in axis.texts] == ["cut-off"]
    assert names(axis) == ["gain", "measured"]
    assert curve.get_color() != dots.get_color()


def test_whole_numbers_have_no_ticks_between_them(shown):
    plots.curves({"one": [3, 1, 2]}, ALT, x=range(1, 4), xlabel="epoch", ylabel="loss")
    plots.curves({"one": [3, 1, 2]}, ALT, x=[1.0, 2.0, 3.0], xlabel="meters", ylabel="loss")
    epochs, meters = (figure.axes[0].get_xticks() for figure in shown)
    assert all(tick == round(tick) for tick in epochs)
    assert not all(tick == round(tick) for tick in meters)


def test_scatter_tells_groups_apart_by_color_and_marker(shown):
    groups = {name: np.full((4, 2), float(place)) for place, name in enumerate(["cats", "dogs", "birds"])}
    plots.scatter(groups, ALT, xlabel="weight [kg]", ylabel="height [cm]")
    (axis,) = shown[0].axes
    assert names(axis) == ["cats", "dogs", "birds"]
    assert [list(one.get_offsets()[0]) for one in axis.collections] == [[0, 0], [1, 1], [2, 2]]
    assert len({tuple(one.get_facecolor()[0]) for one in axis.collections}) == 3
    assert len({one.get_paths()[0].vertices.tobytes() for one in axis.collections}) == 3
    with pytest.raises(ValueError, match="at most 6 groups"):
        plots.scatter({str(k): np.zeros((1, 2)) for k in range(7)}, ALT, xlabel="x", ylabel="y")


def test_stem_rows_label_every_signal(shown):
    plots.stem_rows({"signal": np.arange(4), "slope": np.ones(4)}, ALT, xlabel="time in s")
    assert [axis.get_ylabel() for axis in shown[0].axes] == ["signal", "slope"]
    assert shown[0].axes[-1].get_xlabel() == "time in s"


def test_error_rows_mark_every_seed_and_the_first_mean(shown):
    errors = {"first": (np.array([0.0, 2.0]), np.array([30.0, 40.0])), "second": (np.zeros(2), np.array([20.0, 22.0]))}
    plots.error_rows(errors, ALT)
    (axis,) = shown[0].axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["first", "second"]
    drawn = [list(line.get_xdata()) for line in axis.lines]
    assert drawn == [[30, 40], [35], [1], [20, 22], [21], [0], [35, 35]]
