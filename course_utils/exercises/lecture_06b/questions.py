"""Exercises 06b.1, 06b.3, and 06b.4: surprise in bits, a wrong value, and what a class weight does."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, ValueExercise

# 06b.1: the true probabilities, and those that are announced.
TRUTH, ANNOUNCED = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.full(4, 1 / 4)
# 06b.4: images, those among them with a fracture, and what the detector says about one of them.
IMAGES, FRACTURES, SAID = 1200, 75, 0.6


def _bits(logarithm: np.ufunc = np.log2) -> tuple[float, float, float]:
    entropy, cross = -np.sum(TRUTH * logarithm(TRUTH)), -np.sum(TRUTH * logarithm(ANNOUNCED))
    return float(entropy), float(cross), float(cross - entropy)


SURPRISE = ValueExercise(
    id="06b.1",
    title="Surprise on paper",
    minutes=6,
    hints=(
        "To base 2, the surprise at an event of probability 1/8 is 3 bits. What are those of 1/4 and 1/2?",
        "Entropy: average the surprises 1, 2, 3, and 3 bits, each weighted by its true probability.",
        "Cross-entropy: every outcome surprises the forecaster by the same amount. The third number is a difference.",
    ),
    expected=_bits,
    rtol=5e-3,
    why="Surprises of 1, 2, 3, 3 bits average to 1.75. The forecaster is surprised by 2 bits each time, 0.25 too many.",
    mistakes=(
        Mistake("natural logarithm", _bits(np.log), "You used the natural logarithm; divide by log 2 to get bits."),
        Mistake("logarithm to base 10", _bits(np.log10), "You used the logarithm to base 10."),
        Mistake(
            "not weighted",
            (2.25, 2, -0.25),
            "You averaged the surprises with equal weights; weight each by its true probability.",
        ),
        Mistake(
            "swapped", (2, 1.75, 0.25), "You swapped entropy and cross-entropy: which one can never be the larger?"
        ),
        Mistake(
            "sign of the divergence", (1.75, 2, -0.25), "The KL divergence is never negative: cross minus entropy."
        ),
        Mistake(
            "forecaster weighs",
            (1.75, 2.25, 0.5),
            "You weighted the true surprises by the forecaster's probabilities; it is the other way around.",
        ),
        Mistake("sum of surprises", (9, 8, -1), "You added up the surprises; weight each by its true probability."),
    ),
)

WRONG_VALUE = ChoiceExercise(
    id="06b.3",
    title="Spot the wrong value",
    minutes=4,
    hints=(
        "Write down what each function expects: logits, log-probabilities, or probabilities.",
        "One of the functions applies a log-softmax itself. What does a log-softmax do to log-probabilities?",
    ),
    right="c",
    why="cross_entropy takes the probabilities for logits between 0 and 1. In b, the second log-softmax does nothing.",
    mistakes=(
        Mistake("a", "a", "nll_loss expects log-probabilities, and gets them."),
        Mistake("b", "b", "One log-softmax too many, but a log-softmax leaves log-probabilities as they are."),
        Mistake("d", "d", "This function expects logits, and gets them."),
    ),
)


def _fracture() -> tuple[float, float, float]:
    weight = (IMAGES - FRACTURES) / FRACTURES
    return weight, 1 / (1 + weight), SAID / (SAID + weight * (1 - SAID))


def _with(place: int, value: float) -> tuple[float, ...]:
    """Return the right answers with one of them replaced."""
    values = list(_fracture())
    values[place] = value
    return tuple(values)


FRACTURE = ValueExercise(
    id="06b.4",
    title="A weight, a threshold, a probability",
    minutes=6,
    hints=(
        "How many images are negative? pos_weight multiplies only the positives, and both totals should be the same.",
        "A weight w at threshold 1/2 makes the same decisions as no weight at threshold 1 / (1 + w).",
        "The true chance is p / (p + w (1 - p)), with the weight of question 1.",
    ),
    expected=_fracture,
    why="In the weighted world, fractures are 15 times as frequent: 0.6 against 0.4 there is 0.04 against 0.4 in ours.",
    mistakes=(
        Mistake(
            "all by positives",
            _with(0, IMAGES / FRACTURES),
            "pos_weight: compare the positives with the negatives, not with all images.",
        ),
        Mistake(
            "upside down",
            _with(0, FRACTURES / (IMAGES - FRACTURES)),
            "pos_weight is upside down: this one makes the rare class count less.",
        ),
        Mistake(
            "share of positives", _with(0, FRACTURES / IMAGES), "This is the share of the positives, not a weight."
        ),
        Mistake("threshold one half", _with(1, 0.5), "The threshold 1/2 belongs to the weighted detector."),
        Mistake(
            "one over w", _with(1, FRACTURES / (IMAGES - FRACTURES)), "The threshold is not 1 / w, but close to it."
        ),
        Mistake("threshold high", _with(1, 15 / 16), "With this threshold, you would miss nearly all fractures."),
        Mistake("taken at its word", _with(2, SAID), "0.6 is the chance in a world where fractures are more frequent."),
        Mistake("divided by w", _with(2, SAID / 15), "You divided p by w; the 1 - p of the other class counts, too."),
        Mistake("corrected upward", _with(2, 0.9 / (0.9 + 0.04)), "You corrected in the wrong direction."),
    ),
)
