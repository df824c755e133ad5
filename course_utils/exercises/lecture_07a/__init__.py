"""Exercises of lecture 07a, descent and momentum."""

from course_utils.exercises.lecture_07a.descent import BATCH_SIZE, DERIVE, DIVERGING, REPAIR
from course_utils.exercises.lecture_07a.momentum import MOMENTUM
from course_utils.exercises.lecture_07a.valleys import VALLEYS

EXERCISES = (REPAIR, DERIVE, DIVERGING, MOMENTUM, BATCH_SIZE, VALLEYS)
