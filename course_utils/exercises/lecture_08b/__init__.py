"""Exercises of lecture 08b, regularization by loss and optimization."""

from course_utils.exercises.lecture_08b.penalties import DECAYED, JACOBIAN, LASSO_STEP
from course_utils.exercises.lecture_08b.training import HOW_MUCH, STOPPING, WHICH_TERM

EXERCISES = (DECAYED, LASSO_STEP, JACOBIAN, WHICH_TERM, HOW_MUCH, STOPPING)
