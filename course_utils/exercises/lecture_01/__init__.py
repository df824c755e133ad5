"""Exercises of lecture 01, deep learning and the multilayer perceptron."""

from course_utils.exercises.lecture_01.counting import COUNT, HEADS, ONE_LAYER, TARGET
from course_utils.exercises.lecture_01.networks import BUDGET_NETWORK
from course_utils.exercises.lecture_01.passes import CLASSIFIER, FORWARD

EXERCISES = (COUNT, FORWARD, HEADS, CLASSIFIER, ONE_LAYER, BUDGET_NETWORK, TARGET)
