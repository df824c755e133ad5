"""A browser finds what is wrong with a slide. Each fault is planted once, and found there and nowhere else."""

import re

import pytest

from course_tools.slides import browser, deck, measure, printing
from tests.course_tools.slides import ALT, needs_browser, toy

pytestmark = needs_browser

FAULTS = r"""
# %% [markdown]
# ## Tall
# {tall}

# %% [markdown]
# ## Wide code

# %%
{wide}

# %% [markdown]
# ## Wide output

# %%
print("long")

# %% [markdown]
# ## Wide table
# | a | b |
# |---|---|
# | {word} | 1 |

# %% [markdown]
# ## Broken formula
# $\frac{{1}}$

# %% [markdown]
# ## Raw formula
# <span>costs $x$</span> <code>$y$</code> <span class="mathjax_ignore">costs $z$</span>

# %% [markdown]
# ## Figure without a sentence

# %%
figure

# %% [markdown]
# ## Figure below the edge
# {half}

# %%
figure  # and more

# %% [markdown]
# ## One click
#
# %% [markdown] tags=["predict"]
# **Predict first.**

# %% tags=["reveals"]
print("at once")
""".format(
    tall="\n#\n# ".join(["A paragraph."] * 20),
    half="\n#\n# ".join(["A paragraph."] * 12),
    wide="x = 1  # " + 102 * "w",
    word=150 * "w",
)

ELSEWHERE = "http://127.0.0.1:9/pixel.png"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The toy lecture with every fault, measured; the fragment of "at once" is made an ordinary part of its slide."""
    notebook = toy(FAULTS)
    for cell in notebook.cells:
        if cell.source == 'print("long")':
            cell.outputs[0].text = 120 * "8" + "\n"
        if cell.source == "figure":
            cell.outputs[0].data["text/html"] = cell.outputs[0].data["text/html"].replace(ALT, "")
    page = deck.deck_html(notebook, "toy")
    head, _, tail = page.replace("<body>\n", f'<body><img src="{ELSEWHERE}" alt="x">').rpartition(
        '<div class="fragment"'
    )
    path = tmp_path_factory.mktemp("decks") / "toy.html"
    path.write_text(head + "<div" + tail, encoding="utf-8")
    return measure.measure(path)


def found(measured: measure.Measured, title: str) -> list[str]:
    (slide,) = [slide for slide in measured.slides if slide.title == title]
    return list(slide.faults)


@pytest.mark.parametrize(
    ("title", "faults"),
    [
        ("Tall", [r"\d{3} pixels tall, 720 fit"]),
        ("Wide code", ["cut at the right: x = 1 # www"]),
        ("Wide output", ["cut at the right: 888"]),
        ("Wide table", [r"\d{4} pixels wide, 1280 fit"]),
        ("Broken formula", ["a formula cannot be read: Missing argument"]),
        ("Raw formula", ["a formula is not typeset: Raw formula costs"]),
        ("Figure without a sentence", ["a figure has no alt text"]),
        (
            "Figure below the edge",
            [r"\d{3} pixels tall, 720 fit", "a figure is clipped: A line that rises from zero to one."],
        ),
        ("One click", ["a prediction and its result come on one click"]),
    ],
)
def test_a_planted_fault_is_found(measured, title, faults):
    assert len(found(measured, title)) == len(faults), found(measured, title)
    assert all(re.match(fault, said) for fault, said in zip(faults, found(measured, title), strict=True))


def test_the_slides_without_a_planted_fault_have_none(measured):
    planted = {"Tall", "One click"} | {slide.title for slide in measured.slides if "Wide" in slide.title}
    planted |= {slide.title for slide in measured.slides if "igure" in slide.title or "ormula" in slide.title}
    assert [slide for slide in measured.slides if slide.faults and slide.title not in planted] == []
    assert len(measured.slides) == 8 + 9


def test_a_request_to_another_address_is_seen(measured):
    assert ELSEWHERE in measured.requests


def written(folder, more: str = ""):
    path = folder / "toy.html"
    path.write_text(deck.deck_html(toy(more), "toy"), encoding="utf-8")
    return path


def test_the_counts_are_those_of_the_toy_lecture(tmp_path):
    path = written(tmp_path)
    seen = measure.measure(path)
    assert seen.faults == []
    assert seen.summary.startswith("8 slides, 2 fragments, 2 notes, tallest")
    assert [request for request in seen.requests if not request.startswith("data:")] == [path.as_uri()]


def test_the_pdf_has_a_page_for_each_slide(tmp_path):
    pdf = printing.write_pdf(written(tmp_path))
    assert pdf == tmp_path / "toy.pdf"
    assert re.search(rb"/Type\s*/Pages\s.*?/Count\s+8\b", pdf.read_bytes(), re.DOTALL)


def test_a_printed_page_looks_like_its_slide(tmp_path):
    style = "(({ fontSize, paddingLeft }) => [fontSize, paddingLeft])(getComputedStyle(section))"
    looks = f"JSON.stringify([...document.querySelectorAll('%s')].map((section) => {style}))"
    seen = {}
    with browser.page(deck.WIDTH, deck.HEIGHT) as page:
        for query, sections in {"": ".slides > section > section", "?print-pdf": ".pdf-page > section"}.items():
            page.goto(f"{written(tmp_path).as_uri()}{query}")
            page.wait_for_function(f"{measure.READY} && {looks % sections} !== '[]'")
            seen[query] = page.evaluate(looks % sections)
    assert seen["?print-pdf"] == seen[""]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A running deck with three more slides: a figure alone, below four paragraphs, and below seven."""
    figure = "\n# %% [markdown]\n# ## Figure\n{}\n# %%\nfigure\n"
    path = written(tmp_path_factory.mktemp("shown"), "".join(figure.format(n * "# Words.\n#\n") for n in (0, 4, 7)))
    with browser.page(deck.WIDTH, deck.HEIGHT) as page:
        page.goto(path.as_uri())
        page.wait_for_function(measure.READY)
        yield page


def test_formulas_are_drawn_in_the_cells_of_a_table(shown):
    cells = shown.evaluate("[...document.querySelectorAll('td')].map((cell) => cell.querySelectorAll('svg').length)")
    assert cells == [1, 2, 1, 0]


def test_figures_and_type_take_the_size_that_a_slide_has_room_for(shown):
    sizes = shown.evaluate(
        """[...document.images].slice(1).map((figure) => ({
            width: parseInt(figure.style.width) / figure.getAttribute("width"),
            height: parseInt(figure.style.height) / figure.getAttribute("height"),
            dense: figure.closest(".dense") !== null,
        }))"""
    )
    assert all(size["width"] == pytest.approx(size["height"], rel=0.01) for size in sizes)
    assert 1.3 < sizes[0]["width"] <= 1.5 and 0.75 < sizes[1]["width"] < 1 and 0.75 < sizes[2]["width"] < 1
    assert [size["dense"] for size in sizes] == [False, False, True]


def test_the_speakers_view_shows_the_notes(shown):
    """It is a window that the deck itself fills: no other file, no server."""
    with shown.expect_popup() as opened:
        shown.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.locator("svg").first.wait_for()
    assert notes.text_content().strip().startswith("Minute 0 to 5. Ask for")
