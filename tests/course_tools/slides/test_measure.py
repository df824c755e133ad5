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
    head, _, tail = page.rpartition('<div class="fragment"')
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


def test_the_counts_are_those_of_the_toy_lecture(tmp_path):
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy(), "toy"), encoding="utf-8")
    seen = measure.measure(path)
    assert seen.faults == []
    assert seen.summary.startswith("8 slides, 2 fragments, 2 notes, tallest")
    assert [request for request in seen.requests if not request.startswith("data:")] == [path.as_uri()]


def test_a_request_to_another_address_would_be_seen(tmp_path):
    path = tmp_path / "toy.html"
    page = deck.deck_html(toy(), "toy")
    path.write_text(
        page.replace("<body>\n", '<body><img src="http://127.0.0.1:9/pixel.png" alt="x">'), encoding="utf-8"
    )
    assert "http://127.0.0.1:9/pixel.png" in measure.measure(path).requests


def test_formulas_are_drawn_in_the_cells_of_a_table(tmp_path):
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy(), "toy"), encoding="utf-8")
    with browser.page(deck.WIDTH, deck.HEIGHT) as page:
        page.open(path.as_uri(), until=measure.READY)
        cells = page.value("[...document.querySelectorAll('td')].map((cell) => cell.querySelectorAll('svg').length)")
    assert cells == [1, 2, 1, 0]


def test_the_pdf_has_a_page_for_each_slide(tmp_path):
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy(), "toy"), encoding="utf-8")
    pdf = printing.write_pdf(path)
    assert pdf == tmp_path / "toy.pdf"
    assert re.search(rb"/Type\s*/Pages\s.*?/Count\s+8\b", pdf.read_bytes(), re.DOTALL)


def test_figures_and_type_take_the_size_that_a_slide_has_room_for(tmp_path):
    figure = "\n# %% [markdown]\n# ## Figure\n{}\n# %%\nfigure\n"
    paragraphs = ("", 4 * "# A paragraph.\n#\n", 7 * "# A paragraph.\n#\n")
    path = tmp_path / "toy.html"
    path.write_text(deck.deck_html(toy("".join(map(figure.format, paragraphs))), "toy"), encoding="utf-8")
    seen = measure.measure(path)
    assert seen.faults == []
    with browser.page(deck.WIDTH, deck.HEIGHT) as page:
        page.open(path.as_uri(), until=measure.READY)
        sizes = page.value(
            """[...document.images].slice(1).map((figure) => ({
                width: parseInt(figure.style.width) / figure.getAttribute("width"),
                height: parseInt(figure.style.height) / figure.getAttribute("height"),
                dense: figure.closest(".dense") !== null,
            }))"""
        )
    assert all(size["width"] == pytest.approx(size["height"], rel=0.01) for size in sizes)
    assert 1.3 < sizes[0]["width"] <= 1.5 and 0.75 < sizes[1]["width"] < 1 and 0.75 < sizes[2]["width"] < 1
    assert [size["dense"] for size in sizes] == [False, False, True]
