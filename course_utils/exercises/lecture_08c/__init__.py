"""Exercises of lecture 08c, regularization by loss and optimization."""

from course_utils.exercises.lecture_08c.penalties import JACOBIAN, LASSO_STEP
from course_utils.exercises.lecture_08c.strength import CHOOSE
from course_utils.exercises.lecture_08c.training import HOW_MUCH, STOPPING, WHICH_TERM

EXERCISES = (CHOOSE, LASSO_STEP, JACOBIAN, HOW_MUCH, STOPPING, WHICH_TERM)
