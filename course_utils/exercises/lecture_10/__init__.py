"""Exercises of lecture 10, CIFAR-10 and better accuracy."""

from course_utils.exercises.lecture_10.improving import SMOOTHED, TWO_LOOKS, WHICH_RUNG
from course_utils.exercises.lecture_10.networks import NUMBERS, RESIDUAL
from course_utils.exercises.lecture_10.pictures import MIRRORED, STATISTICS
from course_utils.exercises.lecture_10.schedule import SCHEDULE

EXERCISES = (STATISTICS, NUMBERS, MIRRORED, RESIDUAL, SMOOTHED, WHICH_RUNG, TWO_LOOKS, SCHEDULE)
