"""The page of a deck: nbconvert's slides with a template of the course, everything in one file."""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode
from traitlets.config import Config

from course_tools import files
from course_tools.authoring import pairing
from course_tools.slides import assets, grammar
from course_tools.syllabus import Lecture

WIDTH, HEIGHT = 1280, 720  # pixels of a slide
TEMPLATES = Path(__file__).parent / "templates"
MADE_HERE = "<!-- made by: course slides -->"
_WIDGET = "application/vnd.jupyter.widget-view+json"


class DeckError(Exception):
    """A deck cannot be written; the message says why and what to do."""


def write_deck(lecture: Lecture, folder: Path, solutions: bool = False) -> Path:
    """Write the deck of a lecture, over an older deck of the same name.

    Args:
        lecture: read from its source, with the outputs of the solution notebook.
        folder: made where it does not exist.
        solutions: whether each exercise is followed by a slide with its solution.

    Returns:
        The path of the deck.

    Raises:
        DeckError: the lecture has no source; a file of that name is no deck, or cannot be written.
        AssetsMissing: a package does not carry reveal.js or MathJax.
    """
    path = folder / f"{lecture.slug}.html"
    try:
        notebook = pairing.paired_notebook(lecture)
    except FileNotFoundError as error:
        raise DeckError(f"{error.filename} does not exist; slides are made from the source of a lecture") from error
    page = deck_html(notebook, lecture.title, solutions)
    try:
        if path.exists() and MADE_HERE not in path.read_text(encoding="utf-8", errors="replace"):
            raise DeckError(f"{path} is no deck of the course, so it stays as it is; name another folder with --to")
        folder.mkdir(parents=True, exist_ok=True)
        files.replace(path, page.encode())
    except OSError as error:
        raise DeckError(f"{path} cannot be written ({error.strerror}); name another folder with --to") from error
    return path


def deck_html(notebook: NotebookNode, title: str, solutions: bool = False) -> str:
    """Return the deck of an executed lecture as one page.

    Args:
        notebook: the lecture with its solutions (unchanged by this).
        title: what the browser's window is called.
        solutions: whether each exercise is followed by a slide with its solution.
    """
    cells = [_without_widgets(cell) for cell in grammar.slide_cells(notebook, solutions)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:03d}"
        if not cell.source:
            cell.metadata.transient = {"remove_source": True}
    exporter = SlidesExporter(
        config=Config({"CSSHTMLHeaderPreprocessor": {"style": "xcode"}}),
        template_name="deck",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    resources = {
        "deck": {"title": title, "made_here": MADE_HERE, "width": WIDTH, "height": HEIGHT, "styles": assets.styles()}
        | assets.scripts(),
    }
    page, _ = exporter.from_notebook_node(NotebookNode(notebook | {"cells": cells}), resources)
    return page


def without_outputs(lecture: Lecture) -> int:
    """Return how many code cells of a lecture wait for their outputs: changed since the lecture was executed."""
    cells = pairing.paired_notebook(lecture).cells
    return sum(cell.cell_type == "code" and cell.execution_count is None for cell in cells)


def _without_widgets(cell: NotebookNode) -> NotebookNode:
    """Take the live view out of outputs that have a still picture beside it; a deck has no kernel."""
    for output in cell.get("outputs", []):
        output.get("data", {}).pop(_WIDGET, None)
    return cell
