"""Drawings of chapter 06: panels with jumps, fitted lines, surprise, bars of logits, a border with its ROC curve."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import diagrams
from tests.course_utils.test_diagrams import assert_nothing_is_cut


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_a_jump_is_left_open_between_hollow_ends():
    x = np.linspace(-1, 1, 200)
    figure = diagrams.side_by_side(x, {"value": {"|x|": np.abs(x)}, "slope": {"|x|": np.sign(x)}}, xlabel="x")
    value, slope = ([line for line in axis.lines if len(line.get_xdata()) > 2] for axis in figure.axes)
    assert len(value) == 1 and len(slope) == 2
    hollow = next(line for line in figure.axes[1].lines if line.get_marker() == "o")
    np.testing.assert_allclose(hollow.get_ydata(), [-1, 1])
    assert abs(hollow.get_xdata()).max() < 0.01
    assert_nothing_is_cut(figure)


def test_the_lowest_point_is_labeled_and_a_name_keeps_its_color_in_each_panel():
    x = np.linspace(0, 4, 41)
    panels = {"one": {"a": (x - 1) ** 2, "b": (x - 3) ** 2}, "two": {"b": (x - 2) ** 2}}
    figure = diagrams.side_by_side(x, panels, xlabel="x", lowest=True)
    labels = [{text.get_text() for text in axis.texts} for axis in figure.axes]
    assert labels == [{"1", "3"}, {"2"}]
    of_b = [[line.get_color() for line in axis.lines if len(line.get_xdata()) == 41][-1] for axis in figure.axes]
    assert of_b[0] == of_b[1] != figure.axes[0].lines[0].get_color()


def test_fitted_lines_rings_the_outlier_and_spans_the_measurements():
    x, y = np.array([1.0, 2, 4]), np.array([1.0, 9, 3])
    figure = diagrams.fitted_lines(x, y, {"line": np.linspace(0, 1, 101)}, names=("km", "min"), odd=1)
    ring = next(line for line in figure.axes[0].lines if line.get_markerfacecolor() == "none")
    assert (float(ring.get_xdata()[0]), float(ring.get_ydata()[0])) == (2, 9)
    line = next(line for line in figure.axes[0].lines if line.get_label() == "line")
    assert (line.get_xdata()[0], line.get_xdata()[-1]) == (1, 4)
    assert_nothing_is_cut(figure)


def test_two_valleys_cuts_a_hill_of_height_one_between_minima():
    figure = diagrams.two_valleys()
    cut = max(figure.axes[1].lines, key=lambda line: len(line.get_xdata()))
    at = dict(zip(np.round(cut.get_xdata(), 2), cut.get_ydata(), strict=True))
    assert at[0.0] == pytest.approx(1) and at[1.0] == pytest.approx(0) == at[-1.0]


def test_surprise_adds_entropy_and_divergence():
    figure = diagrams.surprise(0.5, 0.9)
    entropy, divergence = (bar.get_height() for bar in figure.axes[0].patches)
    assert entropy == pytest.approx(np.log(2))
    assert divergence == pytest.approx(0.5 * np.log(0.5 / 0.9) + 0.5 * np.log(0.5 / 0.1))
    assert_nothing_is_cut(figure)
    with pytest.raises(ValueError, match="between 0 and 1"):
        diagrams.surprise(0.5, 1.0)


def test_logit_bars_have_a_gradient_that_adds_up_to_zero():
    figure = diagrams.logit_bars(np.array([1.0, 2.0, -1.0]), target=0)
    z, p, gradient = ([bar.get_height() for bar in axis.patches] for axis in figure.axes)
    assert z == [1, 2, -1] and sum(p) == pytest.approx(1) and sum(gradient) == pytest.approx(0)
    assert gradient[0] == pytest.approx(p[0] - 1)
    assert_nothing_is_cut(figure)


def test_the_border_is_where_the_logit_is_zero():
    X = np.array([[1.0, 0, 0], [1, 2, 2]])
    weights = np.array([-2.0, 1, 1])
    rates = (np.array([0.0, 1]), np.array([0.0, 1]))
    figure = diagrams.boundary_and_roc(X, np.array([0, 1]), weights, rates, (0.2, 0.7))
    border = next(line for line in figure.axes[0].lines if line.get_label() == "p = 1/2")
    np.testing.assert_allclose(weights[0] + border.get_xdata() + border.get_ydata(), 0)
    assert_nothing_is_cut(figure)
