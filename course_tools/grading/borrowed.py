"""Find what an answer uses and another cell defines: functions, classes, imports and constants, by name.

It reads the cells and runs none. What another cell computes (``camera = images()["camera"]``) is left out: it would
have to be computed in order, with everything before it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container

FUNCTION_OR_CLASS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def wanted(answer: list[str], elsewhere: list[str], known: Container[str]) -> list[str]:
    """Return the sources of the definitions that an answer lacks, each after those that it needs itself.

    Args:
        answer: the cells of the answer.
        elsewhere: other cells; where two define a name, the first counts.
        known: names that are there already.
    """
    trees = [tree for tree in map(_parsed, answer) if tree is not None]
    own = {name for tree in trees for node in tree.body for name in _defined(node)}
    there = {*own, *dir(builtins)}
    missing = [name for tree in trees for name in _used(tree) if name not in there and name not in known]
    if not missing:  # as nearly always: reading all cells takes its time
        return []
    definitions: dict[str, ast.stmt] = {}
    for tree in map(_parsed, elsewhere):
        for node in reversed(tree.body) if tree is not None else ():  # within a cell the last one counts
            for name in _defined(node):
                definitions.setdefault(name, node)
    found: list[ast.stmt] = []
    visited = set(own)

    def visit(name: str) -> None:
        node = definitions.get(name)
        if name in visited or name in known or node is None:
            return
        visited.add(name)
        for needed in _used(node):
            visit(needed)
        if node not in found:
            found.append(node)

    for name in missing:
        visit(name)
    return [ast.unparse(node) for node in found]


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a cell with a magic command, or a broken one
        return None


def _defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement defines without computing anything."""
    if isinstance(node, FUNCTION_OR_CLASS):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign) and _is_constant(node.value):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _used(tree: ast.AST) -> list[str]:
    """Return the names that a piece of code looks up, in order."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return list(dict.fromkeys(node.id for node in nodes))
