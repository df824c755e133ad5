"""Exercises of lecture 10b, better and faster."""

from course_utils.exercises.lecture_10b.improving import SMOOTHED, TWO_LOOKS, WHICH_RUNG
from course_utils.exercises.lecture_10b.mirror import MIRRORED
from course_utils.exercises.lecture_10b.schedule import SCHEDULE
from course_utils.exercises.lecture_10b.two_minutes import IMPROVE

EXERCISES = (WHICH_RUNG, MIRRORED, SMOOTHED, TWO_LOOKS, SCHEDULE, IMPROVE)
