"""Exercises of lecture 11b, touching objects and your own data."""

from course_utils.exercises.lecture_11b.counting import COUNT
from course_utils.exercises.lecture_11b.mirroring import MIRROR
from course_utils.exercises.lecture_11b.splitting import HONEST, PULLED

EXERCISES = (COUNT, MIRROR, PULLED, HONEST)
