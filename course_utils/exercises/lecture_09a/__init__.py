"""Exercises of lecture 09a, six steps."""

from course_utils.exercises.lecture_09a.learning import DESCEND, PREDICT
from course_utils.exercises.lecture_09a.loading import BUG, RESTORE
from course_utils.exercises.lecture_09a.networks import BUDGETED, NUMBERS

EXERCISES = (RESTORE, NUMBERS, BUG, DESCEND, PREDICT, BUDGETED)
