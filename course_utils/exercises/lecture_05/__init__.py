"""Exercises of lecture 05, activation functions."""

from course_utils.exercises.lecture_05.depth import ALIVE, VANISHING
from course_utils.exercises.lecture_05.layers_and_slopes import FOLD, MENDED_SELU, SILU
from course_utils.exercises.lecture_05.outputs import OUTPUTS, STABLE_SOFTMAX, TEMPERATURE

EXERCISES = (FOLD, SILU, MENDED_SELU, VANISHING, ALIVE, STABLE_SOFTMAX, TEMPERATURE, OUTPUTS)
