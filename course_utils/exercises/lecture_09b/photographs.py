"""The open task of lecture 09b: prepare photographs of digits in uneven light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from sklearn.datasets import load_digits

from course_utils.data import centered_digit
from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise
from course_utils.models import digit_reader

SIDE, COUNT = 140, 60  # pixels of a photograph; photographs of a check


def _photographs(rng: np.random.Generator) -> list[tuple[np.ndarray]]:
    """Return photographs of digits that strangers wrote, each (140, 140) from 0 to 1; number i shows digit i % 10."""
    bundle = load_digits()
    chosen = [rng.choice(np.flatnonzero(bundle.target == number % 10)) for number in range(COUNT)]
    return [(_photograph(bundle.images[index], rng),) for index in chosen]


def _photograph(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write a digit in dark ink on paper that lies partly in the shadow."""
    height = int(rng.integers(60, 90))
    top, left = rng.integers(15, SIDE - 15 - height, size=2)
    ink = np.zeros((SIDE, SIDE))
    large = Image.fromarray(digit.astype(np.float32)).resize((height, height), Image.Resampling.BICUBIC)
    ink[top : top + height, left : left + height] = np.clip(np.asarray(large) / 16, 0, 1)
    angle, (row, column) = rng.uniform(0, 2 * np.pi), np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    across = row * np.sin(angle) + column * np.cos(angle)
    # The edge of a shadow, soft or sharp; paper in it is darker than ink in the sun, so no threshold fits both.
    light = 0.3 + 0.65 / (1 + np.exp(-across / rng.uniform(0.1, 0.5)))
    return np.clip(light * (1 - 0.6 * ink) + rng.normal(0, 0.015, ink.shape), 0, 1)


def _unusable(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        image = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"prepare returned {type(returned).__name__}; it should return an array of shape (28, 28)."
    if image.shape != (28, 28):
        return f"prepare should return an image of shape (28, 28); yours has shape {image.shape}."
    if not np.isfinite(image).all():
        return "Some of the pixels you returned are NaN or infinite."
    if image.min() < 0 or image.max() > 1:
        return f"Pixels should run from 0 to 1; yours run from {image.min():.2f} to {image.max():.2f}."
    return None


def _misread(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    """Return the share of photographs that the ready network misreads."""
    X = torch.from_numpy(np.stack(results)).float()[:, None]
    with torch.no_grad():
        answers = digit_reader()(X).argmax(dim=1)
    return (answers != torch.arange(len(cases)) % 10).double().mean().item()


def _paper(photo: np.ndarray) -> np.ndarray:
    """Return the gray of the paper at each pixel: what is darker and narrower than the window is filled."""
    return ndimage.minimum_filter(ndimage.maximum_filter(ndimage.gaussian_filter(photo, 1), 41), 41)


def _even(photo: np.ndarray) -> np.ndarray:
    ink = 1 - ndimage.gaussian_filter(photo, 1) / _paper(photo)
    return np.clip(ink / ink.max() - 0.25, 0, 1)


PHOTOGRAPH = TargetExercise(
    id="09b.6",
    title="Read a photograph",
    minutes=18,
    hints=(
        "What gray would the paper have at each pixel if nobody had written on it? Estimate that first.",
        "scipy.ndimage.maximum_filter(photo, 41) takes the brightest nearby pixel, paper. "
        "minimum_filter then moves the shadow's edge back.",
        "ink = 1 - photo / paper, divided by its maximum; set what is small to 0, and then data.centered_digit(ink).",
    ),
    cases=_photographs,
    unusable=_unusable,
    measure=_misread,
    quantity="share of misread photographs",
    target=0.3,
    why="Estimate the light, divide by it, and what is left is ink, in the shadow and in the sun.",
    mistakes=(
        Mistake(
            "as it is",
            lambda photo: np.asarray(Image.fromarray(photo.astype(np.float32)).resize((28, 28))).clip(0, 1),
            "Your image is the whole photograph, made smaller: dark ink on light paper. The network has seen neither.",
        ),
        Mistake(
            "paper is ink",
            lambda photo: centered_digit(photo),
            "You hand over the photograph itself: centered_digit needs large values for ink and 0 for paper.",
        ),
        Mistake(
            "inverted",
            lambda photo: centered_digit(1 - photo),
            "You swapped dark and light, but the paper is not 0 now, least of all in the shadow.",
        ),
        Mistake(
            "one threshold",
            lambda photo: centered_digit((photo < 0.5) * 1.0),
            "One threshold for the whole photograph: in the shadow, the paper falls below it, too.",
        ),
        Mistake(
            "one lower threshold",
            lambda photo: centered_digit((photo < 0.45) * 1.0),
            "One threshold for the whole photograph, and lower than the middle: paper in deep shadow is darker still.",
        ),
    ),
)
