"""Exercises of sitting 04b, pooling, batch normalization, and a network from scratch."""

from course_utils.exercises.lecture_04b.normalizing import BATCH_NORM, SWALLOWED
from course_utils.exercises.lecture_04b.pooling import AVERAGE_POOL
from course_utils.exercises.lecture_04b.specified import MAX_POOL

EXERCISES = (AVERAGE_POOL, BATCH_NORM, SWALLOWED, MAX_POOL)
