"""Exercises of sitting 04a, backpropagation through convolution."""

from course_utils.exercises.lecture_04a.checking import BUGS, HIDING
from course_utils.exercises.lecture_04a.convolving import BATCH_BIAS, INPUT_GRADIENT, PATHS

EXERCISES = (PATHS, INPUT_GRADIENT, BATCH_BIAS, BUGS, HIDING)
