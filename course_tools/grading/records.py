"""What grading leaves behind: a table of all students, and a page of feedback for each file."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence

from course_tools.grading.grader import Graded, Mark
from course_utils.exercises import look
from course_utils.exercises.engine import CORRECT, STYLES

STYLE = "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}pre{background:#f4f4f4;padding:.6em;overflow:auto}"  # noqa: E501


def table(graded: Sequence[Graded]) -> str:
    """Return the table as CSV: a row for each file, a column for each exercise, and what happened in words."""
    ids = sorted({mark.exercise_id for one in graded for mark in one.marks})
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["student", "file", "lecture", "points", "out_of", *ids, "what_happened"])
    for one in graded:
        points = {mark.exercise_id: int(mark.status == CORRECT) for mark in one.marks}
        writer.writerow(
            [
                _for_a_spreadsheet(one.student),
                _for_a_spreadsheet(one.file),
                one.lecture,
                one.points,
                len(one.marks) or "",
                *(points.get(exercise_id, "") for exercise_id in ids),
                _for_a_spreadsheet(what_happened(one)),
            ]
        )
    return stream.getvalue()


def what_happened(one: Graded) -> str:
    """Return one line: what was odd about the file, then each exercise that is not correct, and why."""
    wrong = [mark for mark in one.marks if mark.status != CORRECT]
    parts = [*one.remarks, *(f"{mark.exercise_id} {mark.status}: {mark.message}".rstrip(": ") for mark in wrong)]
    return " | ".join(" ".join(part.split()) for part in parts) or "all correct"


def feedback_page(one: Graded) -> str:
    """Return the page for a student, as HTML: each exercise, what the check says, and the answer that was graded."""
    title = f"Lecture {one.lecture}: {one.points} of {len(one.marks)} exercises correct" if one.marks else "Not graded"
    remarks = "".join(f"<p>{html.escape(remark)}</p>" for remark in one.remarks)
    marks = "\n".join(_section(mark) for mark in one.marks)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{html.escape(title)}</h1><p>{html.escape(one.file)}</p>{remarks}\n"
        f"{marks}\n</body></html>\n"
    )


def page_name(one: Graded) -> str:
    """Return a file name that no submission can choose to lead elsewhere."""
    return re.sub(r"[^\w.-]+", "_", one.file.removesuffix(".ipynb")).lstrip(".") + ".html"


def _section(mark: Mark) -> str:
    sign, color = STYLES.get(mark.status, ("…", look.GRAY))
    trace = f"<pre>{html.escape(mark.traceback)}</pre>" if mark.traceback else ""
    answer = f"<details><summary>Your answer</summary><pre>{html.escape(mark.answer)}</pre></details>"
    return (
        f"<h2>{mark.exercise_id} · {html.escape(mark.title)}</h2>"
        f"<p>{look.badge(sign, color)} <b>{mark.status}</b> {html.escape(mark.message)}</p>{trace}"
        f"{answer if mark.answer else ''}"
    )


def _for_a_spreadsheet(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
