"""``course progress``: how far a reader is, from the outputs saved in ``my_work/``. Introduced in lecture 00.

Nothing is executed: each check's answer stands in the notebook since it last ran.
"""

from __future__ import annotations

from course_tools import syllabus
from course_tools.cli import workspace
from course_utils.exercises import saved
from course_utils.exercises.engine import CORRECT, INCORRECT, NOT_ATTEMPTED


def lines() -> list[str]:
    """Return a line for each lecture that the reader has started, and the total; empty where none is started."""
    rows, correct, total = [], 0, 0
    for lecture in syllabus.lectures():
        path = workspace.my_copy(lecture)
        if not path.exists():
            continue
        name = f"{lecture.number:<4}{lecture.title}"
        try:
            statuses = list(saved.statuses(path).values())
        except (OSError, ValueError, AttributeError, TypeError):
            rows.append((name, f"{path.name} is not a readable notebook"))
            continue
        correct, total = correct + statuses.count(CORRECT), total + len(statuses)
        counts = [f"{statuses.count(CORRECT)} of {len(statuses)} correct"]
        counts += [f"{statuses.count(one)} {one}" for one in (INCORRECT, NOT_ATTEMPTED) if one in statuses]
        rows.append((name, ", ".join(counts)))
    if rows:
        rows.append(("all", f"{correct} of {total} correct"))
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{name:<{width}}  {found}" for name, found in rows]
