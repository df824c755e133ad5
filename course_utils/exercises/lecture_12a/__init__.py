"""Exercises of lecture 12a, features."""

from course_utils.exercises.lecture_12a.few import FEW
from course_utils.exercises.lecture_12a.heads import ADAPTED, HEAD_NUMBERS
from course_utils.exercises.lecture_12a.modes import MODES
from course_utils.exercises.lecture_12a.prepared import PREPARED

EXERCISES = (HEAD_NUMBERS, ADAPTED, MODES, PREPARED, FEW)
