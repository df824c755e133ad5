"""``course lab``: JupyterLab on the course. Introduced in lecture 00."""

from __future__ import annotations

import os
import sys
import webbrowser
from urllib.parse import quote

from course_tools.cli import workspace
from course_tools.syllabus import Lecture
from course_utils import settings

# They would run inside the terminal that shows the server's address.
_TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}


def serve(lecture: Lecture | None) -> None:
    """Run JupyterLab until the reader stops it with Ctrl-C; it prints its address.

    Args:
        lecture: opened at once; None shows the folder of the lectures.
    """
    from jupyterlab.labapp import main

    main(server_arguments(lecture))


def server_arguments(lecture: Lecture | None) -> list[str]:
    """Return the arguments of ``jupyter lab``: the whole course as root folder, and what it opens with."""
    root = settings.course_root()
    page = root / "notebooks"
    if lecture is not None:
        mine = workspace.my_copy(lecture)
        page = mine if mine.exists() else lecture.student
    arguments = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{quote(page.relative_to(root).as_posix())}",
    ]
    arguments.append("--ContentsManager.pre_save_hook=course_tools.cli.stills.leave_out_widgets")
    if running_as_root():
        arguments.append("--allow-root")  # the server refuses otherwise; containers often have no other user
    if not browser_available():
        arguments.append("--no-browser")
    return arguments


def running_as_root() -> bool:
    """Return True for the user root; Windows has none."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def browser_available() -> bool:
    """Return True where a browser with windows can be opened."""
    windows = [os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")]  # or an editor's own browser
    if sys.platform.startswith("linux") and not any(windows):
        return False
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    return getattr(browser, "name", "") not in _TEXT_BROWSERS
