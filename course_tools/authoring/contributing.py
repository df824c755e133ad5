"""The generated part of CONTRIBUTING.md: which sitting is taught from which module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course_tools import syllabus
from course_tools.authoring.markers import fill
from course_tools.syllabus import Lecture
from course_utils import settings

PACKAGE = "course_utils"
EVERYWHERE = {"exercises", "plots", "settings"}  # no news in any row


def contributing_text(current: str) -> str:
    """Return CONTRIBUTING.md with its generated table up to date; what stands outside the markers is kept.

    Raises:
        ValueError: a marker is missing.
    """
    return fill(current, "modules", module_table(syllabus.lectures()), "CONTRIBUTING.md")


def module_table(lectures: list[Lecture]) -> str:
    """Return the table in Markdown: a row per sitting with the modules that its source imports."""
    rows = [f"| {lecture.number} | {lecture.title} | {_listed(modules_of(lecture))} |" for lecture in lectures]
    return "\n".join(["| sitting | title | taught from |", "| --- | --- | --- |", *rows])


def modules_of(lecture: Lecture) -> list[str]:
    """Return the modules of ``course_utils`` that a lecture imports, sorted, without those that all lectures use."""
    tree = ast.parse(lecture.source.read_text(encoding="utf-8"))
    return sorted({name for node in ast.walk(tree) for name in _imported(node)} - EVERYWHERE)


def _listed(modules: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in modules) or "–"


def _imported(node: ast.AST) -> Iterator[str]:
    """Yield ``training`` for ``from course_utils.training import fit``, ``training.fast`` where fast is a module."""
    if not isinstance(node, ast.ImportFrom) or (node.module or "").partition(".")[0] != PACKAGE:
        return
    inside = node.module.split(".")[1:]
    for alias in node.names:
        parts = [*inside, alias.name]
        place = settings.course_root().joinpath(PACKAGE, *parts)
        yield ".".join(parts if place.is_dir() or place.with_suffix(".py").is_file() else inside)
