"""Every command of a reader, an instructor and an author. Introduced in lecture 00.

What a command needs is imported when it runs, so that ``course --help`` answers at once and ``course doctor`` also
where a package is missing. Exit codes: 0 all is well, 1 something is wrong, 2 the command was misspelt.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from course_tools import syllabus
from course_tools.cli import datasets, grading, site, slides, suite, workspace
from course_tools.cli import doctor as doctor_checks
from course_tools.cli import lab as lab_server
from course_tools.cli import update as course_update
from course_tools.cli.arguments import Number, lecture_of, stop
from course_utils import settings


class Door(typer.core.TyperGroup):
    """The group of all commands: where the folder of the course or a package is missing, each says so in a sentence."""

    def invoke(self, ctx: typer.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except settings.NoCourse as error:
            stop(str(error))
        except FileNotFoundError as error:
            if syllabus.has_sources():
                raise
            stop(f"This copy of the course has no sources ({error.filename}); do this in the full copy.")
        except ModuleNotFoundError as error:
            stop(
                f"The package {error.name} is missing. To write, teach or grade, install the tools for it: make setup, "
                "or with conda: conda env update --file environment-dev.yml. If you only read, ask: course doctor"
            )


app = typer.Typer(
    cls=Door,
    help="The lectures of this course, your own copies of them, data sets, and what instructors and authors need.",
    epilog="Examples: course lab, course start 02a, course doctor",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(datasets.app, name="data")
app.add_typer(grading.app)
app.add_typer(slides.app)
app.add_typer(site.app)


Solutions = Annotated[bool, typer.Option("--solutions", help="The notebook with the solutions, to teach from.")]


class Profile(StrEnum):
    """The profiles of ``settings.PROFILES``, as choices of a command line."""

    full = "full"
    fast = "fast"


@app.command(epilog="Examples: course lab, course lab 02a, course lab 02a --solutions")
def lab(
    number: Annotated[str | None, typer.Argument(metavar="NN", help="Number of the lecture to open.")] = None,
    solutions: Solutions = False,
) -> None:
    """Open JupyterLab on my_work/ and print its address.

    With a number it opens your copy of that lecture, and makes one first where there is none. The first time, without
    a number, it does so with the first lecture.
    """
    if solutions and number is None:
        raise typer.BadParameter("say which lecture, for example: course lab 02a --solutions")
    lecture = lecture_of(number) if number is not None else workspace.first_lecture_of_a_newcomer()
    try:
        notebook = workspace.started(lecture, solutions) if lecture is not None else None
    except workspace.WorkspaceError as error:
        stop(str(error))
    try:
        lab_server.serve(notebook)
    except PermissionError as error:
        stop(f"JupyterLab cannot write {error.filename} ({error.strerror}); set HOME to a folder that you may write")


@app.command(epilog="Examples: course start 02a, course start --all")
def start(
    number: Annotated[str | None, typer.Argument(metavar="NN", help="Number of the lecture, such as 02.")] = None,
    solutions: Solutions = False,
    all_lectures: Annotated[bool, typer.Option("--all", help="Every lecture that you have not started yet.")] = False,
) -> None:
    """Copy a lecture to my_work/, where no update touches it. Never writes over a file of yours."""
    if all_lectures == (number is not None) or (all_lectures and solutions):
        raise typer.BadParameter("name one lecture, as in course start 02a, or say --all")
    try:
        if all_lectures:
            copies = workspace.start_all()
            typer.echo(f"{len(copies)} new copies in {settings.work_folder()}; those that were there stay as they are")
            return
        lecture = lecture_of(number)
        typer.echo(workspace.start(lecture, solutions))
    except workspace.WorkspaceError as error:
        stop(str(error))
    asked = lecture.number + (" --solutions" if solutions else "")
    typer.echo(f"Open it in the file list of JupyterLab, or with: course lab {asked}")


@app.command(epilog="Example: course reset 02a")
def reset(number: Number, solutions: Solutions = False) -> None:
    """Lay a fresh copy of a lecture in my_work/; your old one is kept in my_work/kept/ under today's date."""
    try:
        kept, fresh = workspace.reset(lecture_of(number), datetime.datetime.now(), solutions)
    except workspace.WorkspaceError as error:
        stop(str(error))
    typer.echo(f"your old copy: {kept}")
    typer.echo(f"fresh copy: {fresh}")


@app.command(epilog="Example: course update")
def update() -> None:
    """Bring the course up to date and say what is new; what you edited in notebooks/ is kept in my_work/kept/."""
    try:
        done = course_update.update(datetime.datetime.now())
    except course_update.UpdateError as error:
        stop(str(error))
    typer.echo(course_update.report(done) if done is not None else "you have the newest version")


@app.command(epilog="Example: course doctor")
def doctor() -> None:
    """Check Python, packages, device, settings, data sets, disk; name what is wrong and what mends it."""
    found = doctor_checks.rows()
    typer.echo(doctor_checks.table(found))
    typer.echo()
    typer.echo(doctor_checks.verdict(found))
    if any(row.wrong for row in found):
        raise typer.Exit(1)


@app.command(epilog="Examples: course build, course build --check, course build --from-notebook 02a")
def build(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file is out of date.")] = False,
    from_notebook: Annotated[
        str | None,
        typer.Option(metavar="NN", help="First take the text of this solution notebook into its source."),
    ] = None,
) -> None:
    """Generate what is derived from the sources: student notebooks, paired notebooks, generated tables."""
    from course_tools.authoring import build as authoring_build
    from course_tools.authoring import edits

    try:
        if check:
            if problems := authoring_build.problems():
                stop("\n".join(problems))
            typer.echo("everything generated is up to date")
            return
        if from_notebook is not None:
            lecture = lecture_of(from_notebook)
            kept = edits.take_from_notebook(lecture, datetime.datetime.now())
            typer.echo(lecture.source)
            if kept is not None:
                typer.echo(f"the source was edited as well; as it was before: {kept}")
        for path in authoring_build.build():
            typer.echo(path)
    except (edits.EditedByHand, ValueError) as error:
        stop(str(error))


@app.command(epilog="Examples: course execute 02a, course execute 02a 09 --profile fast")
def execute(
    numbers: Annotated[list[str], typer.Argument(metavar="NN...", help="Numbers of the lectures.")],
    profile: Annotated[Profile, typer.Option(help="Released outputs are those of the full profile.")] = Profile.full,
) -> None:
    """Run the lectures with their solutions and store the outputs; print how long each took."""
    from nbclient.exceptions import CellExecutionError

    from course_tools.authoring.execute import execute as execute_lecture

    for lecture in [lecture_of(number) for number in numbers]:
        try:
            report = execute_lecture(lecture, profile.value)
        except (CellExecutionError, RuntimeError) as error:
            stop(f"{lecture.slug}: {error}")
        typer.echo(
            f"{lecture.slug}: {report.seconds:.0f} s, "
            f"slowest cell {report.slowest_cell} ({report.slowest_seconds:.0f} s), profile {profile.value}"
        )


@app.command(
    epilog='Example: course adopt --repository lee/deep-learning --instructor "Ann Lee" --term "spring 2027"',
)
def adopt(
    repository: Annotated[str, typer.Option(metavar="OWNER/NAME", help="Your repository on GitHub.")],
    instructor: Annotated[str, typer.Option(metavar="NAME", help="Who teaches it.")],
    term: Annotated[str, typer.Option(metavar="TEXT", help="When, as your students say it.")],
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="A new name for the course.")] = None,
) -> None:
    """Make the course yours: names, links, Colab and Binder, citation, holders of rights. git undoes it."""
    from course_tools.authoring import build as authoring_build
    from course_tools.authoring.adopt import CannotAdopt, Owner, adopt

    try:
        changed = adopt(Owner(repository, instructor, term, title), datetime.date.today())
    except CannotAdopt as error:
        stop(str(error))
    for path in [*changed, *authoring_build.build()]:
        typer.echo(path)
    typer.echo("Look at it with: git diff. Undo it with: git restore .")


@app.command(epilog='Example: course new 14 restoring_images "Restoring images"')
def new(
    number: Annotated[str, typer.Argument(metavar="NN", help="Number: 14, or 13a for one of several lectures.")],
    slug: Annotated[str, typer.Argument(metavar="NAME", help="End of its file name, such as restoring_images.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Its heading.")],
) -> None:
    """Lay a new lecture: source, exercises, their proofs, and a row in the syllabus. Never writes over a file."""
    from course_tools.authoring.new import CannotLay, lay

    try:
        paths = lay(number, slug, title)
    except CannotLay as error:
        stop(str(error))
    for path in paths:
        typer.echo(path)
    typer.echo(f"What is left for you to write: course lint {number}")


@app.command(epilog="Examples: course lint 02a, course lint")
def lint(
    numbers: Annotated[list[str] | None, typer.Argument(metavar="[NN...]", help="Lectures; all if none.")] = None,
) -> None:
    """Name everything in the sources of lectures that breaks a house rule. Runs no notebook."""
    from course_tools.authoring import lint, words

    chosen = [lecture_of(number) for number in numbers or []] or syllabus.lectures()
    found = [f"{lecture.number}: {line}" for lecture in chosen for line in lint.problems(lecture)]
    found += [] if numbers else words.unused_terms()
    if found:
        stop("\n".join(found))
    typer.echo("every house rule is kept")


@app.command(epilog="Examples: course mutate 02a, course mutate 02a noise-gain --profile fast, course mutate --all")
def mutate(
    number: Annotated[str | None, typer.Argument(metavar="NN", help="Number of the lecture.")] = None,
    claim: Annotated[str | None, typer.Argument(help="Name of one claim.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All lectures.")] = False,
    profile: Annotated[Profile, typer.Option(help="As for execute; fast is quicker.")] = Profile.full,
) -> None:
    """Remove the effect that a claim of a lecture asserts, and see whether the claim fails, as it must."""
    if every == (number is not None):
        raise typer.BadParameter("name a lecture, or take all of them with --all")
    from course_tools.authoring.execute import environment

    problems = []
    with environment(profile.value):
        from course_tools.cli.mutate import mutate as mutate_lecture

        for lecture in syllabus.lectures() if every else [lecture_of(number)]:
            try:
                problems += mutate_lecture(lecture, claim)
            except KeyError as error:
                raise typer.BadParameter(error.args[0]) from None
    if problems:
        stop("\n".join(problems))
    typer.echo("every claim that was tried can fail")


@app.command(epilog="Example: course test")
def test() -> None:
    """Run the unit tests, and every notebook with its outputs compared: offline, fast profile, no data needed."""
    if suite.run() != 0:
        raise typer.Exit(1)
