"""Exercises of lecture 03, the convolution layer and its companions."""

from course_utils.exercises.lecture_03.functions import AVERAGE, LAYER, NORM
from course_utils.exercises.lecture_03.networks import FIT_BUDGET, TWO_PIXELS
from course_utils.exercises.lecture_03.sizes import COUNT, OUTPUT_SIZE, SAME, SHAPE

EXERCISES = (LAYER, OUTPUT_SIZE, SAME, SHAPE, COUNT, AVERAGE, NORM, FIT_BUDGET, TWO_PIXELS)
