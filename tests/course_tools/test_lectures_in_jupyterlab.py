"""Every lecture in JupyterLab, as a student opens it: all cells run, a slider moves, a check answers wrong, then right,
and in both themes all of it can be read.

Lecture 02a is tried with every run of the tests, all others with ``make test-browser``.
"""

import re

import pytest

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.cli import workspace
from course_tools.slides import browser
from course_utils.exercises import engine
from course_utils.exercises.kinds import ChoiceExercise, ValueExercise
from tests.course_tools.accessibility import faint, serious
from tests.course_tools.jupyter_server import NOTEBOOK, THEMES, close, opened, run_all, serving, show_theme
from tests.course_tools.screenshots import keep
from tests.course_tools.slides import needs_browser

LECTURES = [
    pytest.param(lecture, id=lecture.number, marks=[] if lecture.number == "02a" else pytest.mark.browser)
    for lecture in syllabus.lectures()
]
OURS = (".jp-MarkdownOutput", ".jp-OutputArea-output")  # what lectures put on JupyterLab's page
NEXT = "jupyterapp.commands.execute('notebook:run-cell-and-select-next')"
RUN_TWO = f"{NEXT}.then(() => {NEXT}).then(() => 1)"  # the task and its check
ERRORS = """[...document.querySelectorAll('[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]')]
    .map((output) => output.textContent.slice(0, 300))"""
PICTURE = "document.querySelector('.jp-OutputArea:has(.noUi-handle) img').src"
SET_SOURCE = """([id, source]) => {
    const cells = NOTEBOOK.widgets;
    const task = cells.findIndex((cell) => cell.model.type === "code" && cell.model.sharedModel.source.includes(id));
    cells[task].model.sharedModel.setSource(source);
    NOTEBOOK.activeCellIndex = task;
}""".replace("NOTEBOOK", NOTEBOOK)
VERDICT = """(id) => [...document.querySelectorAll(".jp-OutputArea-output")].map((output) => output.textContent)
    .find((text) => text.includes(`Exercise ${id}: `))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "my_work"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORK", str(work))
        for lecture in syllabus.lectures():
            workspace.start(lecture)
        with serving(folder, work) as address:
            yield address


def answers(lecture):
    """Return an exercise that a line answers, with a wrong and a right answer as code; None where there is none."""
    for exercise in engine.of_lecture(lecture.number).values():
        if not isinstance(exercise, ValueExercise | ChoiceExercise):
            continue
        for cell in read_source(lecture).cells:
            found = re.match(rf"(\w+) = None  # Exercise {re.escape(exercise.id)}\b", cell.source)
            if found:
                return exercise.id, f"{found[1]} = {exercise.mistakes[0].answer!r}", cell.source
    return None


@needs_browser
@pytest.mark.parametrize("lecture", LECTURES)
def test_a_student_runs_it(lecture, address):
    complaints = []
    with browser.page(1280, 900) as page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened(page, address, lecture.student.name)
        run_all(page)
        assert page.evaluate(ERRORS) == []
        for theme in THEMES:
            show_theme(page, theme)
            assert (serious(page, *OURS), faint(page, *OURS)) == ([], {}), theme
            keep(page, f"jupyterlab/{lecture.number}-{theme}")

        handle = page.locator(".jp-OutputArea .noUi-handle").first
        if handle.count():
            before = page.evaluate(PICTURE)
            handle.press("ArrowRight")
            page.wait_for_function(f"(before) => {PICTURE} !== before", arg=before)

        if answers(lecture):
            exercise_id, wrong, right = answers(lecture)
            for source, status in ((wrong, "incorrect"), (right, "correct")):
                page.evaluate(SET_SOURCE, [f"Exercise {exercise_id}", f"{source}\n# Exercise {exercise_id}"])
                page.evaluate(RUN_TWO)
                assert f"Exercise {exercise_id}: {status}" in page.evaluate(VERDICT, exercise_id)
        close(page, save=True)
    assert complaints == []
