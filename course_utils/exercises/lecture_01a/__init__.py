"""Exercises of sitting 01a, from neuron to network."""

from course_utils.exercises.lecture_01a.counting import COUNT, HEADS, ONE_LAYER, TARGET
from course_utils.exercises.lecture_01a.hinges import ON_PAPER, PLATEAU
from course_utils.exercises.lecture_01a.passes import FORWARD

EXERCISES = (ON_PAPER, PLATEAU, COUNT, FORWARD, HEADS, ONE_LAYER, TARGET)
