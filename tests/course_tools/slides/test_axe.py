"""axe-core finds nothing serious on a slide: on those of the toy lecture, and with ``make test-browser`` on all."""

import pytest

from course_tools import syllabus
from course_tools.slides import browser, deck
from tests.course_tools.accessibility import serious
from tests.course_tools.slides import needs_browser, toy

pytestmark = needs_browser
SHOW = """(number) => {
    const { h, v } = Reveal.getIndices(Reveal.getSlides()[number]);
    Reveal.slide(h, v || 0, 99);  // with all of its fragments
}"""


def faults(path):
    """Return what axe finds on each slide of a deck."""
    found = {}
    with browser.page(1280, 720) as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto(path.as_uri())
        page.wait_for_function("window.Reveal?.isReady()")
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate(SHOW, number)
            page.wait_for_timeout(300)  # until fragments have faded in
            if problems := serious(page):
                found[number] = problems
    return found


@pytest.mark.parametrize(
    ("button", "expected"), [("<button>Next</button>", []), ("<button></button>", ["button-name"])]
)
def test_a_button_without_a_name_is_found_and_nothing_else(tmp_path, button, expected):
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy(f"\n# %% [markdown]\n# ## A button\n# {button}\n"), "toy"), encoding="utf-8")
    assert [rule for problems in faults(path).values() for rule, *_ in problems] == expected


@pytest.mark.browser
@pytest.mark.parametrize("lecture", syllabus.lectures(), ids=lambda lecture: lecture.number)
def test_nothing_serious_in_the_deck_of_a_lecture(lecture, tmp_path):
    assert faults(deck.write_deck(lecture, tmp_path)) == {}
