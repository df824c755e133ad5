"""The site is made from what is stored, asks no other server, and can be read by everybody; its sliders move."""

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.cli import app
from course_tools.site import build, frames, lectures
from course_tools.slides import browser
from course_tools.slides.deck import write_deck
from course_utils.widgets import Slider
from tests.course_tools.accessibility import cut, faint, faint_lines, serious, settle
from tests.course_tools.screenshots import keep
from tests.course_tools.slides import needs_browser

LECTURE = "02a"
PAGES = [
    "index",
    f"notebooks/{syllabus.lecture(LECTURE).slug}",
    "glossary",
    "errata",
    f"exercises/{LECTURE}",
    f"teaching/{LECTURE}",
    "api/course_utils.filtering",
    "cheat-sheet",
]
LIGHT_AND_DARK = ("light", "dark")
OUR_LINES = (".moving", ".moving input", ".deck", "details")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "html"
    build.build(folder, [syllabus.lecture(LECTURE)])
    return folder


class Links(HTMLParser):
    """Ids of a page, and where it points to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.targets = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes.get("id"), attributes.get("name")}
        self.targets |= {attributes.get(name) for name in ("href", "src")} - {None}


def test_every_link_leads_somewhere(site):
    pages = [path for path in site.rglob("*.html") if path.parent.name not in ("slides", "_static")]
    found = {path: Links(path.read_text("utf-8")) for path in pages}
    assert len(found) > 80
    broken = set()
    for path, target in [(path, target) for path, links in found.items() for target in links.targets]:
        parts = urlsplit(target)
        if parts.scheme or not (parts.path or parts.fragment):
            continue
        there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if there.parent.name == "slides":  # one deck is written here, all by the command
            continue
        if not there.exists() or (
            parts.fragment and there in found and unquote(parts.fragment) not in found[there].ids
        ):
            broken.add(f"{path.relative_to(site)} → {target}")
    assert broken == set()


def test_topics_errata_and_words_lead_to_the_cells_that_teach_them(site):
    notebook = read_source(syllabus.lecture(LECTURE))
    tagged = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", []) if tag.startswith("defines:")}
    page = Links((site / f"{PAGES[1]}.html").read_text("utf-8"))
    assert len(tagged) > 5
    assert {lectures.anchor(*tag.split(":")) for tag in tagged} <= page.ids


def test_a_page_keeps_answers_and_solutions_folded_and_notes_out(site):
    cells = lectures.page_notebook(syllabus.lecture(LECTURE)).cells
    source = read_source(syllabus.lecture(LECTURE))
    answers = [cell for cell in source.cells if "reveals" in cell.metadata.get("tags", [])]
    solutions = [cell for cell in source.cells if "### BEGIN SOLUTION" in cell.source]
    hidden = [cell for cell in cells if "hide-cell" in cell.metadata.get("tags", [])]
    assert answers and solutions and len(hidden) >= len(answers) + len(solutions)
    notes = next(
        cell.source for cell in source.cells if cell.metadata.get("slideshow", {}).get("slide_type") == "notes"
    )
    assert notes[:40] not in (site / f"{PAGES[1]}.html").read_text("utf-8")
    assert notes[:40] in (site / f"teaching/{LECTURE}.html").read_text("utf-8")


@pytest.fixture(scope="module", params=["some", pytest.param("every", marks=pytest.mark.browser)])
def names(site, request):
    """Pages to look at: one of each kind, and with ``make test-browser`` every page, with the decks shown on them."""
    if request.param == "some":
        return PAGES
    for lecture in syllabus.lectures():
        write_deck(lecture, site / "slides")
    paths = [path.relative_to(site) for path in site.rglob("*.html")]
    return sorted(path.with_suffix("").as_posix() for path in paths if path.parts[0] not in ("slides", "_static"))


@needs_browser
def test_no_page_asks_another_server_or_complains(site, names):
    asked, said = [], []
    with browser.page(1280, 900) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        for name in names:
            page.goto((site / f"{name}.html").as_uri())
            settle(page)
    assert len(asked) > len(names)
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []
    assert said == []


@needs_browser
@pytest.mark.parametrize("mode", LIGHT_AND_DARK)
def test_everything_can_be_read(site, names, mode):
    found = {}
    with browser.page(1280, 900) as page:
        page.add_init_script(f"localStorage.setItem('mode', '{mode}'); localStorage.setItem('theme', '{mode}')")
        for name in names:
            page.goto((site / f"{name}.html").as_uri())
            assert page.locator("html").get_attribute("data-theme") == mode
            settle(page)
            keep(page, f"site/{name}-{mode}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            settle(page)
            if problems := [*serious(page), *faint(page).items(), *faint_lines(page, *OUR_LINES).items()]:
                found[name] = problems
    assert found == {}


@needs_browser
@pytest.mark.parametrize("width", [800, 400], ids=["a window of 800 pixels", "the same at 200 %"])
def test_in_a_small_window_nothing_is_cut(site, names, width):
    found = {}
    with browser.page(width, 700) as page:
        for name in names:
            page.goto((site / f"{name}.html").as_uri())
            settle(page)
            keep(page, f"site/{name}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if problems := cut(page) + ([f"{wide} pixels too wide"] if wide > 1 else []):
                found[name] = problems
    assert found == {}


@needs_browser
@pytest.mark.parametrize("name", PAGES[:2], ids=["front page", "lecture"])
def test_a_slider_moves_by_keys(site, name):
    with browser.page(1280, 900) as page:
        page.goto((site / f"{name}.html").as_uri())
        moving = page.locator(".moving").first
        picture, control = moving.locator("img"), moving.locator("input").first
        before, alt = picture.get_attribute("src"), picture.get_attribute("alt")
        control.press("ArrowRight")
        assert picture.get_attribute("src") != before
        value = moving.locator("output").first.text_content()
        assert picture.get_attribute("alt").startswith(
            f"{alt} Moved to {control.evaluate('c => c.parentElement.firstChild.textContent.trim()')} {value}"
        )
        control.press("ArrowLeft")
        assert picture.get_attribute("src") == before


@needs_browser
def test_search_finds_a_word(site):
    with browser.page(1280, 900) as page:
        page.goto((site / "search.html").as_uri() + "?q=padding")
        found = page.locator(f"#search-results a[href*='{LECTURE}']").first
        found.wait_for()
        assert found.text_content()


def test_every_slider_has_its_pictures_and_a_page_stays_small():
    for lecture in syllabus.lectures():
        notebook = read_source(lecture)
        paths = [frames.file_of(lecture, notebook.cells[position].source) for position in frames.explorers(notebook)]
        assert {path.name for path in paths if not path.exists()} == set(), f"run: course execute {lecture.number}"
        assert set(paths) == set(paths[0].parent.glob(f"{lecture.number}-*.json")) if paths else True
        assert sum(path.stat().st_size for path in paths) < 1e6, lecture.number


def test_the_pictures_of_a_slider_are_those_of_its_positions():
    def draw(width, kind):
        import matplotlib.pyplot as plt

        figure, axis = plt.subplots(figsize=(3, 2))
        axis.plot([0, width], [0, 1 if kind == "up" else -1])
        return figure

    moving = frames.Moving(draw, "A line that rises or falls.", {"width": Slider(1, 40, 7), "kind": ["up", "down"]})
    stored = frames.stored(moving)
    width, kind = stored["controls"]
    assert width["values"][0] == 1 and width["values"][-1] == 40 and width["values"][width["start"]] == 7
    assert kind == {"name": "kind", "values": ["up", "down"], "start": 0}
    pairs = list(itertools.product(width["values"], kind["values"]))
    assert len(stored["pictures"]) == len(pairs) == len(set(stored["pictures"])) <= frames.MOST
    page = lectures.slider_html("one", stored)
    assert stored["pictures"][pairs.index((7, "up"))] in re.search(r'<img [^>]*src="([^"]*)"', page)[1]
    assert json.loads(re.search(r'data-values="([^"]*)"', page)[1].replace("&quot;", '"')) == width["values"]


@pytest.mark.parametrize(
    "slider", [Slider(0, 7, 3), Slider(0.0, 1.0, 0.35, 0.05), Slider(-5, 300, 0, 5), Slider(2, 3, 2)]
)
@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_thinned_slider_keeps_ends_start_and_steps(slider, others):
    controls = {"one": slider} | {f"other{i}": Slider(0, 100, 50) for i in range(others)}
    found = frames.positions(controls)
    assert np.prod([len(control["values"]) for control in found]) <= frames.MOST
    values = found[0]["values"]
    assert values == sorted(set(values)) and values[found[0]["start"]] == slider.start
    assert values[0] == slider.minimum and values[-1] == pytest.approx(slider.maximum)
    steps = [(value - slider.minimum) / slider.step for value in values]
    assert steps == pytest.approx([round(step) for step in steps])


def test_a_folder_with_something_else_stays_as_it_is(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    result = CliRunner().invoke(app, ["site", "--to", str(tmp_path)])
    assert result.exit_code == 1 and "holds something else than a site" in result.output
    assert [path.name for path in Path(tmp_path).iterdir()] == ["thesis.txt"]


def test_a_warning_of_sphinx_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(
        build,
        "lay",
        lambda source: source.mkdir() or (source / "conf.py").write_text("") or (source / "index.md").write_text("x"),
    )
    with pytest.raises(build.SiteError, match="Sphinx found faults"):
        build.build(tmp_path / "site", [])
    assert not (tmp_path / "site").exists()
