"""Exercises of lecture 09b on judging predictions: 09b.1, 09b.2, 09b.5."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, Edge, FunctionExercise
from course_utils.exercises.lecture_09a.random_inputs import random_labels, random_tensor


def _rates(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hits = np.diag(matrix)
    return hits / matrix.sum(axis=0), hits / matrix.sum(axis=1)


RATES = FunctionExercise(
    id="09b.1",
    title="Precision and recall from counts",
    minutes=8,
    hints=(
        "The hits of all classes are on the diagonal: np.diag(matrix).",
        "Row k holds all true k, and column k holds everything that was called k. Which sum goes with which rate?",
        "Precision divides by matrix.sum(axis=0), the sums down the columns.",
    ),
    cases=lambda rng: [
        *((rng.integers(1, 40, size=(classes, classes)),) for classes in (4, 3, 7)),
        Edge("for a class that was never hit", np.array([[0, 3], [2, 5]])),
    ],
    reference=_rates,
    mistakes=(
        Mistake("swapped", lambda m: _rates(m)[::-1], "Both are there, but in the wrong order: precision comes first."),
        Mistake(
            "recall twice", lambda m: (_rates(m)[1],) * 2, "You give the recall twice: two different sums are needed."
        ),
        Mistake("precision twice", lambda m: (_rates(m)[0],) * 2, "You give the precision twice: two different sums."),
        Mistake("of all", lambda m: (np.diag(m) / m.sum(),) * 2, "You divide by all images, not by those of a class."),
        Mistake(
            "the whole matrix",
            lambda m: (m / m.sum(axis=0), m / m.sum(axis=1, keepdims=True)),
            "You divide the whole matrix; only the hits, on the diagonal, are needed.",
        ),
        Mistake(
            "largest in place of hits",
            lambda m: (m.max(axis=0) / m.sum(axis=0), m.max(axis=1) / m.sum(axis=1)),
            "You take the largest count; the hits are on the diagonal, large or not.",
        ),
        Mistake(
            "averaged",
            lambda m: (_rates(m)[0].mean(), _rates(m)[1].mean()),
            "You average over the classes; one number for each class is asked for.",
        ),
        Mistake(
            "overall",
            lambda m: (np.diag(m).sum() / m.sum(axis=0), np.diag(m).sum() / m.sum(axis=1)),
            "You divide the hits of all classes together; each class has its own.",
        ),
    ),
)


def _top_k_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor, int]]:
    return [
        (random_tensor(rng, count, classes), random_labels(rng, count, classes), k)
        for count, classes, k in [(47, 7, 3), (30, 6, 2), (26, 8, 4)]
    ] + [
        Edge("where k is the number of classes", random_tensor(rng, 3, 4), random_labels(rng, 3, 4), 4),
        Edge("for one image", torch.tensor([[0.0, 2, 1]]), torch.tensor([2]), 2),
    ]


def _top_k(logits: Tensor, y: Tensor, k: int, *, largest: bool = True) -> float:
    return (logits.topk(k, dim=1, largest=largest).indices == y[:, None]).any(dim=1).double().mean().item()


TOP_K = FunctionExercise(
    id="09b.2",
    title="Among the best k",
    minutes=7,
    hints=(
        "logits.topk(k, dim=1).indices holds the k best classes of each image, shape (N, k).",
        "y has shape (N,). Which shape must it have to be compared with (N, k)?",
        "y[:, None] has shape (N, 1). any(dim=1) says whether one of the k was right; then take the mean.",
    ),
    cases=_top_k_cases,
    reference=_top_k,
    mistakes=(
        Mistake("best only", lambda logits, y, k: _top_k(logits, y, 1), "This is the accuracy of only the best guess."),
        Mistake(
            "percent",
            lambda logits, y, k: 100 * _top_k(logits, y, k),
            "This is right, but in percent: a share is at most 1.",
        ),
        Mistake("count", lambda logits, y, k: len(y) * _top_k(logits, y, k), "You counted the images; divide by N."),
        Mistake(
            "worst k",
            lambda logits, y, k: _top_k(logits, y, k, largest=False),
            "You looked among the k smallest logits.",
        ),
        Mistake(
            "share of misses", lambda logits, y, k: 1 - _top_k(logits, y, k), "You return how often it was missed."
        ),
        Mistake(
            "divided by k",
            lambda logits, y, k: _top_k(logits, y, k) / k,
            "You averaged over all N·k comparisons; one hit among the k makes an image right.",
        ),
        Mistake(
            "one too many",
            lambda logits, y, k: _top_k(logits, y, min(k + 1, logits.shape[1])),
            "You look among one guess too many.",
        ),
        Mistake(
            "one too few",
            lambda logits, y, k: _top_k(logits, y, k - 1) if k > 1 else 0.0,
            "You look among one guess too few.",
        ),
        Mistake(
            "anywhere in the batch",
            lambda logits, y, k: torch.isin(y, logits.topk(k, dim=1).indices).double().mean().item(),
            "You look for the class among the guesses of the whole batch; each image has guesses of its own.",
        ),
        Mistake(
            "sorted upward",
            lambda logits, y, k: (logits.argsort(dim=1)[:, k - 1] == y).double().mean().item(),
            "You compare with one place of a list that begins with the smallest logit.",
        ),
        Mistake(
            "last of the k",
            lambda logits, y, k: (logits.topk(k, dim=1).indices[:, -1] == y).double().mean().item(),
            "You compare with only the k-th guess; any of the k counts.",
        ),
    ),
)

HONEST = ChoiceExercise(
    id="09b.5",
    title="Which number goes into the report?",
    minutes=4,
    hints=(
        "Which of the three sets of images had a say in which network was chosen?",
        "A number is honest if the images behind it neither trained nor chose the network.",
    ),
    right="c",
    why="The test images took no part in training or choosing, so luck had no chance to be chosen.",
    mistakes=(
        Mistake("training", "a", "The network has seen these images; it may have memorized some."),
        Mistake("validation", "b", "This is the highest of thirty: the network was chosen for it, luck included."),
        Mistake("best on test", "d", "Here the test images do the choosing: they have become validation images."),
    ),
)
