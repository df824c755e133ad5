"""Write everything that is derived from the lecture sources, or say what has drifted from them."""

from __future__ import annotations

from pathlib import Path

from course_tools import syllabus
from course_tools.authoring.contributing import contributing_text
from course_tools.authoring.pairing import is_stale, notebook_text, paired_notebook
from course_tools.authoring.readme import readme_text
from course_tools.authoring.student import student_notebook
from course_utils import settings

PAGES = {"README.md": readme_text, "CONTRIBUTING.md": contributing_text}  # with generated tables


def derived_files() -> dict[Path, str]:
    """Return every derived file with the content it should have."""
    files = {}
    for lecture in syllabus.lectures():
        paired = paired_notebook(lecture)
        files[lecture.solution] = notebook_text(paired)
        files[lecture.student] = notebook_text(student_notebook(paired))
    for name, text in PAGES.items():
        page = settings.course_root() / name
        files[page] = text(page.read_text(encoding="utf-8"))
    return files


def build() -> list[Path]:
    """Write the derived files that differ and return them; outputs of unchanged cells are kept."""
    written = []
    for path, content in derived_files().items():
        if _differs(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def problems() -> list[str]:
    """Return one line for each derived file that has drifted or holds stale outputs, with the command that mends it."""
    found = [
        f"{path.relative_to(settings.course_root()).as_posix()} differs from its source; mend it with: course build"
        for path, content in derived_files().items()
        if _differs(path, content)
    ]
    for lecture in syllabus.lectures():
        if is_stale(paired_notebook(lecture)):
            found.append(
                f"{lecture.slug}: outputs are older than the code; mend it with: "
                f"course execute {lecture.number} && course build"
            )
    return found


def _differs(path: Path, content: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != content
