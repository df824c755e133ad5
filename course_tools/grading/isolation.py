"""Close a process before a student's code runs in it: Linux namespaces, and an audit hook where there are none.

With namespaces the process sees a file system of its own (``visible``): Python and the libraries, read-only, one empty
folder in memory to write to, no solution, no submission, no home; it has no network, no process outside it can be seen
or signalled, and the kernel refuses the calls of ``seccomp``. Without them (macOS, or a Linux that forbids them) Python
itself refuses files, network and processes (``hook``). ``docs/instructor-guide.md`` says what holds where.

Bubblewrap closes a room that is entered by starting a program; here a room is entered by a fork of a process that has
imported PyTorch already, which is what makes an exercise cost a twentieth of a second instead of five.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from course_tools.grading import hook, seccomp

NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MOUNT_BIND, MOUNT_RECURSIVE, MOUNT_PRIVATE, MOUNT_MOVE, MOUNT_NOSUID, MOUNT_NODEV = 4096, 16384, 1 << 18, 8192, 2, 4
HOME = Path("/student")
_SET_MOUNT_ATTRIBUTES, _HERE, _WHOLE_TREE, _READ_ONLY = 442, -100, 0x8000, 1
_NO_NEW_PRIVILEGES, _DROP_CAPABILITY = 38, 24
_JOIN_SESSION_KEYRING = 1


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


def leave_keys_behind() -> None:
    """Exchange the session's keyring (tickets, keys of disks) for an empty one, for this process and its children."""
    number = seccomp.number("keyctl")
    if number is not None:
        _libc().syscall(number, _JOIN_SESSION_KEYRING, None)  # a kernel without keyrings says no, and has none


def close_the_room(root: Path, steps: list[tuple[Path, bool]], megabytes: int, number: int) -> None:
    """Inside new namespaces: leave only Python, the libraries and an empty home, and give up every privilege.

    Args:
        root: an empty folder on which the new file system is put together.
        steps: what is shown in it, of :func:`visible.steps`.
        megabytes: size of the home.
        number: of the room, unlike that of any other; where the grader is root, it tells apart the users of the rooms.

    Raises:
        IsolationError: this system does not allow a step.
    """
    _mount(None, Path("/"), "", MOUNT_RECURSIVE | MOUNT_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MOUNT_NOSUID, "mode=755,size=1m")
    for place, shown in steps:
        if shown:
            _show(place, root)
        else:
            _mount("tmpfs", root / str(place)[1:], "tmpfs", MOUNT_NOSUID, "mode=755,size=64k")
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
    seccomp.apply()


def watch_the_door(home: Path, steps: list[tuple[Path, bool]]) -> None:
    """Without namespaces: let Python refuse what a student's code has no business with, from now on, for good.

    Args:
        home: the one folder in which it may write.
        steps: what it may read, of :func:`visible.steps`.
    """
    home.mkdir(exist_ok=True)
    _move_in(home)
    with contextlib.suppress(OSError):  # no such filter outside Linux
        seccomp.apply()
    hook.watch(home, steps)


def _move_in(home: Path) -> None:
    os.chdir(home)
    os.environ.clear()
    os.environ.update(HOME=str(home), TMPDIR=str(home), COURSE_OFFLINE="1", COURSE_PROFILE="fast", COURSE_WIDGETS="0")
    tempfile.tempdir = str(home)


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
    for capability in range(64):  # before the user changes: afterwards the system refuses it
        if _libc().prctl(_DROP_CAPABILITY, capability, 0, 0, 0) != 0:
            break
    if os.getuid() == 0:
        os.setgroups([])
        for number in (2_000_000 + room, 65534):
            try:
                os.setgid(number)
                os.setuid(number)
                break
            except OSError:  # a container may know few users; 65534 is nobody
                continue
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
