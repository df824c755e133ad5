"""Exercise 12a.5, the open task: classify with three labels per class, from features on very different scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

CLASSES, LABELED, NEW = 4, 3, 150
USEFUL, USELESS = 18, 6  # features that tell the classes apart, and features that do not
Array = NDArray[Any]


def _cases(rng: np.random.Generator) -> list[tuple[Array, Array, Array]]:
    """Return tables whose useless features have a hundred times the scale of the useful ones."""
    return [_table(rng)[:3] for _ in range(60)]


def _table(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    centers = rng.normal(0, 1, (CLASSES, USEFUL))
    y = np.repeat(np.arange(CLASSES), LABELED)
    hidden = np.arange(NEW) % CLASSES
    features = []
    for labels in (y, hidden):
        useful = centers[labels] + rng.normal(0, 1.3, (len(labels), USEFUL))
        useless = rng.normal(0, 1, (len(labels), USELESS))
        features.append(np.concatenate([useful, useless], axis=1))
    scale = np.concatenate([rng.uniform(0.05, 0.2, USEFUL), rng.uniform(5, 20, USELESS)])
    order = rng.permutation(USEFUL + USELESS)
    labeled, new = ((part * scale + 10 * scale)[:, order] for part in features)
    return labeled, y, new


def _unusable(arguments: tuple[Any, ...], returned: Any) -> str | None:
    new = arguments[2]
    try:
        labels = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"classify returned {type(returned).__name__}; it should return one label for each new row."
    if labels.shape != (len(new),):
        return (
            f"classify returned shape {labels.shape}; it should return one label for each of the {len(new)} new rows."
        )
    if not np.isin(labels, range(CLASSES)).all():
        return f"Some of your labels are not among those in y, 0 to {CLASSES - 1}."
    return None


def _error(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    hidden = np.arange(NEW) % CLASSES
    return float(np.mean([(result != hidden).mean() for result in results]))


def _distances(a: Array, b: Array) -> Array:
    return ((a[:, None] - b[None]) ** 2).sum(axis=2)


def _nearest_image(features: Array, y: Array, new: Array) -> Array:
    return y[_distances(new, features).argmin(axis=1)]


def _nearest_mean(features: Array, y: Array, new: Array) -> Array:
    means = np.stack([features[y == label].mean(axis=0) for label in np.unique(y)])
    return _distances(new, means).argmin(axis=1)


def _standardized(features: Array, new: Array) -> tuple[Array, Array]:
    mean, std = features.mean(axis=0), features.std(axis=0)
    return (features - mean) / std, (new - mean) / std


def _nearest_standardized(features: Array, y: Array, new: Array) -> Array:
    features, new = _standardized(features, new)
    return _nearest_image(features, y, new)


FEW = TargetExercise(
    id="12a.5",
    title="Three labels per class",
    minutes=15,
    hints=(
        "Look at features.std(axis=0). Which columns decide a Euclidean distance? Do they tell the classes apart?",
        "Give every column the same scale first. Then three labels per class are worth more together than one by one.",
        "Subtract the mean of each column and divide by its standard deviation; then compare with class means.",
    ),
    cases=_cases,
    unusable=_unusable,
    measure=_error,
    quantity="mean error",
    target=0.28,
    why="A feature counts by its scale unless you take the scale away; that is why a StandardScaler comes first.",
    mistakes=(
        Mistake("always the first class", lambda features, y, new: np.zeros(len(new)), "You return one class for all."),
        Mistake(
            "nearest image, raw",
            _nearest_image,
            "The nearest image decides, but the distance is made of the columns with large numbers alone.",
        ),
        Mistake(
            "nearest mean, raw",
            _nearest_mean,
            "The mean of each class is a good idea, but columns with large numbers drown the others.",
        ),
        Mistake(
            "nearest image, standardized",
            _nearest_standardized,
            "All columns count alike now. One labeled image is noisy, though, and you have three of each class.",
        ),
    ),
)
