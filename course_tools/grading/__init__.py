"""Grading that student code cannot forge: answers run in a closed room, the grader compares outside.

``submission`` reads a student's notebook, ``server`` forks a fresh process for each exercise, ``isolation`` closes it,
``pupil`` runs the student's cells in it, ``wire`` carries plain values between the two sides (never pickles),
``networks`` carries networks, ``remote`` and ``stand_ins`` are the grader's side of the wire, ``master`` holds what is
taken from the course, ``grader`` grades one notebook, ``pool`` many at a time, ``records`` writes the table and the
feedback pages, ``release`` makes the folder for nbgrader.
"""
