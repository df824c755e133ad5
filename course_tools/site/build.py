"""Lay the pages of the site into a folder and let Sphinx make HTML of them; a warning is an error."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat

from course_tools import syllabus
from course_tools.site import cards, lectures, pages
from course_tools.slides import assets
from course_tools.slides.deck import write_deck
from course_tools.syllabus import Lecture
from course_utils import settings

TEMPLATES = Path(__file__).parent / "templates"
MARK = ".made-by-course-site"
FRONT = "02a"  # whose slider the front page shows


class SiteError(Exception):
    """The site cannot be made; the message says why and what to do."""


def build(folder: Path, decks: Sequence[Lecture]) -> Path:
    """Write the site into a folder, in place of an older site.

    Args:
        folder: made where it does not exist.
        decks: lectures whose slides are written too; without them a lecture's link to its slides leads nowhere.

    Returns:
        The first page.

    Raises:
        SiteError: the folder holds something else, or Sphinx found a fault.
        AssetsMissing: a package does not carry MathJax or reveal.js.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SiteError(
            f"{folder} holds something else than a site, so it stays as it is; name another folder with --to"
        )
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary) / "source", Path(temporary) / "html"
        lay(source)
        _sphinx(source, made)
        for lecture in decks:
            write_deck(lecture, made / "slides")
        (made / MARK).touch()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    return folder / "index.html"


def lay(source: Path) -> None:
    """Write the sources of the site: Sphinx's settings, notebooks, generated and written pages, and files to fetch."""
    shutil.copytree(TEMPLATES, source)
    extra, written = source / "extra" / "files", settings.course_root() / "docs"
    extra.mkdir(parents=True)
    first, pictures = source / "index.md", source / "static" / "cards"
    front = first.read_text(encoding="utf-8").replace("{title}", syllabus.title())
    first.write_text(front.replace("{slider}", lectures.first_slider(FRONT)), encoding="utf-8")
    pages_of_docs = [written / f"{name}.md" for name in ("instructor-guide", "teaching-plan", "cheat-sheet")]
    for path in (*pages_of_docs, settings.course_root() / "CHANGELOG.md"):
        text = path.read_text(encoding="utf-8").replace("](../CHANGELOG.md)", "](changelog.md)")
        (source / path.name.lower()).write_text(text, encoding="utf-8")
    shutil.copy(written / "prerequisites.svg", source)
    shutil.copy(assets.mathjax(), source / "static" / "mathjax.js")
    pictures.mkdir()
    (source / "notebooks").mkdir()
    for lecture in syllabus.lectures():
        cards.write_picture(lecture, pictures)
        nbformat.write(lectures.page_notebook(lecture), source / "notebooks" / f"{lecture.slug}.ipynb")
        shutil.copy(lecture.student, extra)
    for name, text in pages.pages().items():
        path = source / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("{root}", "../" * name.count("/")), encoding="utf-8")


def _sphinx(source: Path, made: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", str(source), str(made)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=settings.course_root())
    if done.returncode:
        raise SiteError(f"Sphinx found faults:\n{done.stderr.strip()[-6000:]}")
