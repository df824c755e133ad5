"""``course progress``, ``course release`` and ``course grade``: for readers the first, for instructors the others."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Annotated

import typer

from course_tools.cli import progress as saved_progress
from course_tools.cli.arguments import Number, lecture_of, stop

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: course progress")
def progress() -> None:
    """Show how many exercises of your lectures in my_work/ are correct, as their checks said when you last saved."""
    typer.echo("\n".join(saved_progress.lines()) or "nothing started yet; begin with: course start 00")


@app.command(epilog="Example: course release 02 --to ~/nbgrader-course")
def release(
    number: Number,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder of the nbgrader course; made where missing.")],
) -> None:
    """Write a lecture as an assignment for nbgrader: DIR/source/NN_topic/NN_topic.ipynb, with hidden tests."""
    from course_tools.grading import release as nbgrader_release

    try:
        written = nbgrader_release.release(lecture_of(number), to)
    except nbgrader_release.ReleaseError as error:
        stop(str(error))
    for path in written:
        typer.echo(path)


@app.command(epilog="Example: course grade submissions --jobs 4 --out grades.csv --feedback feedback")
def grade(
    submissions: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A notebook or a folder for each student.")
    ],
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks graded at a time; two cores are well used by 2.")] = 2,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Table of points.")] = Path("grades.csv"),
    feedback: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for a page for each student.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the hidden inputs; choose a number that nobody knows.")] = None,
) -> None:
    """Grade notebooks of any lectures, each exercise in a closed process of its own; see docs/instructor-guide.md."""
    if platform.system() == "Windows":
        stop("Windows cannot isolate what students wrote; grade in WSL or in the container of docs/instructor-guide.md")
    from course_tools.grading import pool, records
    from course_utils.exercises import engine

    try:
        graded = pool.grade_folder(submissions.resolve(), jobs, engine.GRADING_SEED if seed is None else seed)
    except RuntimeError as error:
        stop(str(error))
    out.write_text(records.table(graded), encoding="utf-8")
    if feedback is not None:
        feedback.mkdir(parents=True, exist_ok=True)
        for one in graded:
            (feedback / records.page_name(one)).write_text(records.feedback_page(one), encoding="utf-8")
    whole = sum(bool(one.marks) for one in graded)
    typer.echo(f"{len(graded)} files, {whole} graded, {len(graded) - whole} with nothing to grade: {out}")
    typer.echo(
        f"isolation: {', '.join(sorted({one.isolation for one in graded if one.isolation})) or 'none was needed'}"
    )
