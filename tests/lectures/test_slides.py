"""Every slide of every lecture can be shown: measured in a browser at 1280 × 720."""

import re

import pytest

from course_tools import syllabus
from course_tools.authoring import pairing
from course_tools.authoring.leaks import SOLUTION_REGION
from course_tools.slides import deck, grammar, measure
from tests.course_tools.slides import needs_browser, toy

LECTURES = syllabus.lectures()


def shown_solutions(notebook) -> list[str]:
    """Return lines that only a solution has, as far as they stand on the slides that are not to show it."""
    said = "\n".join(SOLUTION_REGION.sub("", cell.source) for cell in notebook.cells)
    lines = {
        line.strip()
        for cell in notebook.cells
        for region in SOLUTION_REGION.findall(cell.source)
        for line in region.splitlines()
    }
    on_slides = "\n".join(cell.source for cell in grammar.slide_cells(notebook))
    return [line for line in sorted(lines) if len(line) > 7 and line not in said and line in on_slides]


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.number)
def test_no_solution_is_on_a_slide(lecture):
    assert shown_solutions(pairing.paired_notebook(lecture)) == []


def test_a_solution_on_a_slide_is_found(monkeypatch):
    monkeypatch.setattr(grammar, "_blank", lambda cells: cells)
    assert shown_solutions(toy()) == ["return number + number"]


@needs_browser
@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.number)
def test_every_slide_fits(lecture, tmp_path):
    """With the slides of the solutions, so that one look sees both decks."""
    found = measure.measure(deck.write_deck(lecture, tmp_path, solutions=True))
    assert found.faults == []
    assert [request for request in found.requests if not re.match("data:|file:.*/" + lecture.slug, request)] == []
