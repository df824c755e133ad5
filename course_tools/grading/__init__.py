"""Grading that student code cannot forge: answers run in a closed room, the grader compares outside.

The room: ``remote`` starts ``server``, which forks a fresh process for each exercise; ``isolation`` closes it, with
``visible``, ``seccomp`` or ``hook``, and ``limits``; ``pupil`` runs the student's cells in it, with what ``borrowed``
finds in other cells. The wire: ``wire`` carries plain values (never pickles), ``networks`` networks,
``room`` and ``stand_ins`` are the grader's end. The grader: ``students`` and ``submission`` read what was
handed in, ``master`` holds what is taken from the course, ``grader`` grades one exercise, ``pool`` many at a time.
The results: ``records``, ``gradebook`` with ``roster``, and ``results``. ``release`` makes the folder for nbgrader.
"""
