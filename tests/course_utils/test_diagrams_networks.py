"""Drawings of chapter 03 say the shapes, the sizes and the receptive fields that the mathematics gives."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from course_utils import convolution, diagrams


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("arguments", [(10, 3, 2, 1, 1), (9, 3, 1, 0, 3), (7, 7, 4, 0, 1), (12, 2, 3, 2, 2)])
def test_kernel_positions_draws_each_position_once(arguments):
    figure = diagrams.kernel_positions(*arguments)
    axis = figure.axes[0]
    count = convolution.output_size(*arguments)
    assert len(axis.lines) == count and axis.get_title().startswith(f"output size {count}")
    length, kernel_size, stride, padding, dilation = arguments
    first, last = (line.get_xdata() for line in (axis.lines[0], axis.lines[-1]))
    assert first[0] == -padding and len(first) == kernel_size
    assert last[-1] <= length + padding - 1 < last[-1] + stride  # one more step would not fit
    assert np.all(np.diff(first) == dilation)


def test_kernel_positions_says_what_is_never_visited_and_what_does_not_fit():
    assert "1 never visited" in diagrams.kernel_positions(10, 3, 2, 1, 1).axes[0].get_title()
    assert "visited" not in diagrams.kernel_positions(10, 3, 1, 1, 1).axes[0].get_title()
    assert "does not fit" in diagrams.kernel_positions(2, 5, 1, 0, 1).axes[0].get_title()


@pytest.mark.parametrize(
    "layers", [[], [(3, 1, 1)], [(3, 1, 1), (2, 2, 0), (3, 1, 1), (2, 2, 0)], [(5, 2, 2), (3, 3, 0)]]
)
def test_the_receptive_field_is_where_the_gradient_is(layers):
    figure = diagrams.receptive_field(np.zeros((28, 28)), layers)
    frame = figure.axes[0].patches[0]
    network = nn.Sequential(*(nn.Conv2d(1, 1, K, S, P, bias=False) for K, S, P in layers))
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    image = torch.ones(1, 1, 28, 28, requires_grad=True)
    out = network(image)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    rows, columns = image.grad[0, 0].nonzero(as_tuple=True)
    assert frame.get_xy() == (columns.min() - 0.5, rows.min() - 0.5)
    assert (frame.get_width(), frame.get_height()) == (np.ptp(columns.numpy()) + 1, np.ptp(rows.numpy()) + 1)
    assert f"{len(layers)} layers: map {out.shape[2]} × {out.shape[3]}" in figure.axes[1].get_title()


def test_shapes_through_names_every_shape():
    figure = diagrams.shapes_through({"image": (1, 28, 28), "conv": (4, 28, 28), "flatten": (3136,), "dense": (10,)})
    found = [text.get_text() for text in figure.axes[0].texts]
    assert {"image", "conv", "4 × 28 × 28", "3136", "10"} <= set(found)
    assert len(figure.axes[0].patches) == 1 + 4 + 1 + 1


def test_maps_through_share_one_scale_that_is_white_at_zero():
    maps = {"conv": np.full((2, 4, 4), -3.0), "pool": np.full((2, 2, 2), 1.0)}
    figure = diagrams.maps_through(np.zeros((4, 4)), maps)
    limits = {
        image.get_clim() for axis in figure.axes[:6] for image in axis.images if image.get_cmap().name == "RdBu_r"
    }
    assert limits == {(-3.0, 3.0)}
    titles = [axis.get_title() for axis in figure.axes]
    assert "conv\n4×4" in titles and "pool\n2×2" in titles


def test_reading_marks_the_most_probable_class():
    figure = diagrams.reading(np.zeros((8, 8)), [0.1, 0.7, 0.2])
    bars = figure.axes[1].patches
    assert [bar.get_height() for bar in bars] == [0.1, 0.7, 0.2]
    assert bars[0].get_facecolor() == bars[2].get_facecolor() != bars[1].get_facecolor()
