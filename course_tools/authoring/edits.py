"""Edits made in a notebook instead of its source: found before they are overwritten, and taken over into the source.

What ``course build`` and ``course execute`` write carries a hash of its text. A notebook whose text is neither that
nor what the source asks for was edited by a person. Where a tool dropped the hash, the text that git holds counts.
"""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_tools import files
from course_tools.authoring.pairing import WRITTEN, lecture_text, read_notebook, read_text, text_hash
from course_tools.syllabus import Lecture
from course_utils import settings


class EditedByHand(RuntimeError):
    """A notebook was edited and would be overwritten; the message names it and the ways out."""


def refuse_to_overwrite(path: Path, wanted: NotebookNode) -> None:
    """Raise EditedByHand where a notebook was edited and ``wanted`` holds something else."""
    if not path.exists():
        return
    stored = read_notebook(path)
    text = lecture_text(stored)
    if text == lecture_text(wanted) or text_hash(text) == _written_hash(path, stored):
        return
    name = _name(path)
    if path.parent.name == "solutions":
        take = f"take its text into the source: course build --from-notebook {path.name.partition('_')[0]}"
    else:
        take = "keep it: copy it to my_work/, then drop it here"
    raise EditedByHand(
        f"{name} was edited, and this would be lost. Either\n    {take}\n    drop it: git restore {name}"
    )


def take_from_notebook(lecture: Lecture, now: datetime.datetime) -> Path | None:
    """Write the text of a lecture's solution notebook into its source.

    Returns:
        Where the old source is kept, if it too was edited since the notebook was written; else None.

    Raises:
        ValueError: the source cannot hold what the notebook holds; nothing is written.
    """
    notebook = read_notebook(lecture.solution)
    text = lecture_text(notebook)
    for position, cell in enumerate(notebook.cells):
        if cell.get("attachments"):
            raise ValueError(
                f"{_name(lecture.solution)}, cell {position}: a source cannot hold the picture that was pasted there; "
                "save it as a file and name that instead"
            )
    if lecture_text(read_text(text)) != text or len(read_text(text).cells) != len(notebook.cells):
        raise ValueError(f"{_name(lecture.solution)} changes when it is written as a source; edit the source instead")
    old = lecture.source.read_bytes()
    kept = None
    if text_hash(lecture_text(read_text(old.decode()))) != _written_hash(lecture.solution, notebook):
        kept = files.dated_folder(now) / lecture.source.relative_to(settings.course_root())
        kept.parent.mkdir(parents=True)
        kept.write_bytes(old)
    files.replace(lecture.source, text.encode())
    return kept


def _written_hash(path: Path, stored: NotebookNode) -> str | None:
    """Return the hash of the text that was last written to a notebook, or None where nobody knows it."""
    if WRITTEN in stored.metadata:
        return stored.metadata[WRITTEN]
    try:
        shown = subprocess.run(
            ["git", "show", f"HEAD:./{path.name}"], cwd=path.parent, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return text_hash(lecture_text(nbformat.reads(shown.decode(), as_version=4)))


def _name(path: Path) -> str:
    return path.relative_to(settings.course_root()).as_posix()
