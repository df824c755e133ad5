"""What a slide shows can be read: axe-core finds nothing serious, and colors have contrast.

Tried on the slides of the toy lecture, and with ``make test-browser`` on all.
"""

import pytest

from course_tools import syllabus
from course_tools.slides import browser, deck
from tests.course_tools.accessibility import faint, faint_lines, serious, settle
from tests.course_tools.screenshots import keep
from tests.course_tools.slides import needs_browser, toy

pytestmark = needs_browser
SLIDE = ".slides section.present:not(.stack)"
SHOW = """(number) => {
    const { h, v } = Reveal.getIndices(Reveal.getSlides()[number]);
    Reveal.slide(h, v || 0, 99);  // with all of its fragments
}"""


def faults(path):
    """Return what axe finds on each slide of a deck, what has little contrast, and what the console says."""
    found, said = {}, []
    with browser.page(1280, 720) as page:
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri())
        page.wait_for_function("window.Reveal?.isReady()")
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate(SHOW, number)
            settle(page)
            keep(page, f"slides/{path.stem}-{number:02}")
            dim = [*faint(page, SLIDE).items(), *faint_lines(page, f"{SLIDE} *").items()]
            if problems := serious(page) + dim:
                found[number] = problems
    return found | ({"console": said} if said else {})


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("<button>Next</button>", []),
        ("<button></button>", ["button-name"]),
        ('<p style="color: #888">pale</p>', ["pale"]),
        ('<p style="opacity: 0.5">faded</p>', ["faded"]),
        ('<p style="border-bottom: 1px solid #bbb">ruled</p>', ["p. ruled"]),
    ],
)
def test_what_cannot_be_read_is_found_and_nothing_else(tmp_path, more, expected):
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy(f"\n# %% [markdown]\n# ## One more\n# {more}\n"), "toy"), encoding="utf-8")
    assert [rule for problems in faults(path).values() for rule, *_ in problems] == expected


@pytest.mark.browser
@pytest.mark.parametrize("lecture", syllabus.lectures(), ids=lambda lecture: lecture.number)
def test_nothing_serious_in_the_deck_of_a_lecture(lecture, tmp_path):
    assert faults(deck.write_deck(lecture, tmp_path)) == {}
