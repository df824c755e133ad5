"""Exercises: ``check("02.3", answer)`` and ``hint("02.3")``. Introduced in lecture 00.

``engine`` holds the outcomes and the two commands, ``kinds`` the kinds of exercise, ``diagnosis`` the comparison of
two values in words, ``calling`` the guarded call of a student's function; ``lecture_NN`` the exercises of a lecture.
"""

from course_utils.exercises.engine import check, hint

__all__ = ["check", "hint"]
