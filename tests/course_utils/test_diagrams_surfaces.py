"""Descent on curves and surfaces: the points are where the path is, and what diverged is left out."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import diagrams, plots

PATH = np.array([[1.0, 0.5], [0.5, 0.2], [0.1, 0.0]])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def bowl(w):
    return (np.array([1.0, 4.0]) * w**2).sum(axis=-1)


def points(axis):
    return [line.get_xydata() for line in axis.lines]


def test_curves_show_the_loss_the_steps_the_start_and_the_end():
    visited = np.array([2.0, 1.0, 0.5])
    figure = diagrams.on_curves({"square": (np.square, visited)}, across=(-3, 3))
    curve, steps, start, end = points(figure.axes[0])
    assert np.allclose(curve[:, 1], curve[:, 0] ** 2)
    assert np.allclose(steps, np.stack([visited, visited**2], axis=1))
    assert np.allclose(start, [[2, 4]]) and np.allclose(end, [[0.5, 0.25]])


def test_surfaces_show_each_path_its_start_and_the_minimum():
    walks = {"one": (bowl, {"path": PATH}), "none": (bowl, {})}
    figure = diagrams.on_surfaces(walks, across=(-1, 1), up=(-1, 1), minima={"one": np.zeros(2)})
    path, start, minimum = points(figure.axes[0])
    assert np.allclose(path, PATH) and np.allclose(start, PATH[:1]) and np.allclose(minimum, [[0, 0]])
    assert points(figure.axes[1]) == []
    assert figure.get_size_inches()[0] <= plots.PAGE_WIDTH


def test_several_paths_are_named_and_arrows_have_one_length():
    walks = {"": (bowl, {"a": PATH, "b": PATH / 2})}
    arrows = np.ones((2, 2)), np.array([[3.0, 4.0], [0.0, 0.1]])
    figure = diagrams.on_surfaces(walks, across=(-1, 1), up=(-1, 1), arrows=arrows)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["a", "b"]
    quiver = next(one for one in figure.axes[0].collections if hasattr(one, "U"))
    assert np.allclose(np.hypot(quiver.U, quiver.V), 1)


def test_rates_that_diverged_for_a_seed_are_left_out():
    values = np.array([[1.0, 3.0], [0.5, 0.7], [np.nan, 2.0]])
    figure = diagrams.rate_curves({"SGD": ([0.1, 0.2, 0.4], values)}, ylabel="loss")
    assert np.allclose(points(figure.axes[0])[0], [[0.1, 2.0], [0.2, 0.6]])
    assert figure.axes[0].get_xscale() == "log"
