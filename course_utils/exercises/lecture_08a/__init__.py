"""Exercises of lecture 08a, regularization by data and model."""

from course_utils.exercises.lecture_08a.models import DROP, REPORTED, TIED
from course_utils.exercises.lecture_08a.samples import ATTACK, MIX, WHICH_TRANSFORM

EXERCISES = (WHICH_TRANSFORM, ATTACK, MIX, DROP, REPORTED, TIED)
