"""Readers run cells twice, and begin in the middle: neither ends in an error that explains nothing."""

import re

import pytest
from nbformat import NotebookNode

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.authoring.rerun import run
from course_tools.authoring.student import tagged

KERNEL = "_ = ''\n"  # a name that IPython has in every cell
END = "pass"  # the last cell's assertions would be recorded, and stop nothing
LEFT_TO_READERS = ("exercise", "check", "progress")


def sections(notebook: NotebookNode) -> list[list[NotebookNode]]:
    """Return the cells of each section, from its H2 heading on; the first is what comes before all headings."""
    found: list[list[NotebookNode]] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            found.append([])
        found[-1].append(cell)
    return found


def code(cells: list[NotebookNode]) -> list[str]:
    return [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and not any(tagged(cell, kind) for kind in LEFT_TO_READERS)
    ]


def prose(section: list[NotebookNode]) -> str:
    return "\n".join(cell.source for cell in section if cell.cell_type == "markdown")


def fault(before: list[str], section: list[NotebookNode], earlier: list[str]) -> str:
    """Return what stops a reader who runs each cell of a section twice, right after the set-up cells, or ""."""
    twice = [KERNEL + source for source in code(section) for _ in range(2)]
    if not twice:
        return ""
    error = run([*before, *twice, END], earlier_assertions=True).error
    if missing := re.match(r"NameError: name '(\w+)' is not defined", error):
        if not re.search(rf"`{missing[1]}`[^.]* from \*", prose(section)):
            return f"{error}; say in the section which one makes it: uses `{missing[1]}` from *Its heading*"
        error = run([*before, *earlier, *twice, END], earlier_assertions=True).error
    return error


@pytest.mark.parametrize("lecture", syllabus.lectures(), ids=lambda lecture: lecture.number)
def test_each_cell_runs_twice_and_each_section_from_the_set_up_on(lecture):
    start, *rest = sections(read_source(lecture))
    before, earlier, faults = code(start), [], []
    for section in rest:
        if found := fault(before, section, earlier):
            faults.append(f"{section[0].source.splitlines()[0]}: {found}")
        earlier += code(section)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("second", "text", "expected"),
    [
        ("b = a + 1", "", "name 'a' is not defined"),
        ("b = a + 1", "This uses `a` from *First*.", ""),
        ("b = [1]\nb = b[0]", "", ""),
        ("s = s + 1\nassert s == 1, 'run it from the start'", "", "run it from the start"),
    ],
)
def test_what_a_reader_would_meet_is_found(second, text, expected):
    cells = [("code", "s = 0"), ("markdown", "## First"), ("code", "a = 1")]
    cells += [("markdown", f"## Second\n{text}"), ("code", second)]
    notebook = NotebookNode(cells=[NotebookNode(cell_type=kind, source=source, metadata={}) for kind, source in cells])
    start, first, section = sections(notebook)
    found = fault(code(start), section, code(first))
    assert expected in found
    assert bool(found) == bool(expected)
