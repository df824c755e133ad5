"""Close a process before a student's code runs in it: Linux namespaces, and an audit hook where there are none.

With namespaces the process sees a file system of its own: Python and the libraries, read-only, one empty folder in
memory to write to, no solution, no submission, no home; it has no network, and no process outside it can be seen or
signalled. Without them (macOS, or a Linux that forbids them) Python itself refuses files, network and processes: that
stops mistakes and simple tricks, not an attacker. ``docs/instructor-guide.md`` says what holds where.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils import settings

NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MOUNT_BIND, MOUNT_RECURSIVE, MOUNT_PRIVATE, MOUNT_MOVE, MOUNT_NOSUID, MOUNT_NODEV = 4096, 16384, 1 << 18, 8192, 2, 4
HOME = Path("/student")
HIDDEN = ("exercises",)  # rooms of course_utils that hold right answers; course_tools, with the grader, is not shown
_SET_MOUNT_ATTRIBUTES, _HERE, _WHOLE_TREE, _READ_ONLY = 442, -100, 0x8000, 1
_NO_NEW_PRIVILEGES, _DROP_CAPABILITY = 38, 24


class IsolationError(OSError):
    """This system does not allow a step of the isolation."""


def enter_namespaces() -> None:
    """Give the children of this process a world of their own; they finish it with :func:`close_the_room`.

    Raises:
        IsolationError: this system has no namespaces, or does not allow them to this user.
    """
    if sys.platform != "linux":
        raise IsolationError("namespaces exist on Linux only")
    wanted = NEW_MOUNTS | NEW_IPC | NEW_PIDS | NEW_NETWORK
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        _call("unshare", wanted)
        return
    _call("unshare", wanted | NEW_USERS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def close_the_room(root: Path, megabytes: int, number: int) -> None:
    """Inside new namespaces: leave only Python, the libraries and an empty home, and give up every privilege.

    Args:
        root: an empty folder on which the new file system is put together.
        megabytes: size of the home.
        number: of the room, unlike that of any other; where the grader is root, it tells apart the users of the rooms.

    Raises:
        IsolationError: this system does not allow a step.
    """
    _mount(None, Path("/"), "", MOUNT_RECURSIVE | MOUNT_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MOUNT_NOSUID, "mode=755,size=1m")
    for path in _visible():
        _show(path, root)
    package = root / str(Path(settings.course_root(), "course_utils"))[1:]
    for room in HIDDEN:
        _mount("tmpfs", package / room, "tmpfs", MOUNT_NOSUID, "size=4k")
    for folder in ("proc", HOME.name):
        (root / folder).mkdir()
    with contextlib.suppress(IsolationError):  # a container may keep its /proc back; then the room has none
        _mount("proc", root / "proc", "proc", MOUNT_NOSUID | MOUNT_NODEV)
    attributes = (ctypes.c_uint64 * 4)(_READ_ONLY)
    _call(
        "syscall", _SET_MOUNT_ATTRIBUTES, _HERE, os.fsencode(root), _WHOLE_TREE, attributes, ctypes.sizeof(attributes)
    )
    _mount("tmpfs", root / HOME.name, "tmpfs", MOUNT_NOSUID | MOUNT_NODEV, f"mode=777,size={megabytes}m")
    os.chdir(root)
    _mount(str(root), Path("/"), "", MOUNT_MOVE)
    os.chroot(".")
    _move_in(HOME)
    _give_up_privileges(number)


def watch_the_door(home: Path) -> None:
    """Without namespaces: let Python refuse what a student's code has no business with, from now on, for good."""
    home.mkdir(exist_ok=True)
    _move_in(home)
    root = settings.course_root()
    rooms = [root / "notebooks", root / "course_tools", *(root / "course_utils" / room for room in HIDDEN)]
    hidden = tuple(str(folder) for folder in rooms)
    sys.addaudithook(_refusing(str(home.resolve()), hidden))


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


def _refusing(home: str, hidden: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    # Names of the hook's own: students' code can give those of the modules another meaning.
    refused, changing = _REFUSED, dict(_CHANGING)
    real, absolute, decode = os.path.realpath, os.path.isabs, os.fsdecode
    begins, kind, slash = str.startswith, type, os.sep
    mine, secret = (home + slash, os.devnull + slash), tuple(folder + slash for folder in hidden)

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
        else:
            return
        for path in paths:
            if kind(path) is int or not known:
                raise PermissionError(f"the grader does not allow {event} by a descriptor")
            place = real(decode(path))
            if begins(place + slash, secret) or (changes and not begins(place + slash, mine)):
                raise PermissionError(f"the grader does not allow {event} of {place}")

    return hook


def _move_in(home: Path) -> None:
    os.chdir(home)
    os.environ.clear()
    os.environ.update(HOME=str(home), TMPDIR=str(home), COURSE_OFFLINE="1", COURSE_PROFILE="fast", COURSE_WIDGETS="0")
    tempfile.tempdir = str(home)


def _visible() -> list[Path]:
    """Return what a room shows: the system's programs and libraries, Python, installed packages, the course package."""
    package = settings.course_root() / "course_utils"
    devices = [Path("/dev", name) for name in ("null", "zero", "urandom", "random")]
    system = [Path("/", name) for name in ("usr", "lib", "lib64", "lib32", "bin", "sbin")]
    libraries = [Path(entry) for entry in sys.path if entry and Path(entry).name.endswith("-packages")]
    python = [Path(sys.base_prefix), Path(sys.prefix), *libraries]
    shown: list[Path] = []
    for path in [*system, *devices, *python, package]:
        if path.exists() and not any(path.is_relative_to(other) for other in shown):
            shown.append(path)
    return shown


def _show(path: Path, root: Path) -> None:
    """Put a file or folder of the real file system at the same place of the new one."""
    place = root / str(path)[1:]
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        place.symlink_to(path.readlink())
        return
    if path.is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    _mount(str(path), place, "", MOUNT_BIND | MOUNT_RECURSIVE)


def _give_up_privileges(room: int) -> None:
    """Become a user that owns nothing (where this is root), without capabilities and without a way to gain any."""
    if os.getuid() == 0:
        os.setgroups([])
        for number in (2_000_000 + room, 65534):
            try:
                os.setgid(number)
                os.setuid(number)
                break
            except OSError:  # a container may know few users; 65534 is nobody
                continue
    for capability in range(64):
        if _libc().prctl(_DROP_CAPABILITY, capability, 0, 0, 0) != 0:
            break
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _call("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())


def _mount(source: str | None, target: Path, kind: str, flags: int, options: str = "") -> None:
    given = os.fsencode(source) if source else None
    _call("mount", given, os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None)


def _call(name: str, *arguments: Any) -> None:
    """Call a function of the C library.

    Raises:
        IsolationError: it failed.
    """
    if getattr(_libc(), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise IsolationError(number, f"{name}: {os.strerror(number)} on {platform.release()}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
