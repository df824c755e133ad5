"""Exercises of lecture 09a, six steps."""

from course_utils.exercises.lecture_09a.learning import DESCEND
from course_utils.exercises.lecture_09a.loading import BUG, RESTORE
from course_utils.exercises.lecture_09a.networks import BUDGETED, NUMBERS
from course_utils.exercises.lecture_09a.predicting import PREDICT

EXERCISES = (RESTORE, NUMBERS, BUG, DESCEND, PREDICT, BUDGETED)
