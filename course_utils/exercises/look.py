"""How a verdict looks: color on the border and behind the sign only, so that words keep the color of the page's theme.

Each color has at least 4.5:1 with the white sign on it and 3:1 with a white page and with the dark ones of JupyterLab
and VS Code.
"""

from __future__ import annotations

GREEN, ORANGE, GRAY, BLUE = "#007f5f", "#c24a00", "#707070", "#0072b2"


def badge(sign: str, color: str) -> str:
    """Return a sign in white on a colored ground, as HTML."""
    return f'<span style="background-color:{color};color:#ffffff;border-radius:3px;padding:0 .35em">{sign}</span>'


def panel(body: str, color: str) -> str:
    """Return HTML with a colored bar on its left."""
    return f'<div style="border-left:4px solid {color};padding:.4em .8em">{body}</div>'
