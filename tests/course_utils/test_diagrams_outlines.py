"""Outlines run along the sides of pixels, objects are counted, and the square of a receptive field is where it is."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from course_utils import diagrams
from course_utils.diagrams.outlines import FOUND, TRUE


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def outlines(axis):
    """Return the segments of each outline, by color."""
    return {
        to_hex(one.get_color()[0]).upper(): one.get_segments()
        for one in axis.collections
        if isinstance(one, LineCollection)
    }


def test_an_outline_is_the_perimeter_of_its_pixels():
    image, true, predicted = np.zeros((5, 6)), np.zeros((5, 6)), np.zeros((1, 5, 6), dtype=bool)
    true[1:3, 2:5] = 1  # 2 × 3 pixels: ten sides
    predicted[0, 0, 0] = True  # in the corner: four sides, two of them on the rim of the image
    figure = diagrams.outlined({"one": (image, true, predicted)})
    found = outlines(figure.axes[0])
    assert {color: len(segments) for color, segments in found.items()} == {TRUE: 10, FOUND: 4}
    points = np.concatenate(found[TRUE])
    assert points.min(axis=0).tolist() == [1.5, 0.5]  # column 2 begins at 1.5, row 1 at 0.5
    assert points.max(axis=0).tolist() == [4.5, 2.5]


def test_each_image_has_its_title_and_all_share_one_legend():
    arrays = np.zeros((4, 4)), np.eye(4), np.eye(4)
    figure = diagrams.outlined({"first": arrays, "second": arrays})
    assert [axis.get_title() for axis in figure.axes] == ["first", "second"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["true outline", "predicted outline"]


def test_objects_are_counted_and_neighbors_differ_in_color():
    labels = np.zeros((6, 6), dtype=int)
    labels[:3], labels[3:5] = 7, 2
    figure = diagrams.numbered_objects({"nuclei": (np.zeros((6, 6)), labels)})
    (axis,) = figure.axes
    assert axis.get_title() == "nuclei: 2"
    colors = [to_hex(image.cmap(0)) for image in axis.images[1:]]
    assert len(set(colors)) == 2
    covered = [np.isfinite(np.asarray(image.get_array(), dtype=float)).sum() for image in axis.images[1:]]
    assert covered == [12, 18]  # objects in the order of their numbers


def test_the_square_lies_around_the_middle_and_the_brightness_is_a_logarithm():
    values = np.full((40, 40), 1e-9)
    values[20, 20], values[20, 21] = 2.0, 0.02
    figure = diagrams.seen_square(values, 10, "ten pixels")
    axis = figure.axes[0]
    (square,) = axis.patches
    assert square.get_xy() == (14.5, 14.5) and square.get_width() == square.get_height() == 10
    drawn = axis.images[0].get_array()
    assert drawn[20, 20] == pytest.approx(0) and drawn[20, 21] == pytest.approx(-2)
    assert axis.images[0].get_clim() == (-3, 0) and axis.get_title() == "ten pixels"
