"""Drawings of chapter 05 show the functions, the shares and the probabilities that they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import activations, diagrams


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def pair(name):
    return getattr(activations, name), getattr(activations, f"{name}_backward")


@pytest.mark.parametrize(("name", "ends"), [("relu", (0, 1)), ("leaky_relu", (0.01, 1)), ("selu", (1.7581, 1.0507))])
def test_a_slope_that_jumps_is_drawn_broken_with_both_ends(name, ends):
    slopes = diagrams.value_and_slope({name: pair(name)}).axes[1]
    before, after, dots = slopes.lines[:3]
    assert before.get_xdata().max() < 0 < after.get_xdata().min()
    assert np.allclose(dots.get_ydata(), ends, atol=1e-4)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "gelu", "silu", "softplus"])
def test_a_smooth_slope_is_one_line(name):
    values, slopes = diagrams.value_and_slope({name: pair(name)}, reach=3).axes[:2]
    assert len(slopes.lines) == 2  # the slope and the axis
    z = slopes.lines[0].get_xdata()
    assert np.allclose(slopes.lines[0].get_ydata(), pair(name)[1](np.ones_like(z), z))
    assert np.allclose(values.lines[0].get_ydata(), pair(name)[0](z))


def test_a_column_is_the_histogram_of_its_layer():
    layers = [np.full(10, 0.05), np.array([-9.0, 9.0, 9.0, np.nan])]
    left, right = diagrams.layer_histograms(layers, [np.array([1e-3, 0.0]), np.array([1.0])]).axes
    column = np.asarray(left.images[0].get_array())  # (bins, layers)
    assert column.shape[1] == 2 and column[:, 0].argmax() == 20 and np.count_nonzero(column[:, 0]) == 1
    assert column[0, 1] == pytest.approx(1 / 3) and column[-1, 1] == 1  # beyond the axis: counted at its end
    sizes = np.asarray(right.images[0].get_array())
    assert sizes[0, 0] == 1 and sizes[24, 0] == 1 and sizes[30, 1] == 1  # a gradient of 0 is at the lower end


def test_bars_are_the_probabilities():
    axis = diagrams.probability_bars(["a", "b"], np.array([0.25, 0.75]), "two").axes[0]
    assert [bar.get_height() for bar in axis.patches] == [0.25, 0.75] and axis.get_title() == "two"
    images = {"first": np.eye(4), "second": np.zeros((4, 4))}
    p = np.array([[0.9, 0.1], [0.4, 0.6]])
    axes = np.reshape(diagrams.images_over_bars(images, p).axes, (2, 2))
    assert [axis.get_title() for axis in axes[0]] == list(images)
    assert [[bar.get_height() for bar in axis.patches] for axis in axes[1]] == p.tolist()
