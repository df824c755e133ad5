"""Exercises of lecture 09b on confidence: 09b.3, 09b.4."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise

LOWEST, HIGHEST = 0.1, 10.0  # temperatures of the task text
FIFTHS = np.array([0.0, 0.2, 0.4, 0.6, 0.8])


def _logits_and_labels(rng: np.random.Generator, count: int, classes: int, factor: float) -> tuple[Tensor, Tensor]:
    """Draw logits, and labels from their softmax; then multiply the logits, which spoils their confidence."""
    logits = torch.from_numpy(2 * rng.normal(size=(count, classes)))
    labels = [rng.choice(classes, p=row) for row in logits.softmax(dim=1).numpy()]
    return (factor * logits).float(), torch.tensor(labels)


def _loss_at(logits: Tensor, y: Tensor, *, inverse: bool = False) -> Callable[[float], float]:
    logits = logits.double()
    return lambda T: F.cross_entropy(logits * T if inverse else logits / T, y).item()


def _best(loss: Callable[[float], float]) -> float:
    # The loss is convex in 1/T, so on the logarithm of T it has one minimum.
    found = minimize_scalar(
        lambda log_T: loss(float(np.exp(log_T))), bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded"
    )
    return float(np.exp(found.x))


def _temperature(logits: Tensor, y: Tensor) -> float:
    return _best(_loss_at(logits, y))


def _ignoring_labels(logits: Tensor, y: Tensor) -> float:
    return _best(_loss_at(logits, logits.argmax(dim=1)))


def _in_steps(logits: Tensor, y: Tensor, step: float) -> float:
    return min(np.arange(LOWEST, HIGHEST, step).tolist(), key=_loss_at(logits, y))


def _lowest_calibration_error(logits: Tensor, y: Tensor, bins: int = 10) -> float:
    """Return the temperature, of the 2,000 that the hint names, with the lowest expected calibration error."""
    tried = torch.from_numpy(np.geomspace(LOWEST, HIGHEST, 2000))
    confidence, predictions = (logits.double() / tried[:, None, None]).softmax(dim=2).max(dim=2)
    gap = confidence - (predictions == y).double()
    bin_of = (confidence * bins).ceil().long().clamp(1, bins) - 1
    error = torch.zeros(len(tried), bins, dtype=torch.float64).scatter_add_(1, bin_of, gap).abs().sum(dim=1)
    return tried[error.argmin()].item()


TEMPERATURE = FunctionExercise(
    id="09b.3",
    title="Find the temperature",
    minutes=10,
    hints=(
        "The loss at one temperature is F.cross_entropy(logits / T, y). Where is it lowest?",
        "A fine grid will do: 2,000 values of T from 0.1 to 10, equally spaced on a logarithmic scale (np.geomspace).",
        "min(np.geomspace(0.1, 10, 2000), key=lambda T: F.cross_entropy(logits / T, y).item())",
    ),
    cases=lambda rng: [
        *(_logits_and_labels(rng, *case) for case in ((400, 5, 3.0), (300, 4, 1.7), (500, 7, 0.5))),
        Edge("for two classes", *_logits_and_labels(rng, 300, 2, 2.0)),
    ],
    reference=_temperature,
    rtol=0.02,
    mistakes=(
        Mistake(
            "multiplied",
            lambda logits, y: _best(_loss_at(logits, y, inverse=True)),
            "You multiply the logits by T; a temperature divides them.",
        ),
        Mistake(
            "always the lowest",
            _ignoring_labels,
            "You always end at the lowest T. If you compare with the network's own predictions, it can only become "
            "more confident: compare with y. If you look for the highest accuracy, all T have the same: use the loss.",
        ),
        Mistake(
            "spread of the logits",
            lambda logits, y: logits.std().item(),
            "This is the standard deviation of the logits. Try temperatures, and keep the one with the lowest loss.",
        ),
        Mistake(
            "calibration error",
            _lowest_calibration_error,
            "This is where the expected calibration error is lowest. It jumps from bin to bin; take the cross-entropy.",
        ),
        Mistake(
            "steps of a tenth",
            lambda logits, y: _in_steps(logits, y, 0.1),
            "Your steps are too wide: a step of 0.1 is nothing near T = 10, but large near T = 0.5.",
        ),
        Mistake(
            "steps of a twentieth",
            lambda logits, y: _in_steps(logits, y, 0.05),
            "Your steps are still too wide: near T = 0.5, a step of 0.05 is 10%, and an error of 2% is allowed.",
        ),
        Mistake("nothing changed", lambda logits, y: 1.0, "At T = 1 nothing changes. Search for the lowest loss."),
        Mistake(
            "lowest loss",
            lambda logits, y: _loss_at(logits, y)(_temperature(logits, y)),
            "This is the lowest loss; return the temperature at which it is reached.",
        ),
    ),
)


def _threshold(confidence: np.ndarray, correct: np.ndarray, error: float, *, strict: bool = False) -> float:
    """Return the lowest of the confidences at which the accepted predictions have at most this share of errors."""
    for level in np.unique(confidence):
        accepted = confidence > level if strict else confidence >= level
        if accepted.any() and (~correct[accepted]).mean() <= error:
            return float(level)
    return 1.0


def _below(confidence: np.ndarray, correct: np.ndarray, error: float) -> float:
    return next((float(t) for t in np.unique(confidence) if (~correct[confidence >= t]).mean() < error), 1.0)


def _of_all(confidence: np.ndarray, correct: np.ndarray, error: float) -> float:
    for level in np.unique(confidence):
        if (~correct[confidence >= level]).sum() <= error * len(correct):
            return float(level)
    return 1.0


def _from_above(confidence: np.ndarray, correct: np.ndarray, error: float) -> float:
    best = 1.0
    for level in np.unique(confidence)[::-1]:
        if (~correct[confidence >= level]).mean() > error:
            break
        best = float(level)
    return best


def _answers(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    confidence = rng.uniform(0.3, 1, count)
    return confidence, rng.random(count) < confidence**0.5


THRESHOLD = FunctionExercise(
    id="09b.4",
    title="A machine that may pass",
    minutes=8,
    hints=(
        "Only the values in confidence itself need to be tried: between two of them, nothing changes.",
        "For a level t, accepted = confidence >= t, and the share of errors is (~correct[accepted]).mean().",
        "for t in np.unique(confidence): return the first t whose share is at most error; after the loop, return 1.0.",
    ),
    cases=lambda rng: [
        *((*_answers(rng, count), error) for count, error in ((80, 0.1), (60, 0.06), (150, 0.08))),
        Edge("where the share is exactly the error", rng.uniform(0.1, 0.19, 5) + FIFTHS, FIFTHS != 0.6, 0.2),
        Edge("where no prediction is wrong", rng.uniform(0.3, 0.9, 9), np.ones(9, dtype=bool), 0.05),
        Edge("where every prediction is wrong", rng.uniform(0.3, 0.9, 7), np.zeros(7, dtype=bool), 0.05),
    ],
    reference=_threshold,
    mistakes=(
        Mistake("errors of all", _of_all, "You divide by all predictions; only those that are accepted count."),
        Mistake(
            "stopped too early",
            _from_above,
            "You come from above and stop at the first level with too many errors; a lower one may meet the limit "
            "again.",
        ),
        Mistake(
            "strictly above",
            lambda *case: _threshold(*case, strict=True),
            "A prediction exactly at the threshold is accepted, too: use >=.",
        ),
        Mistake(
            "below the error",
            _below,
            "A share that is exactly error is allowed, too: at most means <=.",
        ),
        Mistake(
            "errors accepted",
            lambda confidence, correct, error: _threshold(confidence, ~correct, error),
            "You counted the correct predictions as errors.",
        ),
        Mistake(
            "quantile",
            lambda confidence, correct, error: float(np.quantile(confidence, error)),
            "You reject a fixed share of the predictions; look at which of them are correct.",
        ),
        Mistake(
            "one minus error",
            lambda confidence, correct, error: 1 - error,
            "1 − error would be the threshold only if confidence could be trusted. Measure it.",
        ),
        Mistake(
            "share accepted",
            lambda confidence, correct, error: float((confidence >= _threshold(confidence, correct, error)).mean()),
            "This is the share of accepted predictions; return the threshold.",
        ),
    ),
)
