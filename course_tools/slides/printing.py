"""A deck as PDF, one page for each slide, printed by a Chromium."""

from __future__ import annotations

import base64
from pathlib import Path

from course_tools.slides import browser
from course_tools.slides.deck import HEIGHT, WIDTH
from course_tools.slides.measure import READY


def write_pdf(deck: Path) -> Path:
    """Print a deck beside it, with all fragments shown.

    Returns:
        The path of the PDF.

    Raises:
        BrowserError: there is no browser, or the deck does not start in it.
    """
    path = deck.with_suffix(".pdf")
    with browser.page(WIDTH, HEIGHT) as page:
        page.open(f"{deck.resolve().as_uri()}?print-pdf", until=f"{READY} && !!document.querySelector('.pdf-page')")
        printed = page.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(printed["data"]))
    return path
