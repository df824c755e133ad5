"""Take system calls from this process that no exercise needs: no new process, no socket, no memory beside the limit.

The filter is a small program for the kernel (``man 2 seccomp``): it looks at the number of each call and answers
"not permitted" to those below. A limit then holds for an exercise as a whole, because it stays one process, and all its
memory is address space, which is limited.
"""

from __future__ import annotations

import ctypes
import platform
import sys

# Per machine: the number that the kernel has for it, and the column of the table below.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# System calls and their numbers on x86_64 and aarch64; a dash where there is none.
_TABLE = """
fork 57 -              vfork 58 -             execve 59 221          execveat 322 281
socket 41 198          ptrace 101 117         process_vm_readv 310 270  process_vm_writev 311 271
shmget 29 194          semget 64 190          msgget 68 186          mq_open 240 180
memfd_create 319 279   memfd_secret 447 447   userfaultfd 323 282    io_uring_setup 425 425
keyctl 250 219         add_key 248 217        request_key 249 218    bpf 321 280
perf_event_open 298 241  pidfd_open 434 434   pidfd_getfd 438 438    open_by_handle_at 304 265
unshare 272 97         setns 308 268          mount 165 40           umount2 166 39
pivot_root 155 41      chroot 161 51          open_tree 428 428      move_mount 429 429
fsopen 430 430         fsmount 432 432        mount_setattr 442 442  personality 135 92
"""
_CLONE, _CLONE3 = (56, 220), (435, 435)
_NEW_THREAD = 0x10000  # flag of clone: a thread of this process, not a process of its own
_NOT_PERMITTED, _NO_SUCH_CALL = 0x50000 | 1, 0x50000 | 38
_ALLOWED = 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where the kernel keeps them
_FOREIGN_NUMBERS = 0x40000000  # those of another calling convention (x32) begin here
_SET_SECCOMP, _FILTER, _NO_NEW_PRIVILEGES = 22, 2, 38


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def refused(machine: str) -> dict[str, int]:
    """Return the system calls that the filter refuses on a machine, by name."""
    column = 1 + _MACHINES[machine][1]
    words = _TABLE.split()
    rows = [words[start : start + 3] for start in range(0, len(words), 3)]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def number(name: str) -> int | None:
    """Return the number of a system call here, None where this is no machine of the table."""
    known = sys.platform == "linux" and platform.machine() in _MACHINES
    return refused(platform.machine())[name] if known else None


def apply() -> None:
    """Install the filter, for this process and for good.

    Raises:
        OSError: the system has no such filters, or it is a machine whose numbers are not in the table.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _MACHINES:
        raise OSError(f"no filter of system calls for {sys.platform} on {machine}")
    steps = _steps(machine)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls was not accepted")


def _steps(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the program: (code, steps to skip if so, steps to skip if not, value) for each step."""
    architecture, column = _MACHINES[machine]
    listed = list(refused(machine).values())
    return [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _NOT_PERMITTED),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _FOREIGN_NUMBERS),
        (_RETURN, 0, 0, _NOT_PERMITTED),
        *(step for number in listed for step in ((_EQUAL, 0, 1, number), (_RETURN, 0, 0, _NOT_PERMITTED))),
        # The flags of clone3 lie where the filter cannot look; the C library then goes back to clone.
        (_EQUAL, 0, 1, _CLONE3[column]),
        (_RETURN, 0, 0, _NO_SUCH_CALL),
        (_EQUAL, 0, 3, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, _NEW_THREAD),
        (_RETURN, 0, 0, _NOT_PERMITTED),
        (_RETURN, 0, 0, _ALLOWED),
    ]
