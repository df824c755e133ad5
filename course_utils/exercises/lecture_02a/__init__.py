"""Exercises of sitting 02a, spatial filtering."""

from course_utils.exercises.lecture_02a.averages import BOX_SIZE, SMOOTHER
from course_utils.exercises.lecture_02a.repair import REPAIR
from course_utils.exercises.lecture_02a.windows import BORDER, ONE_PIXEL, WHAT_A_KERNEL_CAN_DO

EXERCISES = (ONE_PIXEL, BORDER, BOX_SIZE, SMOOTHER, WHAT_A_KERNEL_CAN_DO, REPAIR)
