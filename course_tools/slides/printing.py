"""A deck as PDF, one page for each slide, printed by a Chromium."""

from __future__ import annotations

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
        page.goto(f"{deck.resolve().as_uri()}?print-pdf")
        page.wait_for_function(f"{READY} && !!document.querySelector('.pdf-page')")
        page.pdf(path=path, print_background=True, prefer_css_page_size=True)
    return path
