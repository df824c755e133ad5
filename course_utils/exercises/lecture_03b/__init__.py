"""Exercises of lecture 03b, from layer to network."""

from course_utils.exercises.lecture_03b.functions import AVERAGE, NORM
from course_utils.exercises.lecture_03b.views import FIELDS, SEE_FAR, TWO_PIXELS

EXERCISES = (AVERAGE, FIELDS, SEE_FAR, NORM, TWO_PIXELS)
