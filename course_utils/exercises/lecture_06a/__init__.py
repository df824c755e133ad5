"""Exercises of lecture 06a, regression losses."""

from course_utils.exercises.lecture_06a.gradients import GRADIENT, WAITING
from course_utils.exercises.lecture_06a.promise import PROMISE
from course_utils.exercises.lecture_06a.questions import FOUR_TASKS, OUTSIDE, THREE_QUESTIONS

EXERCISES = (WAITING, GRADIENT, OUTSIDE, THREE_QUESTIONS, FOUR_TASKS, PROMISE)
