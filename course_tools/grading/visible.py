"""What a student's process may see: Python, the libraries, and of the course what lectures import; nothing else of it.

The list says what is shown, not what is hidden, so that a checkout stays out of sight wherever it lies. Where it lies
inside a folder that is shown (below ``/usr/lib``, or installed among the packages), it is covered there.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from course_utils import settings

SYSTEM = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32")
MAC = ("/System", "/Library/Frameworks")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
PACKAGES = ("course_utils", "course_tools")


def steps(course: Path) -> list[tuple[Path, bool]]:
    """Return what a room shows as steps (place, shown or covered): a later step lies over the earlier ones.

    Args:
        course: folder of the lectures; the running package may lie in it, in another clone, or among the libraries.
    """
    package = Path(settings.__file__).parent
    libraries = _existing([*_packages(), *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))])
    python = [Path(prefix, "lib") for prefix in (sys.base_prefix, sys.prefix)]
    places = _existing([*SYSTEM, *MAC, *DEVICES, *python, *libraries])
    clones = [course, *([] if package.parent in libraries else [package.parent])]
    inside = [place for place in places if _below(place, clones)]
    wanted = [
        *((place, True) for place in _outermost([place for place in places if place not in inside])),
        *((clone, False) for clone in clones),
        *((place, True) for place in _outermost(inside)),
        *((library / name, False) for library in libraries for name in PACKAGES),
        (package, True),
        (package / "exercises", False),
    ]
    found: list[tuple[Path, bool]] = []
    for place, shown in wanted:
        if shown or (place.is_dir() and _below(place, [other for other, seen in found if seen])):
            found.append((place, shown))
    return found


def _packages() -> list[str]:
    return [entry for entry in sys.path if entry and Path(entry).name.endswith("-packages")]


def _existing(places: list[str | Path]) -> list[Path]:
    return [Path(place) for place in dict.fromkeys(map(str, places)) if Path(place).exists()]


def _outermost(places: list[Path]) -> list[Path]:
    return [place for place in places if not _below(place, [other for other in places if other != place])]


def _below(place: Path, others: list[Path]) -> bool:
    return any(place.is_relative_to(other) for other in others)
