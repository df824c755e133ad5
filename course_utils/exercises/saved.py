"""What the checks of a saved notebook answered when they last ran; nothing is executed. Introduced in lecture 00."""

from __future__ import annotations

import json
import re
from pathlib import Path

from course_utils.exercises.engine import CORRECT, INCORRECT, NOT_ATTEMPTED

_ANSWER = re.compile(rf"Exercise (\S+): ({CORRECT}|{INCORRECT}|{NOT_ATTEMPTED})")


def statuses(path: Path) -> dict[str, str]:
    """Return what each check of a notebook answered when it last ran, by exercise id.

    Raises:
        OSError, ValueError, AttributeError, TypeError: the file is no notebook.
    """
    if not path.is_file():  # a pipe would keep its reader waiting
        raise ValueError(f"{path} is no file")
    try:
        notebook = json.loads(path.read_bytes())
    except RecursionError:
        raise ValueError(f"{path} is nested too deeply for a notebook") from None
    found = {}
    for cell in notebook.get("cells", []):
        for tag in cell.get("metadata", {}).get("tags", []):
            if tag.startswith("check:"):
                said = _ANSWER.search(json.dumps(cell.get("outputs", []), ensure_ascii=False))
                found[tag.partition(":")[2]] = said.group(2) if said else NOT_ATTEMPTED
    return found


def statuses_beside(folder: Path, number: str) -> dict[str, str] | None:
    """Return the same from the notebook of lecture ``number`` in a folder, the one saved last if there are several.

    None where the folder holds none that can be read.
    """
    try:
        newest = max(folder.glob(f"{number}_*.ipynb"), key=lambda path: path.stat().st_mtime)
        return statuses(newest)
    except (OSError, ValueError, AttributeError, TypeError):  # max of nothing is a ValueError
        return None
