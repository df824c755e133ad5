"""Exercises of lecture 09, digit classification."""

from course_utils.exercises.lecture_09.judging import HONEST, RATES, RESTORE, TOP_K
from course_utils.exercises.lecture_09.learning import DESCEND, PREDICT
from course_utils.exercises.lecture_09.networks import BUDGETED, NUMBERS

EXERCISES = (RESTORE, NUMBERS, DESCEND, TOP_K, PREDICT, HONEST, RATES, BUDGETED)
