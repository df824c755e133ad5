"""What a deck needs from others: reveal.js and MathJax, out of packages that ``requirements-dev.lock`` pins.

Two wheels carry them as plain files: ``sphinx-revealjs`` has reveal.js 5 with its speaker view and the font Source
Sans Pro, ``django-static-mathjax`` has MathJax 3. Neither is imported; of MathJax the file that draws SVG is taken,
which needs no fonts. So a deck is one file, whoever installed the course with pip, uv or conda can build it, and
nobody needs npm. The licenses allow it to be passed on: MIT (reveal.js), Apache 2.0 (MathJax), OFL (the font).
"""

from __future__ import annotations

import base64
import re
from importlib import metadata
from pathlib import Path

_REVEAL = ("sphinx-revealjs", "sphinx_revealjs/_static/revealjs")
_MATHJAX = ("django-static-mathjax", "mathjax/static/mathjax/es5")
_FACES = {"regular": (400, "normal"), "italic": (400, "italic"), "semibold": (600, "normal")}


class AssetsMissing(Exception):
    """A package does not carry the file that slides need from it; the message says which version does."""


def scripts() -> dict[str, str]:
    """Return the scripts of a deck, safe inside a ``<script>`` element: ``mathjax``, ``reveal`` and ``notes``.

    Raises:
        ModuleNotFoundError: a package is not installed.
        AssetsMissing: it does not carry the file.
    """
    files = {
        "reveal": (*_REVEAL, "dist/reveal.js"),
        "notes": (*_REVEAL, "plugin/notes/notes.js"),
    }
    paths = {"mathjax": mathjax()} | {name: _file(*place) for name, place in files.items()}
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    return {name: re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE) for name, text in texts.items()}


def mathjax() -> Path:
    """Return the file of MathJax that draws SVG, as the site loads it.

    Raises:
        ModuleNotFoundError: the package is not installed.
        AssetsMissing: it does not carry the file.
    """
    return _file(*_MATHJAX, "tex-svg-full.js")


def styles() -> str:
    """Return the style sheet of reveal.js and the font, which stands in the sheet itself.

    Raises:
        ModuleNotFoundError: the package is not installed.
        AssetsMissing: it does not carry the file.
    """
    return "\n".join([_file(*_REVEAL, "dist/reveal.css").read_text(encoding="utf-8"), *map(_font_face, _FACES)])


def _font_face(face: str) -> str:
    weight, style = _FACES[face]
    file = _file(*_REVEAL, f"dist/theme/fonts/source-sans-pro/source-sans-pro-{face}.woff")
    address = f"data:font/woff;base64,{base64.b64encode(file.read_bytes()).decode()}"
    return (
        "@font-face { font-family: 'Source Sans Pro'; "
        f"src: url({address}) format('woff'); font-weight: {weight}; font-style: {style}; }}"
    )


def _file(package: str, folder: str, name: str) -> Path:
    try:
        path = Path(str(metadata.distribution(package).locate_file(f"{folder}/{name}")))
    except metadata.PackageNotFoundError as error:
        raise ModuleNotFoundError(f"no package {package}", name=package) from error
    if not path.is_file():
        raise AssetsMissing(
            f"The package {package} {metadata.version(package)} has no {name}. Slides work with the version that "
            "requirements-dev.lock names; install it with: make setup"
        )
    return path
