"""Run the code that leads to a claim without a kernel, and see which of the claim's assertions hold."""

from __future__ import annotations

import ast
import contextlib
import io
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from course_tools.syllabus import notebooks_folder

RECORDER = "_assertion_"


@dataclass
class Run:
    """What happened.

    Attributes:
        reached: text of each assertion in the last cell that was evaluated; "this and that" is two.
        failed: those among them that were false at least once.
        error: what stopped the run, in a line; empty where nothing did.
        printed: what the cells printed.
        seconds: how long it took.
    """

    reached: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    error: str = ""
    printed: str = ""
    seconds: float = 0.0


def run(cells: Sequence[str], *, earlier_assertions: bool) -> Run:
    """Run cells in a fresh namespace, in the folder of the lectures, with figures that nobody sees.

    An assertion of the last cell that is false does not stop it, so that each of them is seen.

    Args:
        cells: code; the last holds the claim.
        earlier_assertions: whether the other cells stop at an assertion that is false, or do without theirs.
    """
    result = Run()

    def record(text: str, holds: Any) -> None:
        result.reached.add(text)
        if not holds:
            result.failed.add(text)

    namespace: dict[str, Any] = {"__name__": "__main__", RECORDER: record}
    printed = io.StringIO()
    matplotlib.use("Agg")
    start = time.perf_counter()
    with (
        contextlib.chdir(notebooks_folder()),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        matplotlib.rc_context(),
        mock.patch.object(Figure, "savefig", _blank_picture),
    ):
        try:
            for number, cell in enumerate(cells):
                tree = ast.parse(cell)
                if number == len(cells) - 1:
                    tree = ast.fix_missing_locations(_Recorded().visit(tree))
                optimize = 0 if earlier_assertions else 1  # 1 drops assertions
                exec(compile(tree, f"<cell {number}>", "exec", dont_inherit=True, optimize=optimize), namespace)
        except Exception as error:  # whatever the code of a lecture raises
            result.error = _in_a_line(error, cells)
        finally:
            plt.close("all")
    result.printed, result.seconds = printed.getvalue(), time.perf_counter() - start
    return result


def _blank_picture(figure: Figure, file: IO[bytes], **options: Any) -> None:
    """Store a blank picture: what a figure looks like decides no claim, and drawing takes most of the time."""
    Image.new("RGB", (8, 8)).save(file, "png")


class _Recorded(ast.NodeTransformer):
    """Turn each assertion into calls that record it, one for each of its parts where it says "this and that"."""

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        both = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And)
        return [
            ast.copy_location(
                ast.Expr(ast.Call(ast.Name(RECORDER, ast.Load()), [ast.Constant(ast.unparse(part)), part], [])), node
            )
            for part in (node.test.values if both else [node.test])
        ]


def _in_a_line(error: Exception, cells: Sequence[str]) -> str:
    """Return type and message of an error, and the line of a cell that raised it."""
    text = f"{type(error).__name__}: {error}".partition("\n")[0].rstrip(" :")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith("<cell ") and frame.lineno:
            lines = cells[int(frame.filename[6:-1])].splitlines()
            return f"{text}, at: {lines[frame.lineno - 1].strip(' ,')}"
    return text
