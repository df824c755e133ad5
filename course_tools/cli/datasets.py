"""``course data``: the data sets that can be downloaded, and those that are here. Introduced in lecture 00."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from course_utils import settings

app = typer.Typer(
    help="List, download and verify the data sets of the lectures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list", epilog="Example: course data list")
def list_command() -> None:
    """Show every data set: name, size, whether it is here, license."""
    from course_utils import data

    for name, entry in data.registry().items():
        state = data.status(name).state
        typer.echo(f"{name:<12}{entry.size / 1e6:>8.1f} MB  {state:<8}  {entry.title}, {entry.licence}")


@app.command(epilog="Examples: course data get mnist, course data get --all --to shared/data")
def get(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A name that `course data list` shows.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every data set, for a class.")] = False,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="A folder that others may read, too.")] = None,
) -> None:
    """Download a data set where it is missing or damaged, and print its folder."""
    from course_utils import data

    if every == (name is not None):
        raise typer.BadParameter("name a data set, or take all of them with --all")
    if name is not None and name not in data.registry():
        raise typer.BadParameter(f"no data set {name!r}; there are {', '.join(data.registry())}")
    if to is not None:
        os.environ["COURSE_DATA"] = str(to)
    failed = False
    for wanted in data.registry() if every else [name]:
        try:
            typer.echo(data.fetch(wanted))
        except data.DataUnavailable as error:
            typer.echo(error, err=True)
            failed = True
    if failed:
        raise typer.Exit(1)
    if to is not None:
        typer.echo(f"For everyone who is to use it: set COURSE_DATA to {settings.data_folder()}")


@app.command(epilog="Example: course data mirrors")
def mirrors() -> None:
    """Ask every mirror for the first byte of a file of each data set; fail where one does not give it."""
    from course_utils import data
    from course_utils.data import network

    dead = False
    for entry in data.registry().values():
        for mirror in entry.mirrors:
            address = mirror + entry.files[0].name
            try:
                with network.ask(address, {"Range": "bytes=0-0"}) as answer:
                    answer.raise_for_status()
                said = "answers"
            except network.RequestException as error:
                said, dead = network.reason(error), True
            typer.echo(f"{entry.name:<12}{address}  {said}")
    if dead:
        raise typer.Exit(1)


@app.command(epilog="Example: course data verify")
def verify() -> None:
    """Compare every data set that is here with its checksums; fail where one is damaged or unreadable."""
    from course_utils import data

    found = data.verify()
    for status in found:
        typer.echo(f"{status.name}: {status.state}")
        for problem in status.problems:
            typer.echo(f"    {problem}")
    damaged = [status.name for status in found if status.state == "damaged"]
    unreadable = [status.name for status in found if status.state == "unreadable"]
    if unreadable:
        typer.echo(f"make it readable for you: {settings.data_folder()}", err=True)
    if damaged:
        typer.echo(f"mend it with: {' && '.join(f'course data get {name}' for name in damaged)}", err=True)
    if damaged or unreadable:
        raise typer.Exit(1)
