"""The claims of a lecture: code cells tagged ``claim`` and ``claim:<name>``, each with assertions that can fail."""

from __future__ import annotations

import ast
import re
from collections import Counter

from nbformat import NotebookNode

from course_tools.authoring.student import tags

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IGNORE_OUTPUT = "nbval-ignore-output"


def claims(notebook: NotebookNode) -> dict[str, int]:
    """Return the position of the cell of each named claim."""
    return {name: position for position, cell in enumerate(notebook.cells) for name in _names(cell)}


def claim_problems(notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the claims of a lecture."""
    found = []
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        names, tree = _names(cell), ast.parse(cell.source)
        asserted = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        if "claim" in tags(cell) and not names:
            found.append(f"cell {position}: a claim without a name; tag it claim:NAME too")
        found += [
            f"cell {position}: {name!r} is no name like noise-falls" for name in names if not NAME.fullmatch(name)
        ]
        if names and not asserted:
            found.append(f"cell {position}: the claim {names[0]} asserts nothing")
        if any(_excuses(test) for test in asserted):
            found.append(
                f"cell {position}: a switch in an assertion loosens it; write instead: "
                'if evidence.in_full_only("…"): assert …'
            )
        if "in_full_only" in cell.source and IGNORE_OUTPUT not in tags(cell):
            found.append(f"cell {position}: in_full_only prints in one profile only; tag the cell {IGNORE_OUTPUT}")
    counted = Counter(name for cell in notebook.cells for name in _names(cell))
    return found + [f"{count} claims are named {name}" for name, count in counted.items() if count > 1]


def _names(cell: NotebookNode) -> list[str]:
    if cell.cell_type != "code":
        return []
    return [tag.removeprefix("claim:") for tag in tags(cell) if tag.startswith("claim:")]


def _excuses(test: ast.expr) -> bool:
    """Return whether a switch can spare this assertion (``few or …``) or lower its bar (``0.9 if few else 0.96``)."""
    switches = [value for node in ast.walk(test) if isinstance(node, ast.IfExp) for value in [node.test]]
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        switches += test.values
    return any(_is_switch(value) for value in switches)


def _is_switch(node: ast.expr) -> bool:
    """Return whether an expression only names something (``few``, ``digits.is_substitute``, ``not few``)."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_switch(node.operand)
    return isinstance(node, ast.Name | ast.Attribute)
