"""What authors, instructors and the command line need beside the lectures: ``course``, authoring, grading.

No lecture needs it to run, and nothing in ``course_utils`` imports it. CONTRIBUTING.md says which room is for what.
"""
