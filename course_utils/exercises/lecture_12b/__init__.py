"""Exercises of lecture 12b, fine-tuning."""

from course_utils.exercises.lecture_12b.judging import GAIN, STRATEGY
from course_utils.exercises.lecture_12b.near_the_old import NEAR
from course_utils.exercises.lecture_12b.rates import RATES

EXERCISES = (RATES, GAIN, STRATEGY, NEAR)
