"""Every slide of a deck, measured in a browser: what does not fit, and what is shown too early."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course_tools.slides import browser
from course_tools.slides.deck import HEIGHT, WIDTH

READY = "typeof Reveal !== 'undefined' && Reveal.isReady()"
_SCRIPT = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Slide:
    """One slide with all its fragments shown.

    Attributes:
        title: its heading.
        height, width: pixels that its content takes, of 720 and 1280.
        fragments: how many clicks it takes.
        notes: how many cells of speaker notes it has.
        faults: what is wrong, a phrase for each.
    """

    title: str
    height: int
    width: int
    fragments: int
    notes: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """A deck as a browser showed it.

    Attributes:
        slides: in the order of a talk.
        requests: every address that the browser asked for.
    """

    slides: tuple[Slide, ...]
    requests: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """One line for each fault, with number and title of its slide."""
        return [
            f"slide {number} ({slide.title}): {fault}"
            for number, slide in enumerate(self.slides, start=1)
            for fault in slide.faults
        ]

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return (
            f"{len(self.slides)} slides, {sum(slide.fragments for slide in self.slides)} fragments, "
            f"{sum(slide.notes for slide in self.slides)} notes, tallest {max(slide.height for slide in self.slides)} "
            f"of {HEIGHT} pixels, widest {max(slide.width for slide in self.slides)} of {WIDTH}"
        )


def measure(deck: Path) -> Measured:
    """Show every slide of a deck in a browser without a window and measure it.

    Raises:
        BrowserError: there is no browser, or the deck does not start in it.
    """
    requests: list[str] = []
    with browser.page(WIDTH, HEIGHT) as page:
        page.on("request", lambda request: requests.append(request.url))
        page.goto(deck.resolve().as_uri())
        page.wait_for_function(READY)
        slides = page.evaluate(_SCRIPT)
    return Measured(tuple(Slide(**slide | {"faults": tuple(slide["faults"])}) for slide in slides), tuple(requests))
