"""A digit is read from a file as people make them, or refused with a sentence that says what to do."""

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits

from course_utils import data, models

STROKES = {
    2: [[(40, 45), (25, 70), (42, 95), (70, 78), (115, 45), (115, 98)]],
    3: [[(30, 45), (22, 70), (35, 92), (62, 70), (88, 96), (112, 72), (108, 42)]],
    7: [[(28, 36), (28, 102), (118, 58)]],
}
ROW, COLUMN = np.mgrid[:140, :140] / 139


def scan(ink):
    return 1 - 0.9 * ink


def chalk(ink):
    return 0.15 + 0.7 * ink


def light_from_above(ink):
    return (0.95 - 0.55 * ROW) * (1 - 0.8 * ink)


def shadow_and_noise(ink):
    light = np.where(ROW + COLUMN > 1.1, 0.5, 0.9)
    return light * (1 - 0.75 * ink) + np.random.default_rng(9).normal(0, 0.03, ink.shape)


def paper_on_table(ink):
    around = np.full((240, 320), 0.2)
    around[30:210, 60:260] = 0.85
    around[50:190, 90:230] = 0.85 - 0.65 * ink
    return around


def ruled(ink):
    page = 1 - 0.9 * ink
    page[[12, 126]] = 0.5
    return page


def transparent(color):
    def make(ink):
        pixels = np.empty((*ink.shape, 4))
        pixels[..., :3], pixels[..., 3] = color, ink
        return pixels

    return make


WAYS = [scan, chalk, light_from_above, shadow_and_noise, paper_on_table, ruled, transparent(0.0), transparent(1.0)]


def saved(folder, pixels, name="digit.png"):
    Image.fromarray((255 * np.clip(pixels, 0, 1)).astype(np.uint8)).save(folder / name)
    return folder / name


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("digit", STROKES)
def test_each_way_is_read(way, digit, tmp_path):
    ink = data.pen_strokes(STROKES[digit])
    image = data.own_digit(saved(tmp_path, way(ink)))
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert np.abs(image - data.centered_digit(ink)).mean() < 0.06
    with torch.no_grad():
        assert models.digit_reader()(torch.tensor(image)[None, None]).argmax() == digit


@pytest.mark.parametrize("size", [(700, 500), (90, 60)])
def test_size_and_shape_of_the_photograph_do_not_matter(size, tmp_path):
    sheet = Image.fromarray((255 * scan(data.pen_strokes(STROKES[3]))).astype(np.uint8))
    page = Image.new("L", size, 255)
    side = min(size)
    page.paste(sheet.resize((side, side)), (0, 0))
    page.save(tmp_path / "page.jpg")
    image = data.own_digit(tmp_path / "page.jpg")
    assert np.abs(image - data.centered_digit(data.pen_strokes(STROKES[3]))).mean() < 0.06


def test_strangers_digits_in_uneven_light_are_read_as_well_as_clean_ones(tmp_path):
    bundle, reader, right = load_digits(), models.digit_reader(), []
    for digit, label in zip(bundle.images[:60], bundle.target, strict=False):
        sheet = np.zeros((140, 140))
        large = Image.fromarray(digit.astype(np.float32)).resize((80, 80), Image.Resampling.BICUBIC)
        sheet[30:110, 30:110] = np.clip(np.asarray(large) / 16, 0, 1)
        image = data.own_digit(saved(tmp_path, light_from_above(sheet)))
        with torch.no_grad():
            right.append(bool(reader(torch.tensor(image)[None, None]).argmax() == label))
    assert np.mean(right) > 0.85


def test_a_photograph_taken_sideways_is_turned(tmp_path):
    file = saved(tmp_path, scan(data.pen_strokes(STROKES[7])), "upright.jpg")
    turned = Image.open(file).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the image has to be turned by 90° to the right
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert np.abs(data.own_digit(tmp_path / "turned.jpg") - data.own_digit(file)).mean() < 0.02


def two_digits():
    return np.hstack([scan(data.pen_strokes(STROKES[digit])) for digit in (3, 7)])


def tiny():
    page = np.ones((600, 600))
    page[300:330, 300:303] = 0
    return page


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.full((140, 140), 0.8), "no stroke stands out"),
        (transparent(0.0)(np.zeros((140, 140))), "no stroke stands out"),
        (two_digits(), "more than one digit"),
        (tiny(), "the digit is tiny"),
        (np.zeros((12, 9)), "only 9 × 12 pixels"),
        (np.where((COLUMN > 0.4) & (COLUMN < 0.5), 0.1, 0.9), "touches the border"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(pixels, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        data.own_digit(saved(tmp_path, pixels))


def test_a_missing_file_and_one_that_is_no_image_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file digit\.png; draw"):
        data.own_digit(tmp_path / "digit.png")
    (tmp_path / "digit.heic").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"digit\.heic cannot be read as an image; save it as PNG or JPEG"):
        data.own_digit(tmp_path / "digit.heic")
