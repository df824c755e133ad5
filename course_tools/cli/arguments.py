"""What commands share: the number of a lecture as an argument, and a clean end with a message."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from course_tools import syllabus

Number = Annotated[str, typer.Argument(metavar="NN", help="Number of the lecture, such as 02.")]


def lecture_of(number: str) -> syllabus.Lecture:
    """Return the lecture of this number.

    Raises:
        typer.BadParameter: there is none.
    """
    try:
        return syllabus.lecture(number)
    except KeyError as error:
        raise typer.BadParameter(error.args[0]) from None


def stop(message: str) -> NoReturn:
    """Print a message as an error and end with code 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
