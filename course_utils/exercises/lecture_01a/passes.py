"""Exercise 01a.4: a forward pass of any depth."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise


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


def _relu_once(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for number, (W, b) in enumerate(zip(weights, biases, strict=True)):
        X = X @ W.T + b
        X = np.maximum(0, X) if number == 0 and len(weights) > 1 else X
    return X


def _with(activation: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    def forward(X: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            X = activation(X @ W.T + b)
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
        Edge("where all layers have the same shape", *cases[-2]),
        Edge("for one sample and one output", *cases[-1]),
    ]


FORWARD = FunctionExercise(
    id="01a.4",
    title="A forward pass of any depth",
    minutes=12,
    hints=(
        "Keep one array that holds the current layer; it begins as X. What does each layer do with it?",
        "zip(weights[:-1], biases[:-1]) goes through all layers but the last: np.maximum(0, H @ W.T + b).",
        "After the loop, the last layer is H @ weights[-1].T + biases[-1], without ReLU.",
    ),
    cases=_network_cases,
    reference=_forward,
    mistakes=(
        Mistake(
            "ReLU at the end",
            lambda X, weights, biases: np.maximum(0, _forward(X, weights, biases)),
            "ReLU follows your output layer, too: no output of yours can be negative.",
        ),
        Mistake("no ReLU", _forward_without_relu, "There is no ReLU: your layers are weighted sums only."),
        Mistake("no bias", _forward_without_bias, "The weighted sums are correct, but no bias is added."),
        Mistake(
            "ReLU by shape",
            _by_shape,
            "You recognize the last layer by its shape, but a different layer may have the same shape.",
        ),
        Mistake(
            "no bias at the end",
            lambda X, weights, biases: _forward(X, weights, [*biases[:-1], np.zeros_like(biases[-1])]),
            "The bias of the last layer is missing.",
        ),
        Mistake("ReLU once", _relu_once, "ReLU follows your first layer only; it follows every layer except the last."),
        Mistake("tanh", _with(np.tanh), "You use tanh; the task asks for ReLU."),
        Mistake("absolute value", _with(np.abs), "You take absolute values; ReLU makes negative numbers 0."),
        Mistake("sigmoid", _with(lambda z: 1 / (1 + np.exp(-z))), "You use a sigmoid; the task asks for ReLU."),
        Mistake(
            "ReLU upside down",
            _with(lambda z: np.minimum(z, 0)),
            "You keep the negative numbers; ReLU keeps the positive ones.",
        ),
        Mistake(
            "biases subtracted",
            lambda X, weights, biases: _forward(X, weights, [-b for b in biases]),
            "You subtract the biases; they must be added.",
        ),
        Mistake(
            "softmax at the end",
            lambda X, weights, biases: _softmax(_forward(X, weights, biases)),
            "You turn the outputs into probabilities; the task asks for the outputs themselves.",
        ),
        Mistake("bias after ReLU", _forward_bias_last, "You apply ReLU first and add the bias afterward."),
        Mistake(
            "transposed output",
            lambda X, weights, biases: _forward(X, weights, biases).T,
            "Your output has the samples in its columns; they belong in the rows.",
        ),
    ),
)
