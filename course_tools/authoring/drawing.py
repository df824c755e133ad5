"""Which statements of a cell draw: calls of matplotlib, of ``plots`` and ``diagrams``, and of what they returned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

BY_HAND = frozenset({"plt"})
DRAWING = BY_HAND | {"plots", "diagrams"}


def lines_by_hand(source: str) -> int:
    """Return how many lines of a cell draw with matplotlib's own commands."""
    return sum(node.end_lineno - node.lineno + 1 for node in _drawing_statements(ast.parse(source), BY_HAND))


def telling_lines(source: str) -> int:
    """Return how many lines of a cell say how to draw: alt text and lines of brackets alone are not counted."""
    return sum(bool(re.search(r"\w", line)) and not line.strip().startswith("alt=") for line in source.splitlines())


def only_draws(source: str) -> bool:
    """Return whether a cell does nothing but draw."""
    tree = ast.parse(source)
    return bool(tree.body) and _drawing_statements(tree, DRAWING) == list(_simple_statements(tree))


def whole_statements(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements of a cell, not of a block in it, that only draw or set up a slider."""
    drawn = _drawing_statements(tree, DRAWING | {"widgets"})
    return [node for node in tree.body if all(part in drawn for part in _simple_statements(node))]


def _simple_statements(tree: ast.AST) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not hasattr(node, "body"))


def _drawing_statements(tree: ast.Module, modules: frozenset[str]) -> list[ast.stmt]:
    names = set(modules)
    while new := {name for node in ast.walk(tree) for name in _names_of_drawings(node, names)} - names:
        names |= new
    return [node for node in _simple_statements(tree) if _calls(node, names)]


def _names_of_drawings(node: ast.AST, names: set[str]) -> Iterator[str]:
    """Return the names that a statement gives to figures, axes and what is drawn on them."""
    if isinstance(node, ast.Assign) and _calls(node.value, names):
        targets = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.For):
        targets = list(_pairs(node.target, node.iter))
    else:
        return
    for target, value in targets:
        if any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(value)):
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Return which part of a loop's target comes from which part of what it runs over: ``zip`` pairs them."""
    zipped = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "zip"
    if zipped and isinstance(target, ast.Tuple) and len(target.elts) == len(value.args):
        yield from zip(target.elts, value.args, strict=True)
    else:
        yield target, value


def _calls(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Call) and _root(part) in names for part in ast.walk(node))


def _root(node: ast.expr) -> str | None:
    """Return the name that an expression such as ``axes[0].plot`` starts from."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
