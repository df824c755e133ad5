"""The lectures at a glance: a card for each, with its first figure, as on the page that lists them."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from course_tools.authoring.pairing import paired_notebook
from course_tools.syllabus import Lecture
from course_utils.exercises import engine

SIZE = (400, 240)  # pixels at most, twice those of the page
_PICTURE = re.compile(r'<img [^>]*src="data:image/\w+;base64,([^"]+)"')


def card(lecture: Lecture) -> str:
    """Return a link to a lecture: its picture, title, minutes, and number of exercises, on one line of HTML."""
    count = len(engine.of_lecture(lecture.number))
    exercises = f"{count} exercise" + ("" if count == 1 else "s")
    return (
        f'<a class="sitting" href="notebooks/{lecture.slug}.html">'
        f'<img src="_static/cards/{lecture.number}.webp" alt="">'
        f"<strong>{lecture.number} · {html.escape(lecture.title)}</strong>"
        f"<span>{lecture.minutes} min, {exercises}</span></a>"
    )


def write_picture(lecture: Lecture, folder: Path) -> None:
    """Write the first figure of a lecture as ``NN.webp``, small; an empty sheet where it has none."""
    drawn = next(_figures(lecture), Image.new("RGB", SIZE, "white"))
    drawn.thumbnail(SIZE)
    drawn.save(folder / f"{lecture.number}.webp", quality=80)


def _figures(lecture: Lecture) -> Iterator[Image.Image]:
    for cell in paired_notebook(lecture).cells:
        for output in cell.get("outputs", []):
            if found := _PICTURE.match(output.get("data", {}).get("text/html", "")):
                yield Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")
