"""A digit from an image file, scanned, photographed, or drawn on a tablet. Taught in lecture 09b."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

from course_utils.data.own_digits import centered_digit

LONGER = 240  # pixels to which the longer side of a large image is reduced
SMALLEST_IMAGE, SMALLEST_DIGIT = 20, 0.08  # pixels of the shorter side; height of the digit, of the longer side
DARKEST = 0.05  # gray value of paper in deep shadow
STROKE = 0.2  # of the longer side: what is wider is no stroke but paper, table, or shadow
FAINTEST = 0.12  # contrast of the strokes, where black on white has 1
PAPER, PEN = 0.3, 0.6  # of the strongest contrast: up to here it is paper, from here on it is all pen
SPECK = 0.05  # of the largest piece of a digit: smaller ones are dirt
WIDEST = 1.5  # width of a digit, of its height
MOST_INK = 0.5  # of the image

FORMATS = "save it as PNG or JPEG"


def own_digit(path: str | Path) -> NDArray[np.float32]:
    """Return the digit in an image file as an image like those of MNIST, or say why that is impossible.

    The ink may be dark on light, light on dark, or anything on a transparent background; the light may be uneven, and
    there may be a table around the paper. Whatever is wider than a stroke, touches the border, or is a speck is not
    taken for ink.

    Args:
        path: a file with one digit.

    Returns:
        Shape (28, 28), from 0 to 1, as :func:`centered_digit` makes it.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not an image, or not one with a single, clear digit; the message says what to do.

    Taught in lecture 09b.
    """
    name = Path(path).name
    contrast = _contrast(_opened(Path(path)))
    strongest = float(contrast.max())
    if strongest < FAINTEST:
        raise ValueError(f"{name}: no stroke stands out from the paper; use a darker pen or more light")
    ink = np.clip((contrast / strongest - PAPER) / (PEN - PAPER), 0, 1)
    ink = _without_dirt(ink)
    if not ink.any():
        raise ValueError(f"{name}: all of the ink touches the border; leave some paper around the digit")
    if (ink > 0).mean() > MOST_INK:
        raise ValueError(f"{name}: more than half of it is ink; use a thinner pen or a larger sheet")
    height, width = (int(np.ptp(np.flatnonzero(ink.any(axis=1 - axis))) + 1) for axis in (0, 1))
    if max(height, width) < SMALLEST_DIGIT * max(ink.shape):
        raise ValueError(f"{name}: the digit is tiny; crop the image, or take the photograph from closer up")
    if width > WIDEST * height:
        raise ValueError(
            f"{name}: this looks like more than one digit, because it is wider than it is high; "
            "crop the image to one digit"
        )
    return centered_digit(ink)


def _opened(path: Path) -> Image.Image:
    if not path.is_file():
        raise FileNotFoundError(f"no file {path.name}; draw a digit and save it there")
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            upright.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path.name} cannot be read as an image; {FORMATS}") from error
    if min(upright.size) < SMALLEST_IMAGE:
        raise ValueError(f"{path.name} is only {upright.width} × {upright.height} pixels; make it larger")
    return upright


def _contrast(image: Image.Image) -> NDArray[np.float64]:
    """Return how much each pixel stands out as a stroke, (H, W), from 0 to 1."""
    image = image.convert("RGBA")
    image.thumbnail((LONGER, LONGER))
    pixels = np.asarray(image, dtype=np.float64) / 255
    opaque = pixels[..., 3]
    if opaque.mean() < 0.5:  # a drawing program's empty sheet: whatever was drawn is ink
        return opaque
    gray = pixels[..., :3].mean(axis=2) * opaque + (1 - opaque)
    gray = ndimage.gaussian_filter(gray, 1)
    side = int(STROKE * max(gray.shape)) | 1
    # A closing fills what is darker and narrower than its window; an opening takes away what is lighter.
    paper = ndimage.grey_closing(gray, (side, side))
    light = gray - ndimage.grey_opening(gray, (side, side))
    # Ink swallows a share of the light that falls on the paper, in the shadow as in the sun.
    return 1 - gray / np.maximum(paper, DARKEST) if (paper - gray).sum() > light.sum() else light


def _without_dirt(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ink of those pieces that are no specks and do not touch the border."""
    pieces, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    numbers = np.arange(1, count + 1)
    border = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    inside = np.setdiff1d(numbers, border)
    sizes = ndimage.sum_labels(ink, pieces, inside)
    kept = inside[sizes > SPECK * sizes.max()] if len(inside) else inside
    return np.where(np.isin(pieces, kept), ink, 0)
