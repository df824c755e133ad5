"""Execute a lecture top to bottom and store its outputs so that a second run changes no byte."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nbclient import NotebookClient
from nbformat import NotebookNode

from course_tools import files
from course_tools.authoring.edits import refuse_to_overwrite
from course_tools.authoring.pairing import (
    EXECUTED,
    notebook_text,
    read_source,
    source_hash,
    stamped,
    with_stable_metadata,
)
from course_tools.site import frames
from course_tools.syllabus import Lecture, notebooks_folder

CELL_LIMIT_SECONDS = 600  # a hanging cell ends here; the budgets of the course are far below


@dataclass(frozen=True)
class ExecutionReport:
    """Times of one execution, for the author's eyes only: they are never stored.

    Attributes:
        seconds: whole notebook, kernel start included.
        slowest_cell: position of the slowest cell in the notebook, counted from 0.
        slowest_seconds: its time.
    """

    seconds: float
    slowest_cell: int
    slowest_seconds: float


def execute(lecture: Lecture, profile: str = "full") -> ExecutionReport:
    """Execute a lecture on one thread; in the ``full`` profile write the outputs into its solution notebook.

    Args:
        lecture: a lecture of the syllabus.
        profile: ``"full"`` stores what ran; ``"fast"`` only shows that it runs and how long it takes.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised; nothing is written.
        RuntimeError: a cell wrote to stderr (a warning, a progress bar), which would land in front of every reader.
        EditedByHand: the solution notebook was edited in place; nothing ran.

    The pictures of its sliders, which the site shows, are drawn too.
    """
    notebook = read_source(lecture)
    if profile == "full":
        refuse_to_overwrite(lecture.solution, notebook)
    start = time.perf_counter()
    times = run(notebook, profile)
    seconds = time.perf_counter() - start
    complain_about_stderr(notebook, lecture.slug)
    if profile == "full":
        notebook.metadata[EXECUTED] = source_hash(notebook)
        lecture.solution.parent.mkdir(exist_ok=True)
        files.replace(lecture.solution, notebook_text(stamped(with_stable_metadata(notebook))).encode())
        with environment(profile):
            frames.write(lecture)
    slowest = max(times, key=lambda index: times[index])
    return ExecutionReport(seconds, slowest, times[slowest])


def run(notebook: NotebookNode, profile: str) -> dict[int, float]:
    """Run a notebook in a fresh kernel, in place, and return the seconds of each code cell by position."""
    times: dict[int, float] = {}
    started: dict[int, float] = {}

    def note_start(cell: NotebookNode, cell_index: int) -> None:
        started[cell_index] = time.perf_counter()

    def note_end(cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        times[cell_index] = time.perf_counter() - started[cell_index]

    client = NotebookClient(
        notebook,
        timeout=CELL_LIMIT_SECONDS,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its TCP port, which is on loopback
        resources={"metadata": {"path": str(notebooks_folder())}},
        record_timing=False,
        coalesce_streams=True,
        on_cell_start=note_start,
        on_cell_executed=note_end,
    )
    with environment(profile):
        client.execute()
    return times


def complain_about_stderr(notebook: NotebookNode, name: str) -> None:
    """Raise RuntimeError where a cell wrote to stderr."""
    for position, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise RuntimeError(f"{name}, cell {position} writes to stderr: {output.text.strip()[:400]}")


@contextmanager
def environment(profile: str) -> Iterator[None]:
    """Set the environment of a lecture for what starts inside, then put the old values back."""
    # One thread, as in the tests: on another number sums are rounded differently, and trainings drift apart.
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    variables = {"COURSE_PROFILE": profile, "COURSE_WIDGETS": "0", **threads}
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
