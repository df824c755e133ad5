"""Exercises of lecture 08a, overfitting and validation."""

from course_utils.exercises.lecture_08a.degree import DEGREE
from course_utils.exercises.lecture_08a.leaks import LEAK
from course_utils.exercises.lecture_08a.paper import BIAS
from course_utils.exercises.lecture_08a.reports import REPORTED

EXERCISES = (BIAS, REPORTED, LEAK, DEGREE)
