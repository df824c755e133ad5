"""Exercises 01.2 and 01.4: the forward pass, written and mended."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.planted import left_over


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


def _by_shape(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights, biases, strict=True):
        X = X @ W.T + b
        X = np.maximum(0, X) if W.shape != weights[-1].shape else X
    return X


def _bent_by(bend: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    def forward(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            X = bend(X @ W.T + b)
        return X @ weights[-1].T + biases[-1]

    return forward


def _softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _network_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for samples, sizes in [
        (4, (3, 6, 2)),
        (5, (2, 5, 7, 3)),
        (3, (4, 2)),
        (6, (3, 4, 8, 5, 2)),
        (5, (3, 3, 3, 3)),
        (1, (2, 3, 1)),
    ]:
        weights = [rng.normal(size=(units, before)) for before, units in pairwise(sizes)]
        biases = [rng.normal(size=units) for units in sizes[1:]]
        cases.append((rng.normal(size=(samples, sizes[0])), weights, biases))
    return [
        *cases[:-2],
        Edge("where all layers have one shape", *cases[-2]),
        Edge("for one sample and one output", *cases[-1]),
    ]


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
        Mistake(
            "ReLU where the shape is another",
            _by_shape,
            "You know the last layer by its shape; another layer may have the same one.",
        ),
        Mistake("tanh", _bent_by(np.tanh), "You bend with tanh; ReLU is asked for."),
        Mistake("absolute value", _bent_by(np.abs), "You take absolute values; ReLU makes negative numbers 0."),
        Mistake("sigmoid", _bent_by(lambda z: 1 / (1 + np.exp(-z))), "You bend with a sigmoid; ReLU is asked for."),
        Mistake(
            "ReLU turned round",
            _bent_by(lambda z: np.minimum(z, 0)),
            "You keep the negative numbers; ReLU keeps the positive ones.",
        ),
        Mistake(
            "biases subtracted",
            lambda X, weights, biases: _forward(X, weights, [-b for b in biases]),
            "The biases are subtracted; they are added.",
        ),
        Mistake(
            "softmax at the end",
            lambda X, weights, biases: _softmax(_forward(X, weights, biases)),
            "You turn the outputs into probabilities; the outputs themselves are asked for.",
        ),
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
    return [*cases, Edge("for one sample", cases[0][0][:1], *cases[0][1:])]


def _classes(*arrays: np.ndarray) -> np.ndarray:
    return _predict(*arrays).argmax(axis=1)


FAULTS = {
    "hidden_layer": "The hidden layer is not bent, although the network was trained with ReLU there.",
    "logits": "The logits are bent: where all are negative they become equal, and class 0 wins.",
    "axis": "You look for the best sample of each class, not for the best class of each sample.",
}


def _with_faults(*, hidden_layer: bool, logits: bool, axis: bool) -> Callable[..., np.ndarray]:
    return lambda *arrays: _predict(*arrays, hidden=not hidden_layer, out=logits).argmax(axis=0 if axis else 1)


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
    reference=_classes,
    mistakes=(
        *left_over(_with_faults, FAULTS),
        Mistake(
            "classes from 1", lambda *arrays: _classes(*arrays) + 1, "Your classes count from 1; they count from 0."
        ),
        Mistake(
            "first bias missing",
            lambda X, W1, b1, W2, b2: _classes(X, W1, np.zeros_like(b1), W2, b2),
            "The bias of the hidden layer is missing.",
        ),
        Mistake(
            "second bias missing",
            lambda X, W1, b1, W2, b2: _classes(X, W1, b1, W2, np.zeros_like(b2)),
            "The bias of the output layer is missing.",
        ),
        Mistake(
            "smallest logit",
            lambda *arrays: _predict(*arrays).argmin(axis=1),
            "You return the class with the smallest logit.",
        ),
        Mistake(
            "largest logit itself",
            lambda *arrays: _predict(*arrays).max(axis=1),
            "These are the largest logits; the classes that they belong to are asked for.",
        ),
        Mistake("logits returned", _predict, "You return the logits themselves. Which of them is the largest?"),
    ),
)
