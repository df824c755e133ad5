"""Training: one loop for every network of the course, and what it recorded. Taught in lecture 09."""

from course_utils.training.augmentation import random_shift
from course_utils.training.history import History
from course_utils.training.loop import fit, steps

__all__ = ["History", "fit", "random_shift", "steps"]
