"""How a figure reaches the page: an ``<img>`` with alt text, and the same sentence as plain text."""

from __future__ import annotations

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image, ImageChops

PAGE_WIDTH = 9.0  # inches; a wider figure is shrunk by the browser, letters and all
PIXELS_PER_INCH = 96  # of a web page
SHARP = 2  # pixels of the picture for each pixel of the page: sharp on a projector and on a dense screen
SHORTEST_ALT = 20  # characters
JPEG_QUALITY = 85
VISIBLE, MOST_OFF = 8, 0.025  # of 255 levels; share of pixels that may be further off in a picture of 256 colors
PAPER = "max-width:100%;height:auto;background:#fff;border-radius:6px"  # white paper, on a dark page too


def show(figure: Figure, alt: str) -> None:
    """Display ``figure`` with its alt text and close it.

    The picture is stored once, inside an ``<img alt>``, which JupyterLab, exported pages, slides and GitHub show.
    The sentence is stored as plain text too: VS Code and terminals read it there.

    Args:
        figure: a matplotlib figure.
        alt: one sentence that says what the figure shows, for a reader who cannot see it.

    Raises:
        ValueError: ``alt`` is shorter than 20 characters.

    Taught in lecture 00.
    """
    display(bundle(figure, alt), raw=True)


def bundle(figure: Figure, alt: str) -> dict[str, str]:
    """Return a figure as an output holds it, by MIME type, and close it; arguments as in :func:`show`."""
    return {"text/html": image_tag(figure, alt), "text/plain": checked(alt)}


def checked(alt: str) -> str:
    """Return an alt text without white space around it.

    Raises:
        ValueError: it is shorter than 20 characters.
    """
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(f"alt text says what the figure shows, in a sentence; got {alt!r}")
    return alt.strip()


def image_tag(figure: Figure, alt: str, scale: int = SHARP) -> str:
    """Return the ``<img>`` of a figure, its picture inside, and close the figure.

    Args:
        figure: a matplotlib figure.
        alt: its alt text.
        scale: pixels of the picture for each pixel of the page.
    """
    alt = html.escape(checked(alt))
    buffer = io.BytesIO()
    tight = "tight" if figure.get_layout_engine() else None  # keeps every letter outside the axes; a drawing has none
    try:
        figure.savefig(buffer, format="png", dpi=scale * PIXELS_PER_INCH, facecolor="white", bbox_inches=tight)
    finally:
        plt.close(figure)
    with Image.open(buffer) as image:
        width, height = (round(side / scale) for side in image.size)
        kind, content = ("png", buffer.getvalue()) if scale == 1 else _smallest(image.convert("RGB"))
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    size = f'width="{width}" height="{height}" style="{PAPER}"'
    return f'<img alt="{alt}" {size} src="{source}">'


def _smallest(image: Image.Image) -> tuple[str, bytes]:
    """Return a picture as a PNG of at most 256 colors or as a JPEG, whichever is smaller.

    On figures of the course the PNG of 256 colors was a third of a full one, and smaller than matplotlib's SVG for all
    but plain curves; photographs are smaller as JPEG. What needs more colors than 256 is a JPEG too.
    """
    photograph = io.BytesIO()
    image.save(photograph, "jpeg", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    fewer = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    off = np.asarray(ImageChops.difference(image, fewer.convert("RGB"))).max(axis=-1) > VISIBLE
    if off.mean() > MOST_OFF:
        return "jpeg", photograph.getvalue()
    palette = io.BytesIO()
    fewer.save(palette, "png", optimize=True)
    kinds = {"png": palette.getvalue(), "jpeg": photograph.getvalue()}
    return min(kinds.items(), key=lambda kind: len(kind[1]))
