"""Exercises of sitting 00, start here."""

from course_utils.exercises.lecture_00.arrays import DIFFERENCE, TO_BATCH
from course_utils.exercises.lecture_00.notebook import CENTER, GHOST, RUN_ORDER
from course_utils.exercises.lecture_00.strokes import FOUR

EXERCISES = (RUN_ORDER, GHOST, CENTER, FOUR, DIFFERENCE, TO_BATCH)
