"""Exercises of lecture 04, backpropagation through convolution and pooling."""

from course_utils.exercises.lecture_04.checking import BUGS, CHECKER
from course_utils.exercises.lecture_04.convolving import BATCH_BIAS, INPUT_GRADIENT, PATHS, WEIGHT_GRADIENT
from course_utils.exercises.lecture_04.pooling import AVERAGE_POOL, MAX_POOL

EXERCISES = (PATHS, WEIGHT_GRADIENT, INPUT_GRADIENT, BATCH_BIAS, CHECKER, BUGS, MAX_POOL, AVERAGE_POOL)
