"""Exercises of lecture 11, U-Net."""

from course_utils.exercises.lecture_11.counting import COUNT
from course_utils.exercises.lecture_11.masks import MIRROR, SCORES, WHICH_SCORE
from course_utils.exercises.lecture_11.networks import BUDGETED
from course_utils.exercises.lecture_11.sizes import BRIDGE, OUTPUT
from course_utils.exercises.lecture_11.training import WEIGHTED

EXERCISES = (SCORES, OUTPUT, BRIDGE, WHICH_SCORE, WEIGHTED, MIRROR, BUDGETED, COUNT)
