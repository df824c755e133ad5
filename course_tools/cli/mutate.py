"""``course mutate``: whether the claims of a lecture can fail. For authors and CI."""

from __future__ import annotations

import typer

from course_tools.authoring import mutations
from course_tools.authoring.claims import claims
from course_tools.authoring.pairing import read_source
from course_tools.syllabus import Lecture


def mutate(lecture: Lecture, only: str | None = None) -> list[str]:
    """Try the mutations of a lecture, print a line for each, and return what is wrong.

    Args:
        lecture: a lecture of the syllabus.
        only: name of one claim, or None for all.

    Raises:
        KeyError: the lecture has no claim ``only``.
    """
    notebook, listed = read_source(lecture), mutations.listed(lecture)
    names = list(claims(notebook))
    if only is not None and only not in names:
        raise KeyError(f"lecture {lecture.number} has no claim {only!r}; there are {', '.join(names) or 'none'}")
    problems = [] if only else mutations.list_problems(notebook, lecture, listed)
    for name in [only] if only else names:
        of_claim = [mutation for mutation in listed if mutation.claim == name]
        if not of_claim:
            continue
        report = mutations.examine(notebook, name, of_claim)
        typer.echo(f"{lecture.number} {name}")
        width = max(len(what) for what, _, _ in report.rows)
        for what, outcome, seconds in report.rows:
            typer.echo(f"    {what:{width}}  {outcome} ({seconds:.1f} s)")
        problems += report.problems
    return problems
