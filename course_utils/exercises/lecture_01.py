"""Exercises of lecture 01, deep learning and the multilayer perceptron."""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, FunctionExercise, ValueExercise

# 01.1: features, two hidden layers, classes.
SIZES = (8, 16, 6, 3)
# 01.3: the three tasks of the text.
STOCKS, DAYS, LETTERS, INSTRUMENTS = 3, 5, len(string.ascii_lowercase), 5
# 01.5: how often the interval is folded.
FOLDS = 5
# 01.6: what the network is asked for.
CLASSES, BUDGET, LENGTH, OTHER_LENGTH = 4, 300, 64, 100


def _parameters(sizes: tuple[int, ...]) -> int:
    return sum((before + 1) * units for before, units in pairwise(sizes))


COUNT = ValueExercise(
    id="01.1",
    title="Count the parameters",
    minutes=4,
    hints=(
        "Three layers hold parameters: 8 → 16, 16 → 6 and 6 → 3. Count each of them, then add.",
        "A unit has one weight for each of its inputs and one bias, so a unit of the first layer has 9.",
        "A layer from I inputs to O units has (I + 1) · O parameters.",
    ),
    expected=lambda: _parameters(SIZES),
    mistakes=(
        Mistake(
            "no biases",
            sum(before * units for before, units in pairwise(SIZES)),
            "These are the weights; the biases are missing.",
        ),
        Mistake(
            "one bias a layer",
            sum(before * units for before, units in pairwise(SIZES)) + len(SIZES) - 1,
            "You count one bias for each layer, but every unit has a bias of its own.",
        ),
        Mistake(
            "biases of the inputs",
            _parameters(SIZES) + SIZES[0],
            "You gave the inputs biases too: the input layer is the data and learns nothing.",
        ),
        Mistake(
            "no output layer", _parameters(SIZES[:-1]), "The hidden layers are right; the output layer is missing."
        ),
        Mistake("units", sum(SIZES[1:]), "This is the number of units. Asked for are their weights and biases."),
    ),
)


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

HEADS = ValueExercise(
    id="01.3",
    title="How many output units?",
    minutes=4,
    hints=(
        "One unit for each number that must come out at the same time.",
        "A choice of one among K classes takes K logits. A question with yes or no takes one.",
        "For the instruments ask: how many questions with yes or no are answered at once?",
    ),
    expected=lambda: (STOCKS * DAYS, LETTERS, INSTRUMENTS),
    mistakes=(
        Mistake(
            "one price", (1, LETTERS, INSTRUMENTS), "One unit gives one price. How many prices are asked for at once?"
        ),
        Mistake(
            "one day", (STOCKS, LETTERS, INSTRUMENTS), "The prices of one day only: the task asks for several days."
        ),
        Mistake(
            "one letter",
            (STOCKS * DAYS, 1, INSTRUMENTS),
            "One unit for the letters would put them on a line, as if B lay between A and C.",
        ),
        Mistake(
            "every combination",
            (STOCKS * DAYS, LETTERS, 2**INSTRUMENTS),
            "That is a class for each combination of instruments; each instrument can have an answer of its own.",
        ),
        Mistake(
            "one instrument",
            (STOCKS * DAYS, LETTERS, 1),
            "One unit for the instruments can say yes or no once; several questions are asked.",
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

ONE_LAYER = ValueExercise(
    id="01.5",
    title="The price of one layer",
    minutes=4,
    hints=(
        "How many straight pieces has the graph after five folds?",
        "Pieces meet in bends. How many bends lie between them, and how many can one ReLU unit make?",
    ),
    expected=lambda: 2**FOLDS - 1,
    mistakes=(
        Mistake("pieces", 2**FOLDS, "This is the number of straight pieces. Units make the bends between them."),
        Mistake("deep units", 2 * FOLDS, "This many units suffice in five layers of two; here there is one layer."),
        Mistake("teeth", 2 ** (FOLDS - 1), "This is the number of teeth. Each tooth has two straight pieces."),
        Mistake("folds", FOLDS, "One unit for each fold is not enough: a unit bends the graph at one point only."),
        Mistake("parameters", 3 * (2**FOLDS - 1) + 1, "This is the number of parameters; asked for are the units."),
    ),
)

KIND = "Expected an nn.Sequential (or another nn.Module)."
OUTPUT = f"For a batch of 5 signals of {LENGTH} samples the logits should have shape (5, {CLASSES})."
NOT_FLAT = "The logits still have an axis along the signal: one answer is asked for each signal, not for each sample."
TOO_MANY = "More parameters than the budget allows."
ONE_LENGTH = f"It cannot read signals of {OTHER_LENGTH} samples: some layer knows the length of the signal."
LINEAR = "It is linear: the answer to a sum of two signals is the sum of the answers. Something must bend."
BLIND = "Some samples of the signal never change the answer: it does not look at all of them."


def _network_problem(network: Any) -> str | None:
    """Return what is wrong with a network for signals, tried out on random ones."""
    if not isinstance(network, nn.Module):
        return f"{KIND} Got {type(network).__name__}."
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(200, 1, LENGTH, generator=generator)
    network.eval()
    shape = tuple(network(X[:5]).shape)
    if len(shape) > 2:
        return f"{NOT_FLAT} Yours have shape {shape}."
    if shape != (5, CLASSES):
        return f"{OUTPUT} Yours have shape {shape}."
    count = sum(parameter.numel() for parameter in network.parameters())
    if count > BUDGET:
        return f"{TOO_MANY} Yours has {count}, {BUDGET} is the limit."
    if not _reads(network, torch.randn(5, 1, OTHER_LENGTH, generator=generator)):
        return ONE_LENGTH
    if _is_linear(network, X[:100], X[100:]):
        return LINEAR
    unseen = int((_influence(network, X) == 0).sum())
    return f"{BLIND} {unseen} of {LENGTH} are ignored." if unseen else None


def _reads(network: nn.Module, X: Tensor) -> bool:
    try:
        return tuple(network(X).shape) == (len(X), CLASSES)
    except RuntimeError:
        return False


def _is_linear(network: nn.Module, first: Tensor, second: Tensor) -> bool:
    with torch.no_grad():
        silence = network(torch.zeros_like(first))
        bent = network(first + second) - network(first) - network(second) + silence
        return bool(bent.abs().max() < 1e-4)


def _influence(network: nn.Module, X: Tensor) -> Tensor:
    """Return how much the answers to X, (N, 1, L), depend on each sample: (L,)."""
    X = X.clone().requires_grad_()
    weights = torch.arange(1.0, CLASSES + 1)  # unequal, so that softmax at the end would not cancel
    (gradient,) = torch.autograd.grad((network(X) * weights).sum(), X)
    return gradient.abs().sum(dim=(0, 1))


def _summary_head(channels: int, classes: int = CLASSES) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, classes)]


BUDGET_NETWORK = BuildExercise(
    id="01.6",
    title="A network within a budget",
    minutes=10,
    hints=(
        "nn.Linear knows how long its input is. Which layer of the CNN in the lecture does not?",
        "nn.AdaptiveAvgPool1d(1) leaves one number for each channel, however long the signal is; then flatten.",
        "A convolution from I to O channels with K weights has (I · K + 1) · O parameters. Put a ReLU after it.",
    ),
    examiner=_network_problem,
    mistakes=(
        Mistake("not a network", [nn.Conv1d(1, 4, 5), nn.ReLU()], KIND),
        Mistake("three classes", nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), *_summary_head(4, 3)), OUTPUT),
        Mistake("not flattened", nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), nn.Conv1d(4, 4, 1)), NOT_FLAT),
        Mistake(
            "too large",
            nn.Sequential(nn.Flatten(), nn.Linear(LENGTH, 16), nn.ReLU(), nn.Linear(16, CLASSES)),
            TOO_MANY,
        ),
        Mistake(
            "an MLP", nn.Sequential(nn.Flatten(), nn.Linear(LENGTH, 4), nn.ReLU(), nn.Linear(4, CLASSES)), ONE_LENGTH
        ),
        Mistake("no bend", nn.Sequential(nn.Conv1d(1, 8, 7), *_summary_head(8)), LINEAR),
        Mistake("gaps", nn.Sequential(nn.Conv1d(1, 8, 3, stride=6), nn.ReLU(), *_summary_head(8)), BLIND),
    ),
)

TARGET = ChoiceExercise(
    id="01.7",
    title="Choose the target tensor",
    minutes=4,
    hints=(
        "One answer for each pixel of each frame: how many answers is that in all?",
        "For one class of several the target holds the index of the class, and has no axis for the classes.",
    ),
    right="c",
    why="One index for each pixel, as an integer; the logits alone have an axis for the classes.",
    mistakes=(
        Mistake("floats", "a", "A class is an index, not a measured number, and one axis is too many."),
        Mistake("one class for a frame", "b", "That is classification: one answer for a whole frame."),
        Mistake("one-hot", "d", "The shape is that of the logits; an integer target has no axis for the classes."),
    ),
)

EXERCISES = (COUNT, FORWARD, HEADS, CLASSIFIER, ONE_LAYER, BUDGET_NETWORK, TARGET)
