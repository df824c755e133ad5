"""Exercises of lecture 12, transfer learning."""

from course_utils.exercises.lecture_12.judging import GAIN, PREPARED, STRATEGY
from course_utils.exercises.lecture_12.modes import MODES
from course_utils.exercises.lecture_12.networks import ADAPTED, HEAD_NUMBERS, RATES

EXERCISES = (HEAD_NUMBERS, ADAPTED, RATES, MODES, PREPARED, GAIN, STRATEGY)
