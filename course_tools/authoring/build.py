"""Write everything that is derived from the lecture sources, or say what has drifted from them."""

from __future__ import annotations

from pathlib import Path

import nbformat

from course_tools import files, syllabus
from course_tools.authoring.contributing import contributing_text
from course_tools.authoring.edits import EditedByHand, refuse_to_overwrite
from course_tools.authoring.markers import fill
from course_tools.authoring.numbers import numbers, plan_text
from course_tools.authoring.pairing import is_stale, notebook_text, paired_notebook, stamped
from course_tools.authoring.prerequisites import graph
from course_tools.authoring.readme import guide_text, readme_text
from course_tools.authoring.student import student_notebook
from course_utils import settings

PAGES = {  # with generated parts
    "README.md": readme_text,
    "CONTRIBUTING.md": contributing_text,
    "docs/instructor-guide.md": guide_text,
    "docs/teaching-plan.md": plan_text,
}
FROM_SOURCES = {"CONTRIBUTING.md"}


def derived_files() -> dict[Path, str]:
    """Return every derived file with the content it should have; without sources, that is only pages."""
    derived = {}
    for lecture in syllabus.lectures() if syllabus.has_sources() else []:
        paired = paired_notebook(lecture)
        derived[lecture.solution] = notebook_text(paired)
        derived[lecture.student] = notebook_text(stamped(student_notebook(paired)))
    for name, text in PAGES.items():
        if name in FROM_SOURCES and not syllabus.has_sources():
            continue
        page = settings.course_root() / name
        derived[page] = text(page.read_text(encoding="utf-8"))
    plan = settings.course_root() / "docs" / "teaching-plan.md"
    derived[plan.with_name("prerequisites.svg")] = graph(derived[plan])
    if syllabus.has_sources():
        readme = settings.course_root() / "README.md"
        derived[readme] = fill(derived[readme], "numbers", numbers(syllabus.lectures()), "README.md")
    return derived


def build() -> list[Path]:
    """Write the derived files that differ and return them; outputs of unchanged cells are kept.

    Raises:
        EditedByHand: notebooks were edited in place; nothing is written.
    """
    changed = {path: content for path, content in derived_files().items() if _differs(path, content)}
    if edited := [found for path, content in changed.items() if (found := _edited(path, content))]:
        raise EditedByHand("\n".join(edited))
    for path, content in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, content.encode())
    return list(changed)


def problems() -> list[str]:
    """Return one line for each derived file that has drifted or holds stale outputs, with the command that mends it."""
    found = [
        _edited(path, content)
        or f"{path.relative_to(settings.course_root()).as_posix()} differs from its source; mend it with: course build"
        for path, content in derived_files().items()
        if _differs(path, content)
    ]
    for lecture in syllabus.lectures() if syllabus.has_sources() else []:
        if is_stale(paired_notebook(lecture)):
            found.append(
                f"{lecture.slug}: outputs are older than the code; mend it with: "
                f"course execute {lecture.number} && course build"
            )
    return found


def _edited(path: Path, content: str) -> str:
    """Return the ways out where a notebook was edited in place and would be overwritten, else an empty text."""
    if path.suffix == ".ipynb":
        try:
            refuse_to_overwrite(path, nbformat.reads(content, as_version=4))
        except EditedByHand as edited:
            return str(edited)
    return ""


def _differs(path: Path, content: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != content
