"""A drawing becomes an image like those of MNIST, wherever and however large it was drawn."""

import numpy as np
import pytest
import torch

from course_utils import data, models

SEVEN = np.array([(28, 36), (28, 102), (118, 58)])


def center_of_mass(image):
    return [(image.sum(axis=1 - axis) * (np.arange(28) + 0.5)).sum() / image.sum() for axis in (0, 1)]


@pytest.mark.parametrize(("scale", "move"), [(1, 0), (0.5, 0), (0.5, 60), (2, 30), (0.3, 10)])
def test_place_and_size_of_the_drawing_do_not_matter(scale, move):
    usual = data.centered_digit(data.pen_strokes([SEVEN]))
    other = data.centered_digit(data.pen_strokes([scale * SEVEN + move], side=300, width=11 * scale))
    assert usual.shape == (28, 28) and usual.dtype == np.float32
    assert usual.min() == 0 and usual.max() == 1
    assert np.abs(other - usual).mean() < 0.02


@pytest.mark.parametrize("points", [SEVEN, SEVEN[:, ::-1], [(20, 70), (120, 70)], [(70, 70), (70, 70)]])
def test_the_longer_side_is_20_pixels_and_the_center_of_mass_in_the_middle(points):
    image = data.centered_digit(data.pen_strokes([points]))
    rows, columns = image.any(axis=1).sum(), image.any(axis=0).sum()
    assert max(rows, columns) == 20
    assert np.abs(np.subtract(center_of_mass(image), 14)).max() <= 0.51


def test_an_image_of_mnist_is_left_alone_but_for_a_pixel():
    image = data.centered_digit(data.pen_strokes([SEVEN]))
    assert np.abs(data.centered_digit(image) - image).mean() < 0.02


def test_an_empty_sheet_stays_empty_and_faint_dirt_is_passed_over():
    assert not data.centered_digit(np.zeros((140, 140))).any()
    drawing = data.pen_strokes([SEVEN])
    dirty = drawing.copy()
    dirty[0, 0] = 0.1
    assert np.array_equal(data.centered_digit(dirty), data.centered_digit(drawing))


def test_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"one drawing of shape \(H, W\) is needed, got shape \(3, 9, 9\)"):
        data.centered_digit(np.zeros((3, 9, 9)))


def test_a_stroke_is_as_wide_as_the_pen_and_a_dot_is_round():
    line = data.pen_strokes([[(20, 70), (120, 70)]], width=11)
    assert line[70].sum() == pytest.approx(11, abs=0.01)
    assert line.max() == 1 and line[70, 70] == 1 and line[10].sum() == 0
    dot = data.pen_strokes([[(70, 70), (70, 70)]], width=20)
    assert dot.sum() == pytest.approx(np.pi * 10**2, rel=0.02)


def test_the_ready_network_reads_digits_of_people_whom_it_has_never_seen():
    from sklearn.datasets import load_digits

    bundle = load_digits()
    X = torch.from_numpy(np.stack([data.centered_digit(image) for image in bundle.images[:600]]))[:, None]
    network = models.digit_reader()
    assert not network.training
    assert sum(parameter.numel() for parameter in network.parameters()) == 12_762
    with torch.no_grad():
        right = (network(X).argmax(dim=1).numpy() == bundle.target[:600]).mean()
    assert 0.9 < right < 1  # and that it errs is said on the page
