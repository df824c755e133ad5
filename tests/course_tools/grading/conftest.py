"""Windows cannot isolate a grade (docs/instructor-guide.md): there only the release for nbgrader is tested."""

import sys

import pytest

from course_utils.exercises import calling

collect_ignore = ["test_attacks.py", "test_networks.py", "test_records.py"] if sys.platform == "win32" else []


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """As in the workers of ``course grade``, the limits of the pupil come first, however busy the machine is."""
    monkeypatch.setattr(calling, "TIME_LIMIT_SECONDS", 600)
