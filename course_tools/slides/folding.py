"""Code as it stands on a slide: the lines that matter, without what only draws or only asserts.

The figure is on the slide and the claim is in the text, so the statements that made them give their room to both. The
notebook shows every line.
"""

from __future__ import annotations

import ast
import re

from course_tools.authoring import drawing


def folded(source: str) -> str:
    """Return the lines of a cell that its slide shows; empty where every statement draws or asserts."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a shell command or a magic of IPython
        return source
    drawn = drawing.whole_statements(tree)
    lines: list[str | None] = list(source.splitlines())
    for statement in tree.body:
        if statement in drawn or isinstance(statement, ast.Assert):
            first = _with_comment_above(lines, statement.lineno - 1)
            lines[first : statement.end_lineno] = [None] * (statement.end_lineno - first)
    kept = "\n".join(line for line in lines if line is not None).strip()
    return re.sub(r"\n{3,}", "\n\n", kept)


def _with_comment_above(lines: list[str | None], first: int) -> int:
    """Return where a statement begins when the comment right above it is counted in."""
    while first > 0 and (lines[first - 1] or "").startswith("#"):
        first -= 1
    return first
