"""Exercises of lecture 11a, U-Net."""

from course_utils.exercises.lecture_11a.masks import SCORES, WHICH_SCORE
from course_utils.exercises.lecture_11a.networks import BUDGETED
from course_utils.exercises.lecture_11a.sizes import JOINED, OUTPUT
from course_utils.exercises.lecture_11a.training import WEIGHTED

EXERCISES = (SCORES, OUTPUT, JOINED, WHICH_SCORE, WEIGHTED, BUDGETED)
