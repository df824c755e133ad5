"""Exercise 10a.4: what a comparison of networks shows."""

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise

WHICH_REPLY = ChoiceExercise(
    id="10a.4",
    title="What does the comparison show?",
    minutes=4,
    hints=(
        "List everything in which the two networks differ.",
        "Would the plain network have learned at a rate of its own? The report cannot say.",
    ),
    right="b",
    why="Two changes at once cannot be told apart, and a rate that suits one network can ruin the other.",
    mistakes=(
        Mistake(
            "seeds only", "a", "Seeds would tell luck from effect, but not skip connections from the other change."
        ),
        Mistake("training error", "c", "The training error would be interesting, but it has the same flaw."),
        Mistake("same rate is fair", "d", "Look for a second difference. And is the same rate equally good for both?"),
    ),
)
