"""``course slides``: decks of the lectures, shown, measured and printed. For instructors and authors."""

from __future__ import annotations

import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from course_tools import syllabus
from course_tools.cli.arguments import lecture_of, stop
from course_tools.cli.lab import browser_available

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Examples: course slides 02a, course slides 02a --serve, course slides --all --to decks --pdf")
def slides(
    number: Annotated[str | None, typer.Argument(metavar="NN", help="Number of the lecture, such as 02.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every lecture instead of one.")] = False,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the decks.")] = Path("slides"),
    solutions: Annotated[bool, typer.Option("--solutions", help="After each exercise, its solution.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print each deck as PDF too (needs Chromium).")] = False,
    measure: Annotated[bool, typer.Option("--measure", help="Say what does not fit (needs Chromium).")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Present: serve the decks on this machine until Ctrl-C.")
    ] = False,
) -> None:
    """Write a lecture as slides: one file that needs no network. Press S there for the speaker's view."""
    if (number is None) != every:
        raise typer.BadParameter("name one lecture, or --all")
    from course_tools.slides.assets import AssetsMissing
    from course_tools.slides.browser import BrowserError
    from course_tools.slides.deck import DeckError, without_outputs, write_deck

    lectures = syllabus.lectures() if every else [lecture_of(number)]
    try:
        decks = [write_deck(lecture, to, solutions) for lecture in lectures]
        for lecture, deck in zip(lectures, decks, strict=True):
            typer.echo(deck)
            if waiting := without_outputs(lecture):
                cells = "code cell has" if waiting == 1 else "code cells have"
                typer.echo(f"{waiting} {cells} no output yet; run: course execute {lecture.number}", err=True)
            if measure:
                _report(deck)
            if pdf:
                from course_tools.slides.printing import write_pdf

                typer.echo(write_pdf(deck))
    except (AssetsMissing, BrowserError, DeckError) as error:
        stop(str(error))
    if serve:
        present(to, decks[0].name if len(decks) == 1 else "", "S: speaker's view, F: full screen, Esc: overview; ")


def present(folder: Path, page: str, keys: str = "") -> None:
    """Serve a folder on this machine only, print the address of a page, open it where there is a browser.

    Args:
        folder: what is served.
        page: a file in it; empty for the list of its files.
        keys: what to say of the keys of that page.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_port}/{quote(page)}"
    typer.echo(f"{address}  ({keys}here Ctrl-C ends it)")
    if browser_available():
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("ended")
    finally:
        server.server_close()


def _report(deck: Path) -> None:
    from course_tools.slides.measure import measure

    found = measure(deck)
    typer.echo(f"{deck.name}: {found.summary}")
    for fault in found.faults:
        typer.echo(f"    {fault}")


class _Quiet(SimpleHTTPRequestHandler):
    """Serve without a line for each request."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
