"""Exercises 08c.4 to 08c.6: the start of the weights, early stopping, unlabeled samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise, ValueExercise

# 08c.4: layers between the first and the one asked for in the task text.
LAYERS_BETWEEN = 21 - 1


WHICH_TERM = ChoiceExercise(
    id="08c.6",
    title="Which one can use unlabeled samples?",
    minutes=4,
    hints=(
        "Two questions for each: does it need a target? And does it look at samples at all?",
        "Three of them either compare with a target or would be the same without any sample.",
    ),
    right="b",
    why="It needs the samples, to know where to be smooth, and no target.",
    mistakes=(
        Mistake("smoothed labels", "a", "A smoothed label is still made from a label."),
        Mistake("norm", "c", "It needs no targets, but no samples either: more of them change nothing."),
        Mistake("dice", "d", "Overlap with what? The Dice loss compares with a target mask."),
    ),
)

HOW_MUCH = ValueExercise(
    id="08c.4",
    title="How much is left?",
    minutes=6,
    hints=(
        "The variance of a net input is 512 · 1/512 times the mean square of what comes in.",
        "What comes in went through a ReLU. What share of the mean square is left?",
        "Half is left in each layer. How often does that happen between layer 1 and layer 21?",
    ),
    expected=lambda: 0.5**LAYERS_BETWEEN,
    rtol=0.02,
    mistakes=(
        Mistake("kept", 1.0, "The weights keep it; the ReLU does not."),
        Mistake("one too many", 0.5 ** (LAYERS_BETWEEN + 1), "Count the steps from layer 1 to layer 21 again."),
        Mistake("one too few", 0.5 ** (LAYERS_BETWEEN - 1), "Count the steps from layer 1 to layer 21 once more."),
        Mistake(
            "standard deviation", 0.5 ** (LAYERS_BETWEEN / 2), "This is the root mean square, not the mean square."
        ),
        Mistake("He", 2.0**LAYERS_BETWEEN, "It falls here; it does not grow."),
    ),
)


def _stopping(losses: NDArray, patience: int, last_best: bool = False) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or (last_best and loss == losses[best]):
            best = epoch
        if epoch - best == patience:
            break
    return epoch + 1, best + 1


def _never_reset(losses: NDArray, patience: int) -> tuple[int, int]:
    """Stop after ``patience`` epochs without a new best, in a row or not."""
    best = worse = 0
    for epoch in range(1, len(losses)):
        best, worse = (epoch, worse) if losses[epoch] < losses[best] else (best, worse + 1)
        if worse == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def _rise_count(losses: NDArray, patience: int) -> tuple[int, int]:
    """Stop after ``patience`` rises in a row, whatever the best was."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises == patience:
            break
    return epoch + 1, int(np.argmin(losses[: epoch + 1])) + 1


def _losses(rng: np.random.Generator, epochs: int, best: int) -> NDArray:
    """Return losses with their lowest at ``best``, which then rise in zigzag and in the end fall below it."""
    losses = 1 + 0.1 * np.abs(np.arange(epochs) - best) + 0.2 * (np.arange(epochs) % 2) + rng.uniform(0, 0.01, epochs)
    losses[best] = 0.9
    losses[-1] = 0.1
    return losses


STOPPING = FunctionExercise(
    id="08c.5",
    title="When does it stop?",
    minutes=10,
    hints=(
        "Remember the place of the best loss so far. What has to be compared in each epoch?",
        "If the loss is lower than the best, this epoch is the new best. If the best is patience epochs ago, stop.",
        "enumerate counts from 0, the answer counts from 1. Break out of the loop at the stop.",
    ),
    cases=lambda rng: [
        (_losses(rng, 14, 4), 3),
        (_losses(rng, 16, 6), 5),
        (np.concatenate([np.sort(rng.uniform(1, 2, 6))[::-1], [0.5]]), 3),
        (np.array([1.0, 0.8, 0.8, 0.9, 0.95, 0.7]), 2),
        Edge("for a patience of 1", np.array([1.0, 0.9, 0.95, 0.8]), 1),
        Edge("where the first epoch is the best", np.array([0.5, 0.9, 0.8, 0.7, 0.6]), 3),
        Edge("where the losses fall to the end", rng.uniform(1, 2) - 0.1 * np.arange(5), 2),
        Edge("for a single epoch", rng.uniform(1, 2, 1), 2),
    ],
    reference=_stopping,
    mistakes=(
        Mistake(
            "best of all",
            lambda losses, patience: (_stopping(losses, patience)[0], int(np.argmin(losses)) + 1),
            "The stop is right, but you restore weights of an epoch that training never reached.",
        ),
        Mistake(
            "last weights",
            lambda losses, patience: (_stopping(losses, patience)[0],) * 2,
            "You restore the weights of the stop; the best ones are older.",
        ),
        Mistake(
            "from zero",
            lambda losses, patience: tuple(epoch - 1 for epoch in _stopping(losses, patience)),
            "Epochs are counted from 1.",
        ),
        Mistake(
            "a tie is better",
            lambda losses, patience: _stopping(losses, patience, last_best=True),
            "A loss that only equals the best is not lower: it must not restart the count.",
        ),
        Mistake(
            "rises in a row",
            _rise_count,
            "You wait for so many rises in a row. Compare with the best loss so far, not with the loss before.",
        ),
        Mistake(
            "one epoch early",
            lambda losses, patience: _stopping(losses, patience - 1) if patience > 1 else (1, 1),
            "You stop one epoch too early.",
        ),
        Mistake(
            "counter never reset",
            _never_reset,
            "You count all epochs without a new best; a new best must restart the count.",
        ),
        Mistake(
            "to the end",
            lambda losses, patience: (len(losses), int(np.argmin(losses)) + 1),
            "Your training runs to the end of the list; patience is not used.",
        ),
        Mistake(
            "exchanged",
            lambda losses, patience: _stopping(losses, patience)[::-1],
            "The epoch of the stop comes first, then that of the best weights.",
        ),
        Mistake(
            "loss in place of epoch",
            lambda losses, patience: (
                _stopping(losses, patience)[0],
                float(losses[_stopping(losses, patience)[1] - 1]),
            ),
            "The stop is right; second you return the lowest loss, but its epoch is asked for.",
        ),
        Mistake(
            "one epoch late",
            lambda losses, patience: _stopping(losses, patience + 1),
            "You wait one epoch too many.",
        ),
    ),
)
