"""Exercises of lecture 06, loss functions."""

from course_utils.exercises.lecture_06.classes import DICE, DOUBLE_SOFTMAX, POS_WEIGHT, STABLE
from course_utils.exercises.lecture_06.regression import FOUR_TASKS, GRADIENT, THREE_QUESTIONS

EXERCISES = (GRADIENT, THREE_QUESTIONS, FOUR_TASKS, POS_WEIGHT, STABLE, DOUBLE_SOFTMAX, DICE)
