"""``course data``: the data sets that can be downloaded, and those that are here. Introduced in lecture 00."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="List, download and verify the data sets of the lectures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list", epilog="Example: course data list")
def list_command() -> None:
    """Show every data set: name, size, whether it is here, licence."""
    from course_utils import data

    for name, entry in data.registry().items():
        state = data.status(name).state
        typer.echo(f"{name:<12}{entry.size / 1e6:>8.1f} MB  {state:<8}  {entry.title}, {entry.licence}")


@app.command(epilog="Example: course data get mnist")
def get(name: Annotated[str, typer.Argument(metavar="NAME", help="A name that `course data list` shows.")]) -> None:
    """Download a data set where it is missing or damaged, and print its folder."""
    from course_utils import data

    if name not in data.registry():
        raise typer.BadParameter(f"no data set {name!r}; there are {', '.join(data.registry())}")
    try:
        typer.echo(data.fetch(name))
    except data.DataUnavailable as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@app.command(epilog="Example: course data verify")
def verify() -> None:
    """Compare every data set that is here with its checksums; fail where one is damaged."""
    from course_utils import data

    found = data.verify()
    for status in found:
        typer.echo(f"{status.name}: {status.state}")
        for problem in status.problems:
            typer.echo(f"    {problem}")
    damaged = [status.name for status in found if status.state == "damaged"]
    if damaged:
        typer.echo(f"mend it with: {' && '.join(f'course data get {name}' for name in damaged)}", err=True)
        raise typer.Exit(1)
