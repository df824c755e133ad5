"""Exercises of lecture 03a, the convolution layer."""

from course_utils.exercises.lecture_03a.layer import LAYER
from course_utils.exercises.lecture_03a.networks import FIT_BUDGET
from course_utils.exercises.lecture_03a.sizes import COUNT, INPUT_SIZE, ONE_VALUE, SAME, SHAPE

EXERCISES = (ONE_VALUE, INPUT_SIZE, SAME, LAYER, SHAPE, COUNT, FIT_BUDGET)
