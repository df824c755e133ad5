"""Exercises 01.2 and 01.4: the forward pass, written and mended."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise


def _forward(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = np.maximum(0, X @ W.T + b)
    return X @ weights[-1].T + biases[-1]


def _forward_without_relu(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights, biases, strict=True):
        X = X @ W.T + b
    return X


def _forward_without_bias(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    return _forward(X, weights, [np.zeros_like(b) for b in biases])


def _forward_bias_last(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = np.maximum(0, X @ W.T) + b
    return X @ weights[-1].T + biases[-1]


def _network_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for samples, sizes in [(4, (3, 6, 2)), (5, (2, 5, 7, 3)), (3, (4, 2)), (6, (3, 4, 8, 5, 2))]:
        weights = [rng.normal(size=(units, before)) for before, units in pairwise(sizes)]
        biases = [rng.normal(size=units) for units in sizes[1:]]
        cases.append((rng.normal(size=(samples, sizes[0])), weights, biases))
    return cases


FORWARD = FunctionExercise(
    id="01.2",
    title="A forward pass of any depth",
    minutes=8,
    hints=(
        "Keep one array that holds the current layer; it begins as X. What does each layer do with it?",
        "zip(weights[:-1], biases[:-1]) walks over all layers but the last: np.maximum(0, H @ W.T + b).",
        "After the loop, the last layer is H @ weights[-1].T + biases[-1], without ReLU.",
    ),
    cases=_network_cases,
    reference=_forward,
    mistakes=(
        Mistake(
            "ReLU at the end",
            lambda X, weights, biases: np.maximum(0, _forward(X, weights, biases)),
            "The output layer is bent too: no output of yours can be negative.",
        ),
        Mistake("no ReLU", _forward_without_relu, "Nothing bends: your layers are weighted sums only."),
        Mistake("no bias", _forward_without_bias, "The weighted sums are right, but no bias is added."),
        Mistake("bias after ReLU", _forward_bias_last, "You bend first and add the bias afterwards."),
        Mistake(
            "transposed output",
            lambda X, weights, biases: _forward(X, weights, biases).T,
            "Your output has the samples in its columns; they belong in the rows.",
        ),
    ),
)


def _predict(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    hidden: bool = True,
    out: bool = False,
) -> np.ndarray:
    """Return the logits, bent in the hidden layer and at the output as asked for."""
    H = X @ W1.T + b1
    logits = (np.maximum(0, H) if hidden else H) @ W2.T + b2
    return np.maximum(0, logits) if out else logits


def _classifier_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Draw networks whose logits are often all negative, where a ReLU at the output does harm."""
    cases = []
    for samples, features, units, classes in [(40, 3, 6, 4), (50, 5, 4, 3)]:
        arrays = [(samples, features), (units, features), (units,), (classes, units)]
        cases.append((*(rng.normal(size=shape) for shape in arrays), rng.normal(-3, 0.3, classes)))
    return cases


CLASSIFIER = FunctionExercise(
    id="01.4",
    title="Three faults in a classifier",
    minutes=8,
    hints=(
        "Follow the shapes: X is (N, F). What shape has logits, and along which of its axes do the classes lie?",
        "What becomes of a row of logits that are all negative when ReLU is applied to it?",
        "ReLU belongs to the hidden layer, not to the logits, and argmax runs along axis 1.",
    ),
    cases=_classifier_cases,
    reference=lambda *arrays: _predict(*arrays).argmax(axis=1),
    mistakes=(
        Mistake(
            "nothing mended",
            lambda *arrays: _predict(*arrays, hidden=False, out=True).argmax(axis=0),
            "This is still the function from the task, with all of its three faults.",
        ),
        Mistake(
            "wrong axis",
            lambda *arrays: _predict(*arrays).argmax(axis=0),
            "Both layers are right. You look for the best sample of each class, not for the best class of each sample.",
        ),
        Mistake(
            "ReLU on the logits",
            lambda *arrays: _predict(*arrays, out=True).argmax(axis=1),
            "The logits are still bent: where all are negative they become equal, and class 0 wins.",
        ),
        Mistake(
            "no ReLU",
            lambda *arrays: _predict(*arrays, hidden=False).argmax(axis=1),
            "The hidden layer is not bent, although the network was trained with ReLU there.",
        ),
        Mistake(
            "ReLU moved to the end",
            lambda *arrays: _predict(*arrays, hidden=False, out=True).argmax(axis=1),
            "The axis is right; ReLU still stands behind the wrong layer.",
        ),
        Mistake("logits returned", _predict, "You return the logits themselves. Which of them is the largest?"),
    ),
)
