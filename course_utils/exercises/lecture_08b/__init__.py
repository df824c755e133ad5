"""Exercises of lecture 08b, regularization by data and model."""

from course_utils.exercises.lecture_08b.classifier import CLASSIFY
from course_utils.exercises.lecture_08b.dropout import DROP
from course_utils.exercises.lecture_08b.samples import ATTACK, MIX, WHICH_TRANSFORM

EXERCISES = (WHICH_TRANSFORM, ATTACK, MIX, DROP, CLASSIFY)
