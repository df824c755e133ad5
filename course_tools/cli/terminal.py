"""Terminals of JupyterLab in which ``course`` and ``pip`` are those of this environment.

Terminals inherit the server's ``PATH``, but an interactive shell then runs the reader's own start-up file, where
pyenv, conda and others put their Python in front. So the shell gets a start-up file that runs the reader's own and
puts this environment in front after it.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

_BASHRC = """\
[ -f ~/.bashrc ] && . ~/.bashrc
PATH={path}:"$PATH"
"""
# zsh looks for its files in ZDOTDIR, and the reader's own .zshenv may move that folder.
_ZSHENV = """\
ZDOTDIR={theirs}
[ -f "$ZDOTDIR/.zshenv" ] && . "$ZDOTDIR/.zshenv"
course_theirs="$ZDOTDIR"
ZDOTDIR={ours}
"""
_ZSHRC = """\
ZDOTDIR="$course_theirs"
unset course_theirs
[ -f "$ZDOTDIR/.zshrc" ] && . "$ZDOTDIR/.zshrc"
PATH={path}:"$PATH"
"""


def shell_command(folder: Path, path: list[str]) -> list[str]:
    """Return the command that starts a terminal's shell: the reader's own, for bash and zsh with a start-up file.

    Never a login shell, which the server would start where it has no terminal itself: the system's start-up files for
    it set ``PATH`` anew.

    Args:
        folder: where start-up files may be written; it must last as long as the server.
        path: folders that ``PATH`` begins with.
    """
    shell = os.environ.get("SHELL") or shutil.which("bash") or "sh"
    first = ":".join(shlex.quote(one) for one in path)
    if Path(shell).name == "bash":
        startup = folder / "bashrc"
        startup.write_text(_BASHRC.format(path=first), encoding="utf-8")
        return [shell, "--rcfile", str(startup)]
    if Path(shell).name == "zsh":
        theirs = shlex.quote(os.environ.get("ZDOTDIR") or str(Path.home()))
        zshenv = _ZSHENV.format(theirs=theirs, ours=shlex.quote(str(folder)))
        (folder / ".zshenv").write_text(zshenv, encoding="utf-8")
        (folder / ".zshrc").write_text(_ZSHRC.format(path=first), encoding="utf-8")
        return ["env", f"ZDOTDIR={folder}", shell]
    return [shell]
