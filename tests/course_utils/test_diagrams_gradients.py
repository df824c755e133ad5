"""Drawings of gradients: the paths to a weight or a pixel, the centered difference, the paths of batch norm."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Annotation

from course_utils import convolution, diagrams
from tests.course_utils.test_diagrams import arrows, assert_nothing_is_cut, texts


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


PIXELS = np.array([[3.0, 1, 4], [2, 8, 5], [7, 6, 9]])
WEIGHTS, DELTA = np.array([[1.0, 2], [3, 5]]), np.array([[1.0, 2], [0, -1]])


@pytest.mark.parametrize(("of", "side", "part"), [("weight", 2, 1), ("pixel", 3, 0)])
def test_gradient_paths_draws_an_arrow_and_a_term_for_each_path(of, side, part):
    inputs = (DELTA[None, None], PIXELS[None, None], WEIGHTS[None, None])
    gradient = convolution.conv2d_backward(*inputs)[part][0, 0]
    touched = {"weight": np.full((2, 2), 4), "pixel": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])}[of]
    for at in np.ndindex(side, side):
        figure = diagrams.gradient_paths(PIXELS, WEIGHTS, DELTA, of, at)
        assert f" = {gradient[at]:.0f}".replace("-", "−") in texts(figure)
        assert len(arrows(figure)) == sum(" · " in text for text in texts(figure)) == touched[at]
        assert_nothing_is_cut(figure)


@pytest.mark.parametrize(("of", "side"), [("weight", 2), ("pixel", 3)])
def test_no_path_crosses_a_number(of, side):
    for at in np.ndindex(side, side):
        figure = diagrams.gradient_paths(PIXELS, WEIGHTS, DELTA, of, at)
        notes = [text for text in figure.axes[0].texts if isinstance(text, Annotation)]
        lines = [(np.array(note.xy), np.array(note.xyann)) for note in notes]
        lines += [tuple(line.get_xydata()) for line in figure.axes[0].lines]
        numbers = [text.get_position() for text in figure.axes[0].texts if text.get_text().lstrip("−").isdigit()]
        assert len(numbers) == PIXELS.size + WEIGHTS.size + DELTA.size
        for start, end in lines:
            on_the_way = start + np.linspace(0, 1, 200)[:, None] * (end - start)
            assert min(np.hypot(*(on_the_way - number).T).min() for number in numbers) > 0.15  # inches


def test_gradient_paths_names_the_factor_of_each_path():
    assert {"1 · 1", "2 · 4", "0 · 8", "(−1) · 5"} <= set(
        texts(diagrams.gradient_paths(PIXELS, WEIGHTS, DELTA, "weight", (0, 1)))
    )
    corner = diagrams.gradient_paths(PIXELS, WEIGHTS, DELTA, "pixel", (2, 2))
    assert "(−1) · 5" in texts(corner)


@pytest.mark.parametrize(
    ("image", "of", "at", "words"),
    [
        (PIXELS, "weight", (2, 0), "outside the weights"),
        (PIXELS, "pixel", (0, 3), "outside the pixels"),
        (np.ones((4, 4)), "pixel", (0, 0), "output of shape"),
    ],
)
def test_gradient_paths_refuses(image, of, at, words):
    with pytest.raises(ValueError, match=words):
        diagrams.gradient_paths(image, WEIGHTS, DELTA, of, at)


def test_gradient_paths_refuses_more_paths_than_colors():
    with pytest.raises(ValueError, match="at most 6"):
        diagrams.gradient_paths(np.ones((4, 4)), WEIGHTS, np.ones((3, 3)), "weight", (0, 0))


def test_a_centered_difference_errs_by_curvature_and_by_rounding():
    large, good, small = diagrams.slope_errors(np.array([1e-1, 1e-5, 1e-11]))
    assert good < 1e-9 < 1e-8 < small and good < large
    assert diagrams.slope_errors(np.array([1e-1]), centered=False)[0] > 10 * large


def test_the_line_of_a_centered_difference_goes_through_both_points():
    left, right = diagrams.centered_difference(0.5).axes
    line, points = left.lines[2], left.lines[3]
    np.testing.assert_allclose(np.interp(points.get_xdata(), *line.get_data()), points.get_ydata())
    np.testing.assert_allclose(right.lines[1].get_ydata(), np.sinh(0.5) / 0.5 - 1)


def test_a_centered_difference_needs_a_step():
    with pytest.raises(ValueError, match="positive"):
        diagrams.centered_difference(0)


def test_three_paths_add_up_to_the_gradient_of_batch_norm():
    values, delta = np.array([1.0, 2, 4, 9]), np.array([2.0, 0, -1, 1])
    axis = diagrams.three_paths(values, delta).axes[0]
    bars = np.array([[bar.get_height() for bar in container] for container in axis.containers])
    inputs = (delta[:, None], values[:, None], None, None)
    expected = convolution.batch_norm_backward(*inputs, training=True, eps=0.0)[0][:, 0]
    np.testing.assert_allclose(bars.sum(axis=0), expected)
    np.testing.assert_allclose(axis.lines[0].get_ydata(), expected)
    np.testing.assert_allclose(bars[0], delta / values.std())


@pytest.mark.parametrize(("values", "delta"), [([1, 2], [1, 2, 3]), ([2, 2], [1, 0])])
def test_three_paths_need_a_spread_and_a_gradient_for_each_value(values, delta):
    with pytest.raises(ValueError, match="same length"):
        diagrams.three_paths(values, delta)
