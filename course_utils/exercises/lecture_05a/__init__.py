"""Exercises of lecture 05a, activation functions."""

from course_utils.exercises.lecture_05a.layers_and_slopes import FOLD, MENDED_SELU, SILU
from course_utils.exercises.lecture_05a.units import COMES_BACK, DESIGN

EXERCISES = (FOLD, COMES_BACK, MENDED_SELU, SILU, DESIGN)
