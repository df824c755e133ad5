"""Exercises 06a.3 to 06a.5: where Huber lies, three questions about seven numbers, and which loss a task asks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import losses
from course_utils.exercises.diagnosis import as_items
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ValueExercise

# 06a.3: what the numbers have to be, and by how much Huber must exceed mean and median.
FEWEST, MOST, LARGEST, EXCESS = 3, 7, 20.0, 0.4
ASKED = "Answer with a list of three to seven numbers between -20 and 20."
# 06a.4: minutes by which a bus was late.
LATE = np.array([2.0, 3, 3, 4, 5, 7, 32])


def _smallest_huber(y: np.ndarray) -> float:
    """Return the smallest constant that minimizes the Huber loss with β = 1, by bisection on its slope."""
    low, high = float(y.min()) - 1, float(y.max()) + 1
    for _ in range(60):
        middle = (low + high) / 2
        falls = np.clip(middle - y, -1, 1).sum() < -1e-12
        low, high = (middle, high) if falls else (low, middle)
    return high


def _outside_problem(answer: Any) -> str | None:
    try:
        y = np.array(as_items(answer))
    except ValueError:  # nested lists
        return ASKED
    if y.dtype.kind not in "iuf" or y.ndim != 1 or not FEWEST <= len(y) <= MOST or not np.abs(y).max() <= LARGEST:
        return ASKED
    huber, largest, mean, median = _smallest_huber(y), -_smallest_huber(-y), float(y.mean()), float(np.median(y))
    said = f"For your numbers, Huber predicts {huber:z.2f}, the mean is {mean:z.2f}, and the median is {median:z.2f}."
    if huber - max(mean, median) >= EXCESS - 1e-9:
        return None
    if largest - huber > 1e-6:
        return (
            f"For your numbers, Huber cannot choose between {huber:z.2f} and {largest:z.2f}: add a number between them."
        )
    if huber < min(mean, median) - 1e-9:
        return f"{said} Huber is smaller than both: which of your numbers would you mirror?"
    if huber <= max(mean, median) + 1e-9:
        return f"{said} Huber is not larger than both: whose pull does it limit that the mean does not?"
    return f"{said} Huber is larger than both, but not by 0.4 yet."


OUTSIDE = BuildExercise(
    id="06a.3",
    title="Catch Huber outside",
    minutes=8,
    hints=(
        "Huber's prediction is where the clipped errors add up to 0. How can you pull the mean down without moving it?",
        "A number far to the left pulls the mean strongly, but Huber only with strength 1.",
        "Keep the median at 0 by repeating 0, and let more numbers pull to the right than to the left.",
    ),
    examiner=_outside_problem,
    calls=(),
    why="A number beyond the threshold counts only by the side it is on, while the mean also counts how far away it "
    "is.",
    mistakes=(
        Mistake("too few", [1.0, 2.0], ASKED),
        Mistake("a flat floor", [-20, -20, 5, 6], "Huber cannot choose between -19.00 and 4.00"),
        Mistake("the example", [-5, 0, 0, 1, 4], "Huber is larger than both, but not by 0.4 yet."),
        Mistake("mirrored", [9, 0, 0, -2, -3], "Huber is smaller than both: which of your numbers would you mirror?"),
        Mistake(
            "in between",
            [0, 0, 0, 1, 9],
            "Huber is not larger than both: whose pull does it limit that the mean does not?",
        ),
    ),
)


def _best_numbers() -> tuple[float, float, float]:
    costs = [losses.quantile(np.full(LATE.size, c), LATE, q=0.9) for c in LATE]
    return float(LATE.mean()), float(np.median(LATE)), float(LATE[np.argmin(costs)])


THREE_QUESTIONS = ValueExercise(
    id="06a.4",
    title="Three questions about seven numbers",
    minutes=5,
    hints=(
        "Which of the three answers would change if the 32 were a 33, and which would not?",
        "The mean, the median, and the smallest number that at least 90% of the seven do not exceed.",
        "Six of seven numbers are 7 or less. Is 6/7 enough for q = 0.9?",
    ),
    expected=_best_numbers,
    mistakes=(
        Mistake(
            "mode for the MAE", (8, 3, 32), "Three is the most frequent number; count how many are on each side of it."
        ),
        Mistake(
            "median for the quantile", (8, 4, 4), "A quantile loss with q = 0.9 punishes numbers that are too low."
        ),
        Mistake("swapped", (4, 8, 32), "You swapped mean and median: which loss feels the 32?"),
        Mistake(
            "mean twice", (8, 8, 32), "The mean does not minimize the MAE: count how many numbers are on each side."
        ),
        Mistake("median twice", (4, 4, 32), "The median does not minimize the MSE: where is Σ 2 (c - y) zero?"),
        Mistake(
            "quantile too low", (8, 4, 7), "The first two are right. Only 6/7 = 0.86 of the numbers are 7 or less."
        ),
        Mistake(
            "quantile interpolated",
            (8, 4, float(np.quantile(LATE, 0.9))),
            "The first two are right. np.quantile interpolates between two numbers; the loss has its minimum at one.",
        ),
        Mistake("outlier left out", (4, 3.5, 7), "You left out the 32. Nobody tells the loss that it is an outlier."),
    ),
)

FOUR_NAMES = 'Answer with four names from "mse", "huber", "quantile", "poisson", each used once.'
TASKS = (
    ("poisson", "Task 1: these are counts, often 0. Which loss cannot predict a negative rate?"),
    ("mse", "Task 2: small noise, no outliers, and the mean is wanted. Which is the plainest loss for a mean?"),
    ("quantile", "Task 3: enough in 19 of 20 weeks is neither a mean nor a median. Which loss asks for a level?"),
    ("huber", "Task 4: one echo in fifty is an outlier. Which loss limits its pull, without a kink?"),
)


def _choice_problem(answer: Any) -> str | None:
    given = as_items(answer)
    if given is None or not all(isinstance(name, str) for name in given):
        return FOUR_NAMES
    names = [name.strip().lower() for name in given]
    if sorted(names) != sorted(right for right, _ in TASKS):
        return FOUR_NAMES
    return next((message for name, (right, message) in zip(names, TASKS, strict=True) if name != right), None)


FOUR_TASKS = BuildExercise(
    id="06a.5",
    title="Choose the loss",
    minutes=6,
    hints=(
        "Ask of each task: is a mean wanted, or a level? Is the target a count? Are there misreadings?",
        "Start with the task that says 19 in 20, then take the one that asks for a count.",
    ),
    examiner=_choice_problem,
    calls=(),
    mistakes=(
        Mistake("not four names", ("mse", "huber"), FOUR_NAMES),
        Mistake("counts by MSE", ("mse", "poisson", "quantile", "huber"), TASKS[0][1]),
        Mistake("plain noise by Huber", ("poisson", "huber", "quantile", "mse"), TASKS[1][1]),
        Mistake("level by Huber", ("poisson", "mse", "huber", "quantile"), TASKS[2][1]),
    ),
)
