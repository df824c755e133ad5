"""The open task of sitting 01b: train a network on three spiral arms, with NumPy alone."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise

TARGET, LARGEST, ARMS = 0.95, 64, 3
FOUR = "learn must return four arrays, (W1, b1, W2, b2)."
SHAPES = f"The shapes must be W1 (H, 2), b1 (H,), W2 ({ARMS}, H), b2 ({ARMS},), with H at most {LARGEST}."
NOT_FINITE = "Some parameters are NaN or infinite: a learning rate that is too large does that."
GUESSING = "That is hardly better than guessing."
NOT_THERE = "You are not there yet."


def spirals(seed: int, n: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Return n points on each of three spiral arms, (3n, 2), and the arm of each, (3n,); as in sitting 01a."""
    t = np.linspace(0.1, 1, n)
    angles = 4 * t + 2 * np.pi / ARMS * np.arange(ARMS)[:, None]  # (3, n)
    points = np.stack([t * np.sin(angles), t * np.cos(angles)], axis=-1).reshape(-1, 2)
    noise = np.random.default_rng(seed).normal(0, 0.03, points.shape)
    return points + noise, np.repeat(np.arange(ARMS), n)


def _tasks(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return points on the arms, and the arms in two random numberings, so that a network fits one of them at most."""
    orders = rng.permutation(list(itertools.permutations(range(ARMS))))[:2]
    X, y = spirals(seed=int(rng.integers(1000, 2000)))
    return [(X, order[y]) for order in orders]


def _network_problem(parameters: Any, _: np.ndarray, arms: np.ndarray) -> str | None:
    """Return what is wrong with the parameters of a network, or the accuracy that it reaches on new points."""
    if not isinstance(parameters, list | tuple) or len(parameters) != 4:
        return f"{FOUR} Got {type(parameters).__name__}."
    try:
        W1, b1, W2, b2 = (np.asarray(array, dtype=np.float64) for array in parameters)
    except (TypeError, ValueError):
        return FOUR
    shapes, H = [array.shape for array in (W1, b1, W2, b2)], len(b1) if b1.ndim else 0
    if shapes != [(H, 2), (H,), (ARMS, H), (ARMS,)] or H > LARGEST:
        return f"{SHAPES} Yours are {shapes}."
    if not all(np.isfinite(array).all() for array in (W1, b1, W2, b2)):
        return NOT_FINITE
    X, y = spirals(seed=7)
    y = arms[:: len(arms) // ARMS][y]  # the numbering of this call
    logits = np.maximum(0, X @ W1.T + b1) @ W2.T + b2
    accuracy = float(np.mean(logits.argmax(axis=1) == y))
    if accuracy >= TARGET:
        return None
    remark = GUESSING if accuracy < 1.3 / ARMS else NOT_THERE
    return f"Your accuracy on new points is {accuracy:.2f}; the target is {TARGET}. {remark}"


def _straight_borders(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return a network with straight borders: two units per input, ReLU(x) and ReLU(-x), and least squares."""
    W1 = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    columns = np.hstack([X, np.ones((len(X), 1))])
    slopes = np.linalg.lstsq(columns, np.eye(ARMS)[y], rcond=None)[0]  # (3, arms)
    W2 = np.stack([slopes[0], -slopes[0], slopes[1], -slopes[1]], axis=1)
    return W1, np.zeros(4), W2, slopes[2]


def _untrained(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.zeros((16, 2)), np.zeros(16), np.zeros((ARMS, 16)), np.zeros(ARMS)


TRAIN = BuildExercise(
    id="01b.6",
    title="Train it yourself",
    minutes=20,
    hints=(
        "Take the forward and the backward pass of the lecture, with all 300 points in every step.",
        "Start with random weights and random first biases, 32 to 64 units, a rate of 0.5, and a few thousand steps.",
        "delta = (p - np.eye(3)[y]) / len(y); hidden delta = (delta @ W2) * (Z > 0); then four lines of W -= rate * …",
    ),
    examiner=_network_problem,
    calls=_tasks,
    forbidden=("torch", "sklearn"),
    why="Your network names the arms of points that it has never seen.",
    mistakes=(
        Mistake("predictions instead of parameters", lambda X, y: y, FOUR),
        Mistake(
            "transposed",
            lambda X, y: (np.zeros((2, 16)), np.zeros(16), np.zeros((16, ARMS)), np.zeros(ARMS)),
            SHAPES,
        ),
        Mistake(
            "diverged",
            lambda X, y: tuple(np.full_like(array, np.nan) for array in _untrained(X, y)),
            NOT_FINITE,
        ),
        Mistake("untrained", _untrained, GUESSING),
        Mistake("straight borders", _straight_borders, NOT_THERE),
    ),
)
