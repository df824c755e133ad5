"""What grading leaves behind for each file: a row of a table, and a page of feedback.

Everything that a student has written goes through :func:`plain`, so that it can be written, read and opened anywhere.
"""

from __future__ import annotations

import csv
import html
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from course_tools.grading.grader import Graded, Mark
from course_utils.exercises import look
from course_utils.exercises.engine import CORRECT, STYLES

STYLE = "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}pre{background:#f4f4f4;padding:.6em;overflow:auto}"  # noqa: E501
LONGEST_CELL = 5000  # characters; a spreadsheet takes 32,767
LONGEST_ANSWER = 20_000
LONGEST_NAME = 100  # bytes of the name of a page; a file system takes 255
# Where a cell can begin in a spreadsheet, whichever separator it expects; then what makes a formula of it.
FORMULA = re.compile(r"(^|[;\t\n])(\s*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫])")


def details(graded: Sequence[Graded], pages: Sequence[str]) -> str:
    """Return the table as CSV: a row for each file, a column for each exercise, and what happened in words.

    Args:
        graded: what became of each file.
        pages: name of the page of each.
    """
    ids = sorted({mark.exercise_id for one in graded for mark in one.marks})
    rows: list[list[str | int]] = [
        ["student", "number", "file", "lecture", "points", "out_of", *ids, "what_happened", "page"]
    ]
    for one, page in zip(graded, pages, strict=True):
        points = {mark.exercise_id: int(mark.status == CORRECT) for mark in one.marks}
        by_exercise = [points.get(exercise_id, "") for exercise_id in ids]
        who = [one.student, one.number, one.file, one.lecture]
        rows.append([*who, one.points, len(one.marks) or "", *by_exercise, what_happened(one), page])
    return csv_text(rows)


def what_happened(one: Graded) -> str:
    """Return one line: what was odd about the file, then each exercise that is not correct, and why."""
    wrong = [mark for mark in one.marks if mark.status != CORRECT]
    parts = [*one.remarks, *(f"{mark.exercise_id} {mark.status}: {mark.message}".rstrip(": ") for mark in wrong)]
    return " | ".join(" ".join(part.split()) for part in parts) or "all correct"


def feedback_page(one: Graded) -> str:
    """Return the page for a student, as HTML: each exercise, what the check says, and the answer that was graded."""
    title = f"Lecture {one.lecture}: {one.points} of {len(one.marks)} exercises correct" if one.marks else "Not graded"
    remarks = "".join(f"<p>{_text(remark)}</p>" for remark in one.remarks)
    marks = "\n".join(_section(mark) for mark in one.marks)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{_text(title)}</h1><p>{_text(one.file)}</p>{remarks}\n"
        f"{marks}\n</body></html>\n"
    )


def page_names(graded: Sequence[Graded]) -> list[str]:
    """Return a file name for the page of each file, no two alike and none that leads elsewhere."""
    taken: set[str] = set()
    names = []
    for one in graded:
        base = re.sub(r"[^\w.-]+", "_", plain(one.file).removesuffix(".ipynb")).lstrip(".") or "page"
        base = base.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name.casefold())
        names.append(f"{name}.html")
    return names


def csv_text(rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as CSV whose cells every spreadsheet shows as they are."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        writer.writerow([_for_a_spreadsheet(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()


def plain(text: str) -> str:
    """Return a text in which characters that cannot be written or seen (half a pair, ESC, a turn) are written out."""
    return "".join(one if _is_visible(one) else one.encode("unicode_escape").decode() for one in text)


def _is_visible(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _text(text: str) -> str:
    return html.escape(plain(text))


def _section(mark: Mark) -> str:
    sign, color = STYLES.get(mark.status, ("…", look.GRAY))
    trace = f"<pre>{_text(mark.traceback)}</pre>" if mark.traceback else ""
    answer = f"<details><summary>Your answer</summary><pre>{_text(_cut(mark.answer, LONGEST_ANSWER))}</pre></details>"
    return (
        f"<h2>{mark.exercise_id} · {_text(mark.title)}</h2>"
        f"<p>{look.badge(sign, color)} <b>{mark.status}</b> {_text(mark.message)}</p>{trace}"
        f"{answer if mark.answer else ''}"
    )


def _for_a_spreadsheet(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, or finds too long."""
    return FORMULA.sub(r"\1\2'", plain(_cut(text, LONGEST_CELL)))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]} …"
