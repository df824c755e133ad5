"""Where there are no namespaces: let Python itself refuse files, network and processes.

That stops mistakes and simple tricks, not an attacker: compiled code gets past it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.kill",
    "ctypes.",
    "pty.",
    "sqlite3.",
)
# Events that change files: the number of paths that their arguments begin with, and of folder descriptors (-1 where
# none was given) that they end with.
_CHANGING = {
    "os.remove": (1, 1),
    "os.rmdir": (1, 1),
    "os.mkdir": (1, 1),
    "os.chmod": (1, 1),
    "os.chown": (1, 1),
    "os.utime": (1, 1),
    "os.symlink": (2, 1),
    "os.rename": (2, 2),
    "os.link": (2, 2),
    "os.chdir": (1, 0),
    "os.chflags": (1, 0),
    "os.truncate": (1, 0),
    "os.setxattr": (1, 0),
    "os.removexattr": (1, 0),
}
_LISTING = ("os.listdir", "os.scandir", "os.getxattr", "os.listxattr")


def watch(home: Path, steps: list[tuple[Path, bool]]) -> None:
    """Refuse, from now on and for good, what a student's code has no business with.

    Args:
        home: the one folder in which it may write.
        steps: what it may read, of :func:`visible.steps`.
    """
    # The last step that names a place decides, as it does where the steps are mounts.
    rules = [(str(place.resolve()) + os.sep, shown) for place, shown in [*steps, (home, True)]]
    sys.addaudithook(_refusing(str(home.resolve()), rules[::-1]))


def _refusing(home: str, rules: list[tuple[str, bool]]) -> Callable[[str, tuple[Any, ...]], None]:
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    # Names of the hook's own: students' code can give those of the modules another meaning.
    refused, changing, listing = _REFUSED, dict(_CHANGING), _LISTING
    real, absolute, decode = os.path.realpath, os.path.isabs, os.fsdecode
    begins, kind, slash, mine = str.startswith, type, os.sep, (home + os.sep, os.devnull + os.sep)

    def readable(place: str) -> bool:
        for beginning, may in rules:
            if begins(place, beginning):
                return may
        return False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if begins(event, refused):
            raise PermissionError(f"the grader does not allow {event}")
        if event == "open":
            path, mode, flags = arguments
            if kind(path) is int:  # a file that is open already
                return
            # Only os.open has no mode. It may mean a folder that the event does not name: then the path tells nothing.
            paths, changes, known = (path,), ((flags or 0) & writing) != 0, mode is not None or absolute(decode(path))
        elif event in changing:
            count, descriptors = changing[event]
            paths, changes = arguments[:count], True
            known = descriptors == 0 or arguments[-descriptors:] == (-1,) * descriptors
        elif event in listing:
            paths, changes, known = (arguments[0] or ".",), False, True
        else:
            return
        for path in paths:
            if kind(path) is int or not known:
                raise PermissionError(f"the grader does not allow {event} by a descriptor")
            place = real(decode(path)) + slash
            if not begins(place, mine) if changes else not readable(place):
                raise PermissionError(f"the grader does not allow {event} of {place[:-1]}")

    return hook
