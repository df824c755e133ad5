"""Exercises of sitting 02b, derivatives, frequencies, features."""

from course_utils.exercises.lecture_02b.differences import BY_SLICES, RAMP, SHARPEN
from course_utils.exercises.lecture_02b.features import BETTER_KERNELS
from course_utils.exercises.lecture_02b.frequencies import GAINS, HUM_FILTER

EXERCISES = (RAMP, BY_SLICES, SHARPEN, GAINS, HUM_FILTER, BETTER_KERNELS)
