"""Drawings say the numbers that the mathematics gives, and no letter of them is cut or leaves its cell."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import diagrams, filtering, plots

IMAGE = np.random.default_rng(0).integers(0, 10, (6, 8))
CROSS = np.array([[0, 1, 0], [1, -4, 1], [0, 2, 0]])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def assert_nothing_is_cut(figure):
    figure.draw_without_rendering()
    sheet = figure.bbox
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert sheet.x0 <= extent.x0 and extent.x1 <= sheet.x1, text.get_text()
        assert sheet.y0 <= extent.y0 and extent.y1 <= sheet.y1, text.get_text()
    assert figure.get_size_inches()[0] <= plots.PAGE_WIDTH + 0.01


@pytest.mark.parametrize("at", [(2, 3), (0, 0), (5, 7)])
def test_sliding_window_shows_products_and_their_sum(at):
    figure = diagrams.sliding_window(IMAGE, CROSS, at)
    row, column = at
    window = np.pad(IMAGE, 1)[row : row + 3, column : column + 3]
    found = texts(figure)
    products = [f"{w} · {x}".replace("-", "−") for w, x in zip(CROSS.flat, window.flat, strict=True)]
    assert all(found.count(product) >= products.count(product) for product in products)
    response = filtering.correlate2d(IMAGE, CROSS)
    assert f"sum = {response[at]:.0f}".replace("-", "−") in found
    assert_nothing_is_cut(figure)


def test_sliding_window_fills_the_response_up_to_the_window():
    early, late = (texts(diagrams.sliding_window(IMAGE, np.ones((3, 3)), at)) for at in [(0, 1), (5, 7)])
    response = [f"{value:.0f}" for value in filtering.correlate2d(IMAGE, np.ones((3, 3))).flat]
    added = len(late) - len(early)
    assert added == IMAGE.size - 2
    assert all(late.count(value) >= response.count(value) for value in response)


@pytest.mark.parametrize(
    ("image", "kernel"),
    [
        (IMAGE / 9, np.full((3, 3), 1 / 9)),
        (np.full((8, 10), 255), np.full((3, 3), 1 / 9)),
        (IMAGE, np.ones((5, 5))),
    ],
    ids=["fractions", "large", "5 × 5"],
)
def test_sliding_window_stays_on_the_page(image, kernel):
    figure = diagrams.sliding_window(image, kernel, (4, 4))
    assert_nothing_is_cut(figure)
    assert any(text.startswith("sum ") for text in texts(figure))


def test_sliding_window_outside_the_image_is_refused():
    with pytest.raises(ValueError, match="outside an image of 6 × 8 pixels"):
        diagrams.sliding_window(IMAGE, CROSS, (6, 0))
