"""The open task of lecture 08b: digits that were labeled in a hurry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from course_utils.exercises.engine import Mistake
from course_utils.exercises.open_tasks import TargetExercise

DRAWS, LABELS, NEW, WRONG = 3, 200, 1000, 0.25
KNOWN_BY_HEART = 0.02  # an error below it; good methods reach 0.05 on a lucky draw


@cache
def _digits() -> tuple[NDArray, NDArray]:
    images, classes = load_digits(return_X_y=True)
    return (images - images.mean()) / images.std(), classes


def _draws(rng: np.random.Generator) -> list[tuple[NDArray, NDArray, NDArray]]:
    """Return 200 digits, their labels, a quarter of them random, and 1,000 new digits, three times."""
    images, classes = _digits()
    cases = []
    for _ in range(DRAWS):
        order = rng.permutation(len(images))[: LABELS + NEW]
        noisy = np.where(rng.random(LABELS) < WRONG, rng.integers(0, 10, LABELS), classes[order[:LABELS]])
        cases.append((images[order[:LABELS]], noisy, images[order[LABELS:]]))
    return cases


def _correct_labels(X_new: NDArray) -> NDArray:
    """Return the classes of digits, found by their pixels."""
    images, classes = _digits()
    places = {image.tobytes(): label for image, label in zip(images, classes, strict=True)}
    return np.array([places[image.tobytes()] for image in np.ascontiguousarray(X_new)])


def _no_labels(arguments: tuple[Any, ...], returned: Any) -> str | None:
    try:
        labels = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        return f"classify returned {type(returned).__name__}; it should return an array of labels."
    if labels.shape != (len(arguments[2]),):
        return f"X_new has {len(arguments[2])} rows, but what you returned has shape {labels.shape}: one label per row."
    if not np.isin(labels, range(10)).all():
        return "A label is a whole number from 0 to 9; some of yours are not."
    if (labels != _correct_labels(arguments[2])).mean() < KNOWN_BY_HEART:
        return "Nearly every label is correct, which nobody can learn from these 200: compute them from X and y alone."
    return None


def _error(cases: Sequence[tuple[Any, ...]], results: Sequence[Any]) -> float:
    return float(
        np.mean([(labels != _correct_labels(case[2])).mean() for case, labels in zip(cases, results, strict=True)])
    )


def _neighbors(X: NDArray, y: NDArray, X_new: NDArray, count: int) -> NDArray:
    distances = (X_new**2).sum(1)[:, None] + (X**2).sum(1) - 2 * X_new @ X.T
    return np.eye(10)[y[distances.argsort(axis=1)[:, :count]]].sum(axis=1).argmax(axis=1)


def _least_squares(X: NDArray, y: NDArray, X_new: NDArray, strength: float) -> NDArray:
    W = np.linalg.solve(X.T @ X / len(X) + strength * np.eye(X.shape[1]), X.T @ np.eye(10)[y] / len(X))
    return (X_new @ W).argmax(axis=1)


CLASSIFY = TargetExercise(
    id="08b.5",
    title="Beat the network",
    minutes=16,
    hints=(
        "Which classifiers do not trust any single label? Think of votes, averages, and strong penalties.",
        "Let the nearest training images vote, several of them; or fit a linear model with noisy copies of the images.",
        "The squared distances of all pairs are ((X_new[:, None] - X) ** 2).sum(axis=2). argsort finds the nearest.",
    ),
    cases=_draws,
    unusable=_no_labels,
    measure=_error,
    quantity="mean error",
    target=0.20,
    why="What averages over many labels is hard to mislead by a few wrong ones.",
    mistakes=(
        Mistake(
            "one neighbor",
            lambda X, y, X_new: _neighbors(X, y, X_new, 1),
            "The nearest neighbor copies one label, and a quarter of the labels are random: ask more than one.",
        ),
        Mistake(
            "too many neighbors",
            lambda X, y, X_new: _neighbors(X, y, X_new, 60),
            "There are about twenty images of each class, so most of sixty neighbors are something else.",
        ),
        Mistake(
            "no penalty",
            lambda X, y, X_new: _least_squares(X, y, X_new, 1e-6),
            "Least squares without a penalty fits the wrong labels as well as it can.",
        ),
        Mistake(
            "penalty too large",
            lambda X, y, X_new: _least_squares(X, y, X_new, 100.0),
            "This penalty is so large that the model hardly looks at the image.",
        ),
        Mistake(
            "most frequent class",
            lambda X, y, X_new: np.full(len(X_new), np.bincount(y).argmax()),
            "You return the same label for every digit.",
        ),
    ),
)
