"""In JupyterLab, in a real browser: a figure has its sentence, a slider moves by keys and reopens as its picture, a pad
is drawn on with mouse, finger, and keys, and verdicts are readable on the light and on the dark theme."""

import json

import nbformat
import pytest

from course_tools.slides import browser
from tests.course_tools.accessibility import contrasts, faint
from tests.course_tools.jupyter_server import THEMES, close, opened, serving, show_theme

LINE, WINDOW = 'A line that rises from "zero" to one.', "A window of nine pixels on an image of four rows."
CELLS = [
    f"""import matplotlib.pyplot as plt
from course_utils import plots
figure, axis = plt.subplots()
axis.plot([0, 1], [0, 1])
plots.show(figure, {LINE!r})""",
    f"""import numpy as np
from course_utils import diagrams, widgets
def step(column):
    return diagrams.sliding_window(np.eye(4), np.ones((3, 3)), (1, column))
widgets.explore(step, {WINDOW!r}, column=widgets.Slider(0, 3, 1))""",
    """from course_utils import data
def halves(drawing):
    figure, axis = plt.subplots(figsize=(2, 1))
    left, right = (int(half.sum()) for half in np.hsplit(drawing, 2))
    axis.bar(["left", "right"], [left, right])
    return figure, f"Ink on the left: {left > 0}, on the right: {right > 0}."
widgets.drawing_pad(halves, data.pen_strokes([[(20, 100), (120, 100)]]))""",
    """from course_utils.exercises.engine import STYLES, Hint, Result, find
from course_utils.exercises.progress_table import Progress
for status in STYLES:
    display(Result("99.1", status, "Because of the border.", traceback="NameError"))
display(Hint("99.1", 1, 2, "Add it to itself."))
display(Progress("00", [find("00.1")] * 3, list(STYLES)))""",
]
DONE = "document.querySelectorAll('.jp-OutputArea-output').length >= 8"  # three figures and five verdicts
IMAGES = """[...document.querySelectorAll('.jp-OutputArea')].map(
    area => [...area.querySelectorAll('img')].map(image => [image.alt, image.naturalWidth / image.width]))"""
pytestmark = pytest.mark.skipif(browser.find() is None, reason="no browser of the Chromium family is installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve a notebook as ``course lab`` does, and return the server's address."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (folder / "work").mkdir()
    nbformat.write(notebook, folder / "work" / "figures.ipynb")
    with serving(folder, folder / "work") as address:
        yield address


def ink(left, right):
    return f"Ink on the left: {left}, on the right: {right}."


def draws_on_the_pad(page):
    """Draw with the mouse in place of the example, with a finger, and with keys that JupyterLab does not get."""

    def answers(left, right):
        page.wait_for_function(f"{IMAGES}[2][0][0] === {json.dumps(ink(left, right))}")

    sheet = page.locator(".course-pad canvas")
    box = sheet.bounding_box()
    middle, at = box["y"] + box["height"] / 2, [box["x"] + share * box["width"] for share in (0.2, 0.3, 0.7, 0.8)]
    page.mouse.move(at[0], middle)
    page.mouse.down()
    page.mouse.move(at[1], middle)
    page.mouse.up()
    answers(True, False)
    touch = page.context.new_cdp_session(page)
    for kind, places in (("touchStart", at[2:3]), ("touchMove", at[3:]), ("touchEnd", [])):
        points = [{"x": place, "y": middle} for place in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    answers(True, True)
    selected = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    sheet.focus()
    before = page.evaluate(selected)
    page.keyboard.press("Delete")
    answers(False, False)
    for key in ("ArrowUp", "Space", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    answers(False, True)
    assert page.evaluate(selected) == before


def test_figures_sliders_and_verdicts(address):
    with browser.page(1280, 3000) as page:
        opened(page, address, "figures.ipynb")
        page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(DONE)
        page.wait_for_function(f"{IMAGES}[1]?.length === 1")

        figure, slider, pad, verdicts = page.evaluate(IMAGES)
        assert [alt for alt, _ in figure + slider + pad] == [LINE, WINDOW, ink(False, True)]
        assert figure[0][1] == pytest.approx(2, abs=0.02)  # pixels of the picture for one of the page
        assert verdicts == []

        picture = "document.querySelectorAll('.jp-OutputArea')[1].querySelector('img').src"
        before = page.evaluate(picture)
        page.locator(".noUi-handle").press("ArrowRight")
        page.wait_for_function(f"{picture} !== {json.dumps(before)}")
        assert page.evaluate(IMAGES)[1][0][0] == f"{WINDOW} Moved to column 2."
        draws_on_the_pad(page)

        for theme in THEMES:
            show_theme(page, theme)
            seen = contrasts(page, ".jp-OutputArea-output")
            assert {"✔", "✘", "…", "Because of the border.", "incorrect", "Add it to itself."} <= set(seen)
            assert faint(page, ".jp-OutputArea-output") == {}, theme
        close(page, save=True)
    with browser.page(1280, 3000) as page:
        opened(page, address, "figures.ipynb")
        page.wait_for_function(f"{IMAGES}.flat().length === 3")
        assert [alt for area in page.evaluate(IMAGES) for alt, _ in area] == [LINE, WINDOW, ink(False, True)]
        assert not page.evaluate("document.body.textContent.includes('model not found')")
