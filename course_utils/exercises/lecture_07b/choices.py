"""Exercises 07b.1, 07b.3, and 07b.5: two steps of Adam on paper, an option, and what to try first."""

from __future__ import annotations

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ChoiceExercise, ValueExercise

# 07b.1: the numbers of the task text.
START, RATE, GRADIENTS, BETAS = 1.0, 0.1, (4.0, -2.0), (0.9, 0.999)


def _two_steps(
    *, first: bool = True, second: bool = True, momentum: bool = True, root: float = 0.5, sign: float = 1.0
) -> tuple[float, float]:
    """Return the weight after both steps; each argument leaves out or changes one part of Adam."""
    w, m, v, found = START, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, start=1):
        m = BETAS[0] * m + (1 - BETAS[0]) * g
        v = BETAS[1] * v + (1 - BETAS[1]) * g**2
        above = (m / (1 - BETAS[0] ** t) if first else m) if momentum else g
        below = v / (1 - BETAS[1] ** t) if second else v
        w -= sign * RATE * above / below**root
        found.append(w)
    return found[0], found[1]


ON_PAPER = ValueExercise(
    id="07b.1",
    title="Two steps of Adam on paper",
    minutes=8,
    hints=(
        "First step: compute m, v, and both hats. What is left of the gradient 4 when you divide?",
        "Second step: m and v go on from 0.4 and 0.016, the values without hats.",
        "m becomes 0.16 and v becomes 0.019984; divide them by 1 - 0.9² and by 1 - 0.999².",
    ),
    expected=_two_steps,
    rtol=6e-4,
    why=(
        "The first step is 0.1 whatever the gradient. The second is only about 0.027, still downward along the first "
        "gradient: the average of 4 and -2 is positive, and the size that it is divided by remembers the 4."
    ),
    mistakes=(
        Mistake("no hats", _two_steps(first=False, second=False), "You left out the correction of both averages."),
        Mistake("no hat on m", _two_steps(first=False), "m is not corrected: it has no hat in your step."),
        Mistake("no hat on v", _two_steps(second=False), "v is not corrected: it has no hat in your step."),
        Mistake(
            "sign of the newest gradient",
            (START - RATE, START),
            "The second step is not one full rate back: Adam steps along an average, not along the newest gradient.",
        ),
        Mistake(
            "no momentum",
            _two_steps(momentum=False),
            "That is RMSProp with a correction: your step uses the gradient itself and not its average m.",
        ),
        Mistake("uphill", _two_steps(sign=-1.0), "Both steps go uphill."),
        Mistake("no root", _two_steps(root=1.0), "You divide by v itself; the square root is missing."),
        Mistake("plain descent", (START - RATE * 4, START - RATE * 2), "That is gradient descent, without averages."),
    ),
)

WHICH_OPTION = ChoiceExercise(
    id="07b.3",
    title="Which option?",
    minutes=4,
    hints=(
        "torch.optim.Adam adds λ w to the gradient before anything else. What happens to a gradient after that?",
        "Divide λ w by √v for a layer with large gradients and for one with small ones.",
    ),
    right="c",
    why="The decay is divided by √v like the rest of the gradient; torch.optim.AdamW keeps it outside.",
    mistakes=(
        Mistake("decoupled", "a", "That is what AdamW does; the option of Adam goes through the division."),
        Mistake("larger decays more", "b", "Large gradients make √v large. Is the decay multiplied or divided by it?"),
        Mistake("no decay", "d", "Adam removes the scale of the whole gradient, not that of each of its two terms."),
    ),
)

WHICH_FIRST = ChoiceExercise(
    id="07b.5",
    title="Which first?",
    minutes=4,
    hints=(
        "What does it mean that the loss falls fast and then moves up and down without falling further?",
        "One rate is good at the start, the other would be good at the end. How can you have both?",
    ),
    right="c",
    why="0.1 goes far and then hovers: the rate is right for the start and too large for the end.",
    mistakes=(
        Mistake(
            "larger batch",
            "a",
            "It would lower the noise, but only with the square root: you pay four times the work to halve it.",
        ),
        Mistake(
            "Adam at the same rate",
            "b",
            "Adam does not choose its rate, and 0.1 is far above its usual 0.001: it would blow up.",
        ),
        Mistake("larger rate", "d", "The rate that hovers is already too large for the end of the training."),
    ),
)
