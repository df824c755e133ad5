"""The generated parts of the README: launch badges and the table of lectures, each between two markers."""

from __future__ import annotations

import re
from urllib.parse import quote

from course_tools import syllabus
from course_tools.authoring.markers import fill
from course_tools.syllabus import Lecture


def readme_text(current: str) -> str:
    """Return the README with its generated parts up to date.

    Args:
        current: the README as it is; what stands outside the markers is kept.

    Raises:
        ValueError: a pair of markers is missing.
    """
    repository = syllabus.repository()
    taught = f"This copy of the course is taught by {who}." if (who := syllabus.taught_by()) else ""
    head = "\n\n".join(filter(None, (badges(repository), taught)))
    with_badges = fill(current, "badges", head, "README.md")
    return fill(with_badges, "lectures", lecture_table(syllabus.lectures(), repository), "README.md")


def badges(repository: str) -> str:
    """Return the launch badge of Binder, or an empty string while the course is not published.

    Args:
        repository: ``"owner/name"`` or empty.
    """
    if not repository:
        return ""
    return _badge(
        "Open the course in Binder",
        "https://mybinder.org/badge_logo.svg",
        f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/my_work",
    )


def guide_text(current: str) -> str:
    """Return the instructor guide with the link for JupyterHub up to date: nbgitpuller names the folder as GitHub does.

    Raises:
        ValueError: a pair of markers is missing.
    """
    repository = syllabus.repository() or "OWNER/NAME"
    address, folder = quote(f"https://github.com/{repository}", safe=""), repository.partition("/")[2]
    notebook = f"lab/tree/{folder}/notebooks/{syllabus.lectures()[0].student.name}"
    link = f"https://HUB/hub/user-redirect/git-pull?repo={address}&branch=main&urlpath={quote(notebook, safe='')}"
    return fill(current, "hub link", f"```\n{link}\n```", "instructor-guide.md")


def lecture_table(lectures: list[Lecture], repository: str) -> str:
    """Return the table of lectures in Markdown; a published course has a column of Colab links.

    Args:
        lectures: in teaching order.
        repository: ``"owner/name"`` or empty.
    """
    header = ["", "Lecture", "Lecture min", "Exercises", "Exercise min", "CPU time", "GPU time"]
    rows = [_row(lecture) for lecture in lectures]
    if repository:
        header.append("Run online")
        rows = [[*row, _colab(lecture, repository)] for row, lecture in zip(rows, lectures, strict=True)]
    alignment = ["---" if name in {"", "Lecture", "Run online"} else "--:" for name in header]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, alignment, *rows])


def exercise_count(lecture: Lecture) -> int:
    """Return how many exercises a lecture checks, counted in its source, or else in its student notebook."""
    source = (lecture.source if syllabus.has_sources() else lecture.student).read_text(encoding="utf-8")
    return len(set(re.findall(rf'"check:({lecture.number}\.\d+)"', source)))


def readable_time(seconds: int) -> str:
    """Return a run time as a reader says it: ``"45 s"``, ``"2 min"``; minutes are rounded up."""
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"


def _row(lecture: Lecture) -> list[str]:
    return [
        lecture.number,
        f"[{lecture.title}](notebooks/{lecture.student.name})" + (" (guest)" if lecture.guest else ""),
        str(lecture.minutes),
        str(exercise_count(lecture)),
        str(lecture.exercise_minutes),
        readable_time(lecture.cpu_seconds),
        "–" if lecture.gpu_seconds is None else readable_time(lecture.gpu_seconds),
    ]


def _colab(lecture: Lecture, repository: str) -> str:
    return _badge(
        f"Open lecture {lecture.number} in Colab",
        "https://colab.research.google.com/assets/colab-badge.svg",
        f"https://colab.research.google.com/github/{repository}/blob/main/notebooks/{lecture.student.name}",
    )


def _badge(text: str, image: str, target: str) -> str:
    return f"[![{text}]({image})]({target})"
