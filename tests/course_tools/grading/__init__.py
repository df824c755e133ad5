"""Tests of grading: submissions that attack it, what travels on the wire, release and feedback."""
