"""Exercises of lecture 06b, classification losses."""

from course_utils.exercises.lecture_06b.decide import DECIDE
from course_utils.exercises.lecture_06b.functions import DICE, STABLE
from course_utils.exercises.lecture_06b.questions import FRACTURE, SURPRISE, WRONG_VALUE

EXERCISES = (SURPRISE, STABLE, WRONG_VALUE, FRACTURE, DICE, DECIDE)
