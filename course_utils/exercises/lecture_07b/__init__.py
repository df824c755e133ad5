"""Exercises of lecture 07b, adaptive rates and practice."""

from course_utils.exercises.lecture_07b.adaptive import ADAM, WARM_UP
from course_utils.exercises.lecture_07b.choices import ON_PAPER, WHICH_FIRST, WHICH_OPTION
from course_utils.exercises.lecture_07b.tuning import TUNE

EXERCISES = (ON_PAPER, ADAM, WHICH_OPTION, WARM_UP, WHICH_FIRST, TUNE)
