"""The open task of sitting 02a: a photograph with broken pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import data, filtering
from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

BROKEN = 0.1  # fraction of the pixels
LOOKED_UP = "This is the original to the last pixel, which no repair can know: compute it from the broken image alone."


def _originals() -> list[np.ndarray]:
    """Return the photograph as the notebook shows it and mirrored, so that an answer cannot just look it up."""
    coins = data.images()["coins"]
    return [coins, coins[:, ::-1], coins[::-1]]


def _broken_coins(rng: np.random.Generator) -> list[tuple[np.ndarray]]:
    return [(_salt_and_pepper(original, rng),) for original in _originals()]


def _salt_and_pepper(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    where = rng.random(image.shape)
    return np.where(where < BROKEN / 2, 0.0, np.where(where > 1 - BROKEN / 2, 1.0, image))


def _no_image(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        array = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"repair returned {type(returned).__name__}; it should return the repaired image as an array."
    if array.shape != arguments[0].shape:
        return f"The image has shape {arguments[0].shape}, but what you returned has shape {array.shape}."
    if not np.isfinite(array).all():
        return "Some of the pixels you returned are NaN or infinite."
    return LOOKED_UP if any(np.allclose(array, original, rtol=0, atol=1e-6) for original in _originals()) else None


def _error(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    pairs = zip(results, _originals(), strict=True)
    with np.errstate(over="ignore"):  # where an answer is that far off, its error is infinite
        return float(np.mean([np.sqrt(np.mean((result - original) ** 2)) for result, original in pairs]))


def _where_broken(repaired: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda image: np.where((image == 0) | (image == 1), repaired(image), image)


def _box(image: np.ndarray) -> np.ndarray:
    return filtering.correlate2d(image, filtering.box_kernel(3), "reflect")


def _gaussian(image: np.ndarray) -> np.ndarray:
    weights = filtering.gaussian_kernel(1.0)
    return filtering.correlate2d(image, np.outer(weights, weights), "reflect")


REPAIR = TargetExercise(
    id="02a.6",
    title="Repair the photograph",
    minutes=15,
    hints=(
        "The median changes all pixels. Which ones need repair, and how can you tell?",
        "(image == 0) | (image == 1) marks the broken pixels. np.where can take only those from the median.",
    ),
    cases=_broken_coins,
    unusable=_no_image,
    measure=_error,
    quantity="root mean square error",
    target=0.025,
    why="Replacing only the broken pixels keeps all the detail of the others.",
    mistakes=(
        Mistake("nothing done", lambda image: image, "This is the broken image, unchanged."),
        Mistake(
            "plain median", filtering.median_filter, "The plain median also changes the nine in ten that are intact."
        ),
        Mistake(
            "larger median",
            lambda image: filtering.median_filter(image, 5),
            "A larger median removes more detail from the nine pixels in ten that are intact.",
        ),
        Mistake(
            "median twice",
            lambda image: filtering.median_filter(filtering.median_filter(image, 3), 3),
            "A second median changes the intact pixels even more.",
        ),
        Mistake("box", _box, "A mean spreads every broken pixel over its neighbors."),
        Mistake(
            "mean of all neighbors",
            _where_broken(_box),
            "You replace the right pixels, but in the mean of a window its broken pixels count, too.",
        ),
        Mistake(
            "one gray for all",
            _where_broken(np.mean),
            "You replace the right pixels, but all by the same gray: what does the neighborhood of each say?",
        ),
        Mistake(
            "black alone",
            lambda image: np.where(image == 0, filtering.median_filter(image, 3), image),
            "You repair the black pixels; the white ones are still there.",
        ),
        Mistake(
            "white alone",
            lambda image: np.where(image == 1, filtering.median_filter(image, 3), image),
            "You repair the white pixels; the black ones are still there.",
        ),
        Mistake(
            "intact ones replaced",
            lambda image: np.where((image > 0) & (image < 1), filtering.median_filter(image, 3), image),
            "You replace the intact pixels and leave the broken ones as they are.",
        ),
        Mistake("Gaussian", _gaussian, "A Gaussian spreads every broken pixel over its neighbors."),
        Mistake(
            "clipped",
            lambda image: np.clip(image, 0.01, 0.99),
            "A broken pixel that is almost black or almost white is still broken.",
        ),
    ),
)
