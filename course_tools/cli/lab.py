"""``course lab``: JupyterLab on a reader's own copies. Introduced in lecture 00."""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
import tempfile
import webbrowser
from pathlib import Path
from urllib.parse import quote

from course_tools.cli import terminal
from course_utils import settings

# They would run inside the terminal that shows the server's address.
_TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}


def serve(notebook: Path | None) -> None:
    """Run JupyterLab on ``my_work/`` until the reader stops it with Ctrl-C; it prints its address.

    Args:
        notebook: a file in ``my_work/``, opened at once; None shows the folder.
    """
    from jupyterlab.labapp import main

    enter_environment()
    with tempfile.TemporaryDirectory(prefix="course-lab-") as folder:
        main([*server_arguments(notebook), *terminal_arguments(Path(folder))])


def enter_environment() -> None:
    """Let what the server starts find the commands of this environment and this course.

    Terminals and ``!`` cells inherit the variables of the server. Whoever runs ``.venv/bin/course`` has not activated
    the environment; without this, ``course`` is not found there and ``pip`` is that of another Python.
    """
    path = [*command_folders(), *os.environ.get("PATH", os.defpath).split(os.pathsep)]
    os.environ["PATH"] = os.pathsep.join(dict.fromkeys(path))
    os.environ.pop("VIRTUAL_ENV", None)
    if sys.prefix != sys.base_prefix:
        os.environ["VIRTUAL_ENV"] = sys.prefix
    # What the server starts runs in other folders than this command: there the course may not be found, and a relative
    # folder would be another one.
    folders = {"COURSE_WORK": settings.work_folder(), "COURSE_DATA": settings.data_folder()}
    os.environ.update({variable: str(folder) for variable, folder in folders.items() if variable in os.environ})
    os.environ["COURSE_ROOT"] = str(settings.course_root())


def command_folders() -> list[str]:
    """Return the folders of this environment's commands; in conda on Windows there are two."""
    return list(dict.fromkeys([sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]))


def terminal_arguments(folder: Path) -> list[str]:
    """Return the arguments of ``jupyter lab`` that concern its terminals; on Windows its own choice is right.

    Args:
        folder: for files that must last as long as the server.
    """
    if os.name == "nt":
        return []
    command = shlex.join(terminal.shell_command(folder, command_folders()))
    return [f"--ServerApp.terminado_settings=shell_command={command}"]


def server_arguments(notebook: Path | None) -> list[str]:
    """Return the arguments of ``jupyter lab``: ``my_work/`` as root folder, and what it opens with."""
    root = settings.work_folder()
    page = "/lab" if notebook is None else f"/lab/tree/{quote(notebook.relative_to(root).as_posix())}"
    arguments = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
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
