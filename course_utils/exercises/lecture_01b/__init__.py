"""Exercises of sitting 01b, how a network learns."""

from course_utils.exercises.lecture_01b.by_hand import BACKWARD, RISING_LOSS, TWO_STEPS
from course_utils.exercises.lecture_01b.passes import DENSE_RELU, ORDER
from course_utils.exercises.lecture_01b.training import TRAIN

EXERCISES = (TWO_STEPS, BACKWARD, ORDER, DENSE_RELU, RISING_LOSS, TRAIN)
