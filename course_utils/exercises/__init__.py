"""Exercises: ``check("02.3", answer)``, ``hint("02.3")`` and ``progress("02")``. Introduced in lecture 00.

``engine`` holds the outcomes and the two commands, ``kinds`` the kinds of exercise, ``diagnosis`` the comparison of
two values in words, ``calling`` the guarded call of a student's function, ``progress_table`` the table of a lecture;
``lecture_NN`` the exercises of a lecture.
"""

from course_utils.exercises.engine import check, hint
from course_utils.exercises.progress_table import progress

__all__ = ["check", "hint", "progress"]
