"""``course progress``, ``course release`` and ``course grade``: for readers the first, for instructors the others."""

from __future__ import annotations

import enum
import platform
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_tools.cli import progress as saved_progress
from course_tools.cli.arguments import Number, lecture_of, stop

if TYPE_CHECKING:
    from course_tools.grading.grader import Graded
    from course_tools.grading.roster import Roster

app = typer.Typer(rich_markup_mode=None)


class Layout(enum.StrEnum):
    """Layouts of the table of points."""

    plain = "plain"
    moodle = "moodle"
    canvas = "canvas"


@app.command(epilog="Example: course progress")
def progress() -> None:
    """Show how many exercises of your lectures in my_work/ are correct, as their checks said when you last saved."""
    typer.echo("\n".join(saved_progress.lines()) or "nothing started yet; begin with: course start 00")


@app.command(epilog="Example: course release 02a --to ~/nbgrader-course")
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


@app.command(epilog="Example: course grade submissions --roster students.csv --out grades.csv --feedback feedback")
def grade(
    submissions: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A notebook or a folder for each student.")
    ],
    jobs: Annotated[int, typer.Option(min=1, help="Exercises graded at a time; two cores are well used by 2.")] = 2,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Table of points.")] = Path("grades.csv"),
    feedback: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for a page for each file.")] = None,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Students of the course: a CSV file with name,id,email.")
    ] = None,
    layout: Annotated[Layout, typer.Option("--format", help="Who is to read the table of points.")] = Layout.plain,
    seed: Annotated[
        int | None, typer.Option(help="Of the hidden inputs; without it one is drawn, and told at the end.")
    ] = None,
) -> None:
    """Grade notebooks of any lectures, each exercise in a closed process of its own; see docs/instructor-guide.md."""
    if platform.system() == "Windows":
        stop("Windows cannot isolate what students wrote; grade in WSL or in the container of docs/instructor-guide.md")
    from course_tools.grading import pool, results
    from course_tools.grading import roster as rosters

    if layout != Layout.plain and roster is None:
        stop(f"--format {layout.value} needs --roster: the platform knows students by their id or e-mail address")
    seed = secrets.randbelow(2**31) if seed is None else seed
    try:
        students = rosters.Roster([]) if roster is None else rosters.read(roster)
        results.look_at(out, feedback, submissions)
        graded = pool.grade_folder(submissions.resolve(), jobs, seed)
    except (rosters.RosterError, results.PlaceError, RuntimeError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{submissions} cannot be read ({error.strerror})")
    if not graded:
        stop(f"nothing was handed in: {submissions} is empty")
    _write(graded, students, layout.value, out, feedback)
    whole = sum(bool(one.marks) for one in graded)
    typer.echo(f"{len(graded)} files, {whole} graded, {len(graded) - whole} with nothing to grade: {out}")
    closed = sorted({one.isolation for one in graded if one.isolation})
    typer.echo(f"isolation: {', '.join(closed) or 'none was needed'}; --seed {seed} draws the same inputs again")


def _write(graded: list[Graded], students: Roster, layout: str, out: Path, feedback: Path | None) -> None:
    """Write the tables and the pages, and say what is kept of earlier ones and who is in no list."""
    from course_tools.grading import gradebook, records, results

    pages = records.page_names(graded)
    texts = {
        out: gradebook.table(graded, students, layout),
        out.with_name(f"{out.stem}_details{out.suffix}"): records.details(graded, pages),
    }
    try:
        kept = [results.put_file(path, text) for path, text in texts.items()]
        if feedback is not None:
            kept.append(results.put_pages(feedback, dict(zip(pages, map(records.feedback_page, graded), strict=True))))
    except results.PlaceError as error:
        typer.echo(texts[out])  # what took so long to find out must not be lost
        stop(f"{error}; the table of points stands above")
    for path in filter(None, kept):
        typer.echo(f"the earlier one is kept: {path}")
    unknown = gradebook.strangers(graded, students) if students.people else []
    for name in unknown:
        typer.echo(f"not found in the roster, or twice: {records.plain(name)}")
