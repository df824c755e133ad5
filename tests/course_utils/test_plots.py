"""Figures carry alt text and colors with contrast; tables and images show signs and zeros as they are."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from PIL import Image

from course_utils import plots
from course_utils.plots import page
from course_utils.plots.style import luminance

ALT = "A straight line that rises from zero to the slope."


@pytest.fixture
def shown(monkeypatch):
    """Collect the figures that plots show, instead of displaying them."""
    figures = []
    for module in (plots.images, plots.lines):
        monkeypatch.setattr(module, "show", lambda figure, alt: figures.append(figure))
    yield figures
    plt.close("all")


def line(slope=1.0):
    figure, axis = plt.subplots()
    axis.plot([0, 1], [0, slope])
    return figure


def picture(tag):
    """Return the kind of an ``<img>``'s picture and the picture itself."""
    kind, content = re.search(r'src="data:image/(\w+);base64,([^"]+)"', tag).groups()
    return kind, Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")


def background(text):
    """Return the color of the cell that a text of ``draw_numbers`` stands on."""
    drawn = text.axes.images[0]
    column, row = (round(place) for place in text.get_position())
    return drawn.cmap(drawn.norm(drawn.get_array()[row, column]))


@pytest.mark.parametrize("color", plots.COLORS)
def test_line_colors_stand_out_on_white(color):
    assert 1.05 / (luminance(color) + 0.05) >= 3


@pytest.mark.parametrize("gray", np.linspace(0, 1, 41))
def test_ink_is_readable_on_every_gray(gray):
    ink, paper = sorted([luminance(plots.readable_ink(str(gray))), luminance(str(gray))])
    assert (paper + 0.05) / (ink + 0.05) >= 4.5


def test_show_stores_one_picture_with_its_sentence_and_closes(monkeypatch):
    displayed = []
    monkeypatch.setattr(page, "display", lambda data, raw: displayed.append((data, raw)))
    plots.show(line(), f'  {ALT[:-1]}, or "less" < 1. ')
    ((data, raw),) = displayed
    assert raw and set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == f'{ALT[:-1]}, or "less" < 1.'
    assert data["text/html"].startswith(f'<img alt="{ALT[:-1]}, or &quot;less&quot; &lt; 1." width="')
    assert plt.get_fignums() == []


def test_a_picture_is_sharp_and_the_same_each_time():
    tags = [page.image_tag(line(), ALT) for _ in range(2)]
    assert tags[0] == tags[1]
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', tags[0]).groups())
    kind, image = picture(tags[0])
    assert kind == "png"
    assert np.allclose(image.size, (2 * width, 2 * height), atol=1)
    live_width, _ = map(int, re.search(r'width="(\d+)" height="(\d+)"', page.image_tag(line(), ALT, scale=1)).groups())
    assert abs(live_width - width) <= 2


def test_a_photograph_is_stored_as_jpeg_and_stays_what_it_was():
    figure, axis = plt.subplots(figsize=(2, 2))
    axis.imshow(np.random.default_rng(0).random((40, 40, 3)))
    exact = io.BytesIO()
    figure.savefig(exact, dpi=192)
    kind, image = picture(page.image_tag(figure, ALT))
    assert kind == "jpeg"
    off = np.asarray(image, dtype=float) - np.asarray(Image.open(exact).convert("RGB"))
    assert np.abs(off).mean() < 5  # of 255


@pytest.mark.parametrize("show", [plots.show, lambda figure, alt: plots.image_row({"one": np.eye(2)}, alt)])
def test_short_alt_text_is_refused(show):
    with pytest.raises(ValueError, match="says what the figure shows"):
        show(line(), "a plot")
    plt.close("all")


def test_image_row_names_and_frames_its_images(shown):
    plots.image_row({"left": torch.eye(3), "right": np.ones((3, 3, 3))}, ALT, color_bar=True)
    left, right = shown[0].axes[:2]
    assert (left.get_title(), right.get_title()) == ("left", "right")
    assert np.array_equal(left.images[0].get_array(), np.eye(3))
    assert all(spine.get_visible() for spine in right.spines.values())
    assert len(shown[0].axes) == 4  # a color bar beside each


def test_signed_images_are_white_at_zero_and_share_one_bar_where_limits_are_given(shown):
    response = np.array([[-1.0, 0.0, 3.0]])
    plots.image_row({"own scale": response}, ALT)
    plots.image_row({"one": response, "two": -response}, ALT, limits=(-4, 4), color_bar=True)
    drawn = shown[0].axes[0].images[0]
    assert drawn.get_clim() == (-3, 3)
    assert to_hex(drawn.cmap(drawn.norm(0.0))) == "#f7f6f6"
    assert [axis.images[0].get_clim() for axis in shown[1].axes[:2]] == [(-4, 4), (-4, 4)]
    assert len(shown[1].axes) == 3


def test_number_row_scales_each_array_by_itself_unless_shared(shown):
    arrays = {"pixels": np.array([[0.0, 9.0]]), "ones": np.ones((1, 2)), "signed": np.array([[-2.0, 1.0]])}
    plots.number_row(arrays, ALT)
    plots.number_row(arrays, ALT, shared=True)
    assert [axis.images[0].get_clim() for axis in shown[0].axes] == [(0, 9), (0, 1), (-2, 2)]
    assert [axis.images[0].get_clim() for axis in shown[1].axes] == [(-9, 9)] * 3


def test_number_row_writes_every_value_readably_and_no_minus_zero(shown):
    array = np.array([[-3.0, -0.04, 0.0, 1.5, 3.0, 2.25]])
    plots.number_row({"table": array}, ALT, decimals=1)
    texts = shown[0].axes[0].texts
    assert [text.get_text() for text in texts] == ["−3.0", "0.0", "0.0", "1.5", "3.0", "2.2"]
    for text in texts:
        ink, paper = sorted([luminance(text.get_color()), luminance(background(text)[:3])])
        assert (paper + 0.05) / (ink + 0.05) >= 4.5


@pytest.mark.parametrize("array", [np.full((8, 10), 255), np.full((6, 9), -0.123)])
def test_numbers_fit_their_cells(shown, array):
    plots.number_row(
        {"WIDE MEMORY (N, H, W)\nin two lines": array[:, :2], "as wide": array, "wide": array}, ALT, decimals=2
    )
    figure = shown[0]
    figure.draw_without_rendering()
    assert figure.get_size_inches()[0] <= plots.PAGE_WIDTH + 0.01
    for axis in figure.axes:
        assert figure.bbox.padded(1).contains(*axis.title.get_window_extent().min)
        assert figure.bbox.padded(1).contains(*axis.title.get_window_extent().max)
        assert axis.get_window_extent().y0 > 5  # pixels: the frame ends inside the picture
        cell = axis.get_window_extent().width / axis.images[0].get_array().shape[1]
        assert max(text.get_window_extent().width for text in axis.texts) <= 0.95 * cell


def test_direction_map_points_where_the_angle_says(shown):
    angle = np.array([[0.0, np.pi / 2], [np.pi, -np.pi / 2]])  # right, down / left, up
    plots.direction_map(angle, np.ones((2, 2)), ALT)
    arrows = next(one for one in shown[0].axes[0].collections if hasattr(one, "U"))
    places = {(int(x), int(y)): (np.sign(round(u, 6)), np.sign(round(v, 6))) for (x, y), u, v in arrows_of(arrows)}
    assert places == {(0, 0): (1, 0), (1, 0): (0, 1), (0, 1): (-1, 0), (1, 1): (0, -1)}
    hue, wheel = (shown[0].axes[index].images[0].get_array() for index in (0, 1))
    for pixel, place in {(0, 0): (100, 199), (0, 1): (199, 100), (1, 0): (100, 1), (1, 1): (1, 100)}.items():
        assert np.allclose(hue[pixel], wheel[place], atol=0.03)


def arrows_of(arrows):
    return zip(arrows.get_offsets(), arrows.U, arrows.V, strict=True)
