"""How much a student's process may use."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """Bounds of the process of one exercise; it can start no other.

    Attributes:
        cpu_seconds: computing time.
        wall_seconds: time on the clock that the grader waits for it altogether, for code that waits.
        memory_mb: memory beyond what Python and its libraries take.
        file_mb: size of a file, and of all files together.
        threads: threads at a time.
    """

    cpu_seconds: int = 4
    wall_seconds: float = 20
    memory_mb: int = 1024
    file_mb: int = 16
    threads: int = 8


def apply(limits: Limits) -> None:
    """Bind this process and its children."""
    own_memory = _address_space()
    bounds = {
        # At the first bound a signal that names the reason ends it, at the second the system ends what ignores that.
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_FSIZE: (limits.file_mb * 2**20,) * 2,
        resource.RLIMIT_NOFILE: (64, 64),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NPROC: (limits.threads,) * 2,
    }
    if own_memory:  # macOS does not hold a process to this limit
        bounds[resource.RLIMIT_AS] = (own_memory + limits.memory_mb * 2**20,) * 2
    for kind, (soft, hard) in bounds.items():
        ceiling = resource.getrlimit(kind)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(kind, (soft, hard))


def _address_space() -> int:
    """Return the bytes of address space that this process has taken, 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
