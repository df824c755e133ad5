"""``course progress``: how far a reader is, from the outputs saved in ``my_work/``. Introduced in lecture 00.

Nothing is executed: each check's answer stands in the notebook since it last ran.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from course_tools import syllabus
from course_tools.cli import workspace

CORRECT, INCORRECT, BLANK = "correct", "incorrect", "not attempted yet"
_ANSWER = re.compile(rf"Exercise (\S+): ({CORRECT}|{INCORRECT}|{BLANK})")


def lines() -> list[str]:
    """Return a line for each lecture that the reader has started, and the total; empty where none is started."""
    found, correct, total = [], 0, 0
    for lecture in syllabus.lectures():
        path = workspace.my_copy(lecture)
        if not path.exists():
            continue
        heading = f"{lecture.number:<4}{lecture.title:<44}"
        try:
            statuses = list(saved_statuses(path).values())
        except (OSError, ValueError, AttributeError, TypeError):
            found.append(f"{heading}{path.name} is not a readable notebook")
            continue
        correct, total = correct + statuses.count(CORRECT), total + len(statuses)
        counts = [f"{statuses.count(CORRECT)} of {len(statuses)} correct"]
        counts += [f"{statuses.count(one)} {one}" for one in (INCORRECT, BLANK) if one in statuses]
        found.append(heading + ", ".join(counts))
    return [*found, f"{'all':<48}{correct} of {total} correct"] if found else []


def saved_statuses(path: Path) -> dict[str, str]:
    """Return what each check of a notebook answered when it last ran, by exercise id.

    Raises:
        OSError, ValueError, AttributeError, TypeError: the file is no notebook.
    """
    statuses = {}
    for cell in json.loads(path.read_bytes()).get("cells", []):
        for tag in cell.get("metadata", {}).get("tags", []):
            if tag.startswith("check:"):
                said = _ANSWER.search(json.dumps(cell.get("outputs", []), ensure_ascii=False))
                statuses[tag.partition(":")[2]] = said.group(2) if said else BLANK
    return statuses
