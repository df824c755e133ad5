"""Exercises of lecture 10a, LeNet, AlexNet, ResNet."""

from course_utils.exercises.lecture_10a.channels import STATISTICS
from course_utils.exercises.lecture_10a.choices import WHICH_REPLY
from course_utils.exercises.lecture_10a.deep import DEEP
from course_utils.exercises.lecture_10a.networks import NUMBERS, RESIDUAL

EXERCISES = (STATISTICS, NUMBERS, RESIDUAL, WHICH_REPLY, DEEP)
