"""Results that take too long to measure again in a lecture: small JSON files, with the commands that make them."""

from __future__ import annotations

import json
import platform
import shlex
import sys
from pathlib import Path
from typing import Any

import torch

from course_utils import settings

RESULTS = Path(__file__).parent / "results"


def load(file: str) -> dict[str, Any]:
    """Return what is stored in a file, by name; nothing where there is no such file."""
    path = RESULTS / file
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def store(file: str, name: str, result: dict[str, Any]) -> None:
    """Write a result, and where it comes from, under its name; the other results of the file stay."""
    results = load(file)
    origin = {"machine": machine(), "threads": torch.get_num_threads(), "torch": torch.__version__.split("+")[0]}
    results[name] = result | {"command": command()} | origin
    _write(file, results)


def store_rows(file: str, rows: list[dict[str, Any]], kind: str, **about: str) -> None:
    """Write rows and what is to be said about them; each takes the place of the row of its kind and seed.

    Args:
        file: name of the file.
        rows: each has an entry ``kind`` and an entry ``"seed"``.
        kind: name of the entry that tells what was measured.
        about: stands at the head of the file, the command that makes the rows among it.
    """
    replaced = {(row[kind], row["seed"]) for row in rows}
    kept = [row for row in load(file).get("rows", []) if (row[kind], row["seed"]) not in replaced]
    _write(file, about | {"rows": sorted(kept + rows, key=lambda row: (row[kind], row["seed"]))})


def _write(file: str, content: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / file).write_text(
        json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def command() -> str:
    """Return the command line of this process, as a reader types it."""
    return shlex.join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *sys.argv[1:]])


def machine() -> str:
    """Return the kind of processor that trains here, without the name of the computer."""
    device = settings.device()
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{device.type}: {names[0] if names else platform.processor() or platform.machine()}"
