"""The page of a deck: one file that names no other, whose figures are told, and that never replaces another file."""

import re
from dataclasses import replace

import pytest

from course_tools import syllabus
from course_tools.authoring import pairing
from course_tools.slides import assets, deck
from tests.course_tools.slides import ALT, toy

LINKS = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?\s(?:src|href)=["']?(?!data:)([^"'\s>]+)""")
SHEETS = re.compile(r"""(?:@import\s+|url\(\s*)["']?(?!data:)([^"')\s]+)""")


@pytest.fixture(scope="module")
def page():
    return deck.deck_html(toy(), "A toy & more")


def test_a_deck_names_no_other_file(page):
    styles = "".join(re.findall(r"<style.*?</style>", page, re.DOTALL))
    assert LINKS.findall(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)) == []
    assert SHEETS.findall(styles) == []


@pytest.mark.parametrize(
    "line", ['<script src="reveal.js">', "<link rel=x href='https://a.b/c.css'>", "<img src=a.png>"]
)
def test_a_link_to_another_file_would_be_found(line):
    assert len(LINKS.findall(line)) == 1


def test_a_figure_is_shown_once_with_its_sentence(page):
    assert re.findall(r'<img alt="([^"]*)"', page) == [ALT]
    assert page.count(ALT) == 1  # the call that drew it is folded, its text is not printed below


def test_the_title_is_text_and_not_markup(page):
    assert "<title>A toy &amp; more</title>" in page


def test_a_live_slider_gives_way_to_its_still_figure():
    notebook = toy()
    (drawn,) = [cell for cell in notebook.cells if "figure" in cell.source]
    drawn.outputs[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "x", "version_major": 2}
    assert "widget" not in deck.deck_html(notebook, "").rpartition("<body>")[2].partition("<script>")[0]


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    monkeypatch.setattr(pairing, "paired_notebook", lambda lecture: toy())
    return replace(syllabus.lectures()[0], slug="02x_toy", title="A toy lecture")


def test_a_deck_replaces_an_older_deck_and_nothing_else(lecture, tmp_path):
    path = deck.write_deck(lecture, tmp_path / "new" / "decks")
    assert path == tmp_path / "new" / "decks" / "02x_toy.html"
    assert deck.write_deck(lecture, path.parent, solutions=True) == path
    assert "number" in path.read_text(encoding="utf-8")
    path.write_text("mine")
    with pytest.raises(deck.DeckError, match="--to"):
        deck.write_deck(lecture, path.parent)
    assert path.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(lecture, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(deck.DeckError, match="02x_toy"):
        deck.write_deck(lecture, tmp_path / "file" / "decks")


def test_cells_that_wait_for_their_outputs_are_counted(monkeypatch, lecture):
    notebook = toy("\n# %%\nprint(1)\n")
    notebook.cells[-1].execution_count = None
    monkeypatch.setattr(pairing, "paired_notebook", lambda lecture: notebook)
    assert deck.without_outputs(lecture) == 1


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(assets, "_MATHJAX", ("no-such-package", "mathjax"))
    with pytest.raises(ModuleNotFoundError) as caught:  # the door of the command line says what installs it
        assets.scripts()
    assert caught.value.name == "no-such-package"


def test_a_lecture_without_a_source_is_named(tmp_path):
    lecture = replace(syllabus.lectures()[0], slug="02x_toy")
    with pytest.raises(deck.DeckError, match="02x_toy"):
        deck.write_deck(lecture, tmp_path)


def test_a_package_without_the_file_is_named(monkeypatch):
    monkeypatch.setattr(assets, "_MATHJAX", ("sphinx-revealjs", "mathjax"))
    with pytest.raises(assets.AssetsMissing, match=r"sphinx-revealjs .* has no tex-svg"):
        assets.scripts()
