"""Exercise 08a.3: which plan does not leak."""

from __future__ import annotations

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise

LEAK = ChoiceExercise(
    id="08a.3",
    title="Where is the leak?",
    minutes=4,
    hints=(
        "For each plan, ask what the test patients took part in before the test.",
        "Two images of one patient are alike. A mean of all images has seen all of them. A choice is training, too.",
    ),
    right="d",
    why="The test patients take part in nothing before the test: not in the mean, not in the choice.",
    mistakes=(
        Mistake("images split", "a", "The two images of one patient can end up on both sides."),
        Mistake("mean of all", "b", "The mean has seen the test images."),
        Mistake(
            "chosen on the held-out part",
            "c",
            "The error that chose the settings is too good to be reported: the held-out part took part in the choice.",
        ),
    ),
)
