"""Exercises of lecture 09b, judging and improving."""

from course_utils.exercises.lecture_09b.confidence import TEMPERATURE, THRESHOLD
from course_utils.exercises.lecture_09b.judging import HONEST, RATES, TOP_K
from course_utils.exercises.lecture_09b.photographs import PHOTOGRAPH

EXERCISES = (RATES, TOP_K, TEMPERATURE, THRESHOLD, HONEST, PHOTOGRAPH)
