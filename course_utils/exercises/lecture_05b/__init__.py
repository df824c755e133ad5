"""Exercises of lecture 05b, depth, saturation, softmax."""

from course_utils.exercises.lecture_05b.depth import ALIVE, VANISHING
from course_utils.exercises.lecture_05b.outputs import OUTPUTS, STABLE_SOFTMAX, TEMPERATURE
from course_utils.exercises.lecture_05b.repair import REPAIR

EXERCISES = (VANISHING, ALIVE, OUTPUTS, STABLE_SOFTMAX, TEMPERATURE, REPAIR)
