"""Read what a student handed in: the code cells of a notebook, and which exercise each answers, however it looks."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_MEGABYTES = 20
NAMED = re.compile(r"#\s*Exercise (\d\d[a-z]?\.\d+)")


@dataclass(frozen=True)
class Submission:
    """What one file holds.

    Attributes:
        lecture: number of the lecture whose exercises it answers, empty where it holds none.
        cells: (id of the exercise that it answers, or an empty string; source) of each code cell, in order.
        problem: why nothing in it can be graded; empty where something can.
    """

    lecture: str = ""
    cells: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    @property
    def ids(self) -> list[str]:
        """The exercises that are answered in it."""
        return sorted({exercise_id for exercise_id, _ in self.cells if exercise_id})

    def answer(self, exercise_id: str) -> list[str]:
        """Return the cells of an exercise, in order."""
        return [source for found, source in self.cells if found == exercise_id]

    def elsewhere(self, exercise_id: str) -> list[str]:
        """Return the other cells: those before the answer, the nearest first, then those behind it."""
        ids = [found for found, _ in self.cells]
        start = ids.index(exercise_id) if exercise_id in ids else len(ids)
        return [source for found, source in (*self.cells[:start][::-1], *self.cells[start:]) if found != exercise_id]


def read(path: Path) -> Submission:
    """Return the code cells of a file; never raises because of what the file holds."""
    try:
        problem = _problem_of_file(path)
        if problem:
            return Submission(problem=problem)
        content = json.loads(path.read_bytes())
    except OSError as error:
        return Submission(problem=f"the file cannot be read ({error.strerror})")
    except (ValueError, RecursionError):
        return Submission(problem="the file is broken: it is no JSON, perhaps cut off while saving")
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        return Submission(problem="the file is JSON, but no notebook")
    code = [cell for cell in content["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    cells = tuple(map(_exercise, code))
    lectures = Counter(exercise_id.partition(".")[0] for exercise_id, _ in cells if exercise_id)
    if not lectures:
        return Submission(problem="no cell of an exercise is in this notebook")
    return Submission(lectures.most_common(1)[0][0], cells)


def _problem_of_file(path: Path) -> str:
    if path.is_symlink():
        return "a link, not a file of its own"
    if path.suffix != ".ipynb":
        return f"no notebook, but a file of type {path.suffix or 'unknown'}"
    size = path.stat().st_size
    if size == 0:
        return "the file is empty"
    return f"the file is larger than {MAX_MEGABYTES} MB" if size > MAX_MEGABYTES * 2**20 else ""


def _exercise(cell: dict[str, Any]) -> tuple[str, str]:
    """Return (id of the exercise that a cell answers, or an empty string; its source).

    The id stands in a tag; where an editor has dropped the tags, in the comment that every exercise begins with.
    """
    source = cell.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, str) and tag.startswith("exercise:"):
            return tag.partition(":")[2], source
    named = NAMED.search(source)
    return (named.group(1) if named and not (isinstance(tags, list) and tags) else "", source)
