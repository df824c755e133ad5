"""Exercises of lecture 03a, the convolution layer."""

from course_utils.exercises.lecture_03a.layer import LAYER
from course_utils.exercises.lecture_03a.networks import FIT_BUDGET
from course_utils.exercises.lecture_03a.sizes import COUNT, ONE_VALUE, OUTPUT_SIZE, SAME, SHAPE

EXERCISES = (ONE_VALUE, OUTPUT_SIZE, SAME, LAYER, SHAPE, COUNT, FIT_BUDGET)
