"""Read what a student handed in: the exercise cells of a notebook by their ids, however the rest of it looks."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_MEGABYTES = 20
NAMED = re.compile(r"#\s*Exercise (\d\d[a-z]?\.\d+)")


@dataclass(frozen=True)
class Submission:
    """What one file holds.

    Attributes:
        lecture: number of the lecture whose exercises it answers, empty where it holds none.
        answers: the sources of the cells of each exercise, by id, in their order in the notebook.
        problem: why nothing in it can be graded; empty where something can.
    """

    lecture: str = ""
    answers: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""


def read(path: Path) -> Submission:
    """Return the exercise cells of a file; never raises because of what the file holds."""
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
    answers: dict[str, list[str]] = defaultdict(list)
    for cell in content["cells"]:
        exercise_id, source = _exercise(cell)
        if exercise_id:
            answers[exercise_id].append(source)
    if not answers:
        return Submission(problem="no cell of an exercise is in this notebook")
    lectures = Counter(exercise_id.partition(".")[0] for exercise_id in answers)
    return Submission(lectures.most_common(1)[0][0], dict(answers))


def _problem_of_file(path: Path) -> str:
    if path.is_symlink():
        return "a link, not a file of its own"
    if path.suffix != ".ipynb":
        return f"no notebook, but a file of type {path.suffix or 'unknown'}"
    size = path.stat().st_size
    if size == 0:
        return "the file is empty"
    return f"the file is larger than {MAX_MEGABYTES} MB" if size > MAX_MEGABYTES * 2**20 else ""


def _exercise(cell: Any) -> tuple[str, str]:
    """Return (id of the exercise, source) of a cell that answers one, else two empty strings.

    The id stands in a tag; where an editor has dropped the tags, in the comment that every exercise begins with.
    """
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return "", ""
    source = cell.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, str) and tag.startswith("exercise:"):
            return tag.partition(":")[2], source
    named = NAMED.search(source)
    return (named.group(1), source) if named and not (isinstance(tags, list) and tags) else ("", "")
