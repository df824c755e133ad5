"""``course site``: the web site of the course. For instructors and authors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_tools import syllabus
from course_tools.cli.arguments import stop
from course_tools.cli.slides import present

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Examples: course site, course site --serve, course site --to public")
def site(
    to: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the site.")] = Path("site"),
    serve: Annotated[bool, typer.Option("--serve", help="Show it: serve it on this machine until Ctrl-C.")] = False,
) -> None:
    """Make the web site of the course from the stored outputs: every lecture, its slides, tables, the package.

    Nothing is executed and nothing is fetched; no page asks another server for anything.
    """
    from course_tools.site.build import SiteError, build
    from course_tools.slides.assets import AssetsMissing

    typer.echo("Writing the pages; this takes about a minute.")
    try:
        typer.echo(build(to, syllabus.lectures()))
    except (AssetsMissing, SiteError) as error:
        stop(str(error))
    if serve:
        present(to, "index.html")
