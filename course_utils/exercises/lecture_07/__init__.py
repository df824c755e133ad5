"""Exercises of lecture 07, optimizers."""

from course_utils.exercises.lecture_07.adaptive import ADAM, WARM_UP, WHICH_OPTION
from course_utils.exercises.lecture_07.descent import BATCH_SIZE, DERIVE, DIVERGING, MOMENTUM, REPAIR

EXERCISES = (REPAIR, DERIVE, BATCH_SIZE, DIVERGING, MOMENTUM, ADAM, WHICH_OPTION, WARM_UP)
