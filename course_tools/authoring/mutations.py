"""Mutations of claims: changes to a lecture's code after which the effect that a claim asserts is gone.

``tests/lectures/mutations/lecture_NN.py`` lists them, and ``course mutate NN`` tries them. A claim must hold as it
stands, fail under each of its mutations, and have no assertion that none of them makes fail.
"""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course_tools.authoring.claims import claims
from course_tools.authoring.rerun import Run, run
from course_tools.authoring.student import tagged, tags
from course_tools.syllabus import Lecture
from course_utils import settings

LEFT_OUT = "checked in full only"  # as evidence.in_full_only prints


@dataclass(frozen=True)
class Mutation:
    """One change to the code that leads to a claim.

    Attributes:
        claim: name of the claim that must fail.
        what: the change in a few words, ``"without skips"``.
        replace: old text → new text, all at once. An old text occurs once in the code that leads to the claim, and not
            in an assertion: the experiment is changed, never what is said about it.
        slow: it takes more than a few seconds in the fast profile, so that ``course test`` leaves the claim out.
    """

    claim: str
    what: str
    replace: Mapping[str, str]
    slow: bool = False


@dataclass
class Report:
    """What became of a claim.

    Attributes:
        rows: what was run, its outcome, and its seconds; first the claim as it stands, then each mutation.
        problems: what its author must mend.
        left_out: nothing could be asserted, because this run is not in full or has no real data.
    """

    rows: list[tuple[str, str, float]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: bool = False


def listed(lecture: Lecture) -> Sequence[Mutation]:
    """Return the mutations that the tests list for a lecture; none where there is no list."""
    path = settings.course_root() / "tests" / "lectures" / "mutations" / f"lecture_{lecture.number}.py"
    return runpy.run_path(str(path))["MUTATIONS"] if path.exists() else ()


def list_problems(notebook: NotebookNode, lecture: Lecture, mutations: Sequence[Mutation]) -> list[str]:
    """Return the mutations that name no claim, and the claims that no mutation names."""
    there, named = claims(notebook), dict.fromkeys(mutation.claim for mutation in mutations)
    found = [
        f"lecture {lecture.number} has no claim {name}, which a mutation names" for name in named if name not in there
    ]
    return found + [
        f"lecture {lecture.number}, claim {name}: no mutation is listed" for name in there if name not in named
    ]


def examine(notebook: NotebookNode, claim: str, mutations: Sequence[Mutation]) -> Report:
    """Run a claim as it stands and under each of its mutations.

    A section is run after the set-up cells alone; where it needs a name of an earlier one, after the whole lecture.

    Args:
        notebook: source of the lecture.
        claim: its name.
        mutations: of this claim.
    """
    cells = code_before(notebook, claim)
    as_is = run(cells, earlier_assertions=True)
    if as_is.error.startswith("NameError"):
        cells = code_before(notebook, claim, whole_lecture=True)
        as_is = run(cells, earlier_assertions=True)
    report = Report(left_out=LEFT_OUT in as_is.printed and not as_is.reached)
    fault = as_is.error or "; ".join(f"assert {text}" for text in as_is.failed)
    if not (fault or as_is.reached or report.left_out):
        fault = "no assertion is reached"
    report.rows.append(("as it stands", fault or ("left out" if report.left_out else "holds"), as_is.seconds))
    if fault:
        report.problems.append(f"{claim} does not hold as it stands: {fault}")
    if not fault and not report.left_out:
        _try(report, cells, as_is, mutations)
    return report


def _try(report: Report, cells: Sequence[str], as_is: Run, mutations: Sequence[Mutation]) -> None:
    """Run each mutation, note its outcome, and then each assertion that none of them makes fail."""
    can_fail: set[str] = set()
    for mutation in mutations:
        try:
            found = run(mutated(cells, mutation), earlier_assertions=False)
        except ValueError as error:
            found = Run(error=str(error))
        failed = found.failed & as_is.reached
        can_fail |= failed
        if failed:
            outcome = f"caught by {len(failed)} of {len(as_is.reached)} assertions"
        elif LEFT_OUT in as_is.printed and not found.error:
            outcome = LEFT_OUT
        else:
            outcome = f"broken: {found.error}" if found.error else "not caught: the claim holds all the same"
            report.problems.append(f"{mutation.claim}, {mutation.what}: {outcome}")
        report.rows.append((mutation.what, outcome, found.seconds))
    for text in sorted(as_is.reached - can_fail):
        report.problems.append(f"{mutations[0].claim}: no mutation makes this fail: assert {text}")


def code_before(notebook: NotebookNode, claim: str, *, whole_lecture: bool = False) -> list[str]:
    """Return the code that leads to a claim, cell by cell, the claim's own cell last; see :func:`code_until`."""
    return code_until(notebook, claims(notebook)[claim], whole_lecture=whole_lecture)


def code_until(notebook: NotebookNode, last: int, *, whole_lecture: bool = False) -> list[str]:
    """Return the code that leads to the cell at position ``last``, itself included; exercises are not among it.

    It begins with the set-up cells; the rest is the cell's section, from its H2 heading on, or the whole lecture.
    """
    headings = [
        position
        for position, cell in enumerate(notebook.cells[:last])
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE)
    ]
    first = 0 if whole_lecture or not headings else headings[-1]
    return [
        cell.source
        for position, cell in enumerate(notebook.cells[: last + 1])
        if cell.cell_type == "code"
        and (position >= first or "setup" in tags(cell))
        and not any(tagged(cell, kind) for kind in ("exercise", "check", "progress"))
    ]


def mutated(cells: Sequence[str], mutation: Mutation) -> list[str]:
    """Return the cells with the replacements of a mutation.

    Raises:
        ValueError: an old text does not occur exactly once, or it is part of an assertion.
    """
    places = []
    for old, new in mutation.replace.items():
        hits = [(number, hit.span()) for number, cell in enumerate(cells) for hit in re.finditer(re.escape(old), cell)]
        if len(hits) != 1:
            raise ValueError(f"{old!r} occurs {len(hits)} times in the code that leads to the claim, not once")
        number, (start, end) = hits[0]
        lines = range(1 + cells[number].count("\n", 0, start), 2 + cells[number].count("\n", 0, end - 1))
        if not _asserted_lines(cells[number]).isdisjoint(lines):
            raise ValueError(f"{old!r} is part of an assertion; change the experiment, not the claim")
        places.append((number, start, end, new))
    changed = list(cells)
    for number, start, end, new in sorted(places, reverse=True):  # from the end, so that earlier places stay put
        changed[number] = changed[number][:start] + new + changed[number][end:]
    return changed


def _asserted_lines(cell: str) -> set[int]:
    assertions = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Assert)]
    return {line for node in assertions for line in range(node.lineno, node.end_lineno + 1)}
