"""The command from end to end: the table, and feedback pages that show no hidden input."""

import csv
import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from course_tools.cli import app
from course_tools.grading import records
from course_tools.grading.grader import ONLY_THERE, Graded, Mark
from course_utils.exercises import engine
from tests.course_tools.grading import makers

# Shows its inputs wherever it can: printed, in the error, in the traceback, and as a value.
TELLS = "print(image.tolist())\nraise ValueError(repr(image.tolist()))"
RETURNS_INPUT = "return image * 1000"
# Right for everything that the check in the notebook tries, by looking answers up.
LOOKS_UP = """
if round(float(image.flat[0]), 6) in KNOWN:
    return right(image, width)
return image
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    exercise = engine.find(makers.ATTACKED)
    seen = [
        round(float(image.flat[0]), 6)
        for seed in (engine.SEED, engine.SEED + 1)
        for image, _ in exercise.cases(np.random.default_rng(seed))
    ]
    handed_in = folder / "submissions"
    for student, made in {
        "ann": makers.notebook(),
        "bob": makers.hostile(TELLS),
        "cem": makers.hostile(RETURNS_INPUT),
        "dee": makers.hostile(LOOKS_UP, f"import numpy as np\nKNOWN = {seen}"),
    }.items():
        (handed_in / student).mkdir(parents=True)
        (handed_in / student / "work.ipynb").write_text(json.dumps(made), encoding="utf-8")
    arguments = ["grade", str(handed_in), "--jobs", "1", "--out", str(folder / "grades.csv")]
    result = CliRunner().invoke(app, [*arguments, "--feedback", str(folder / "feedback")])
    assert result.exit_code == 0, result.output
    assert "4 files, 4 graded, 0 with nothing to grade" in result.output
    assert re.search("isolation: (namespaces|audit hook)", result.output)
    return folder


def test_table_has_partial_credit_and_reasons(graded):
    rows = list(csv.DictReader((graded / "grades.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["student"], row["points"], row["out_of"]) for row in rows] == [
        (name, points, str(len(engine.of_lecture(makers.LECTURE.number))))
        for name, points in (("ann", "3"), ("bob", "2"), ("cem", "2"), ("dee", "2"))
    ]
    assert [row[makers.ATTACKED] for row in rows] == ["1", "0", "0", "0"]


def test_function_that_knows_the_inputs_of_the_notebook_is_found_out(graded):
    assert ONLY_THERE in (graded / "feedback" / "dee_work.html").read_text(encoding="utf-8")


def test_feedback_shows_no_hidden_input(graded):
    exercise = engine.find(makers.ATTACKED)
    hidden = [
        number
        for seed in (engine.GRADING_SEED, engine.GRADING_SEED + 1)
        for image, _ in exercise.cases(np.random.default_rng(seed))
        for number in image.ravel()
    ]
    shown = [
        number
        for seed in (engine.SEED, engine.SEED + 1)
        for image, _ in exercise.cases(np.random.default_rng(seed))
        for number in image.ravel()
    ]
    pages = {path.name: path.read_text(encoding="utf-8") for path in (graded / "feedback").iterdir()}
    assert set(pages) == {"ann_work.html", "bob_work.html", "cem_work.html", "dee_work.html"}
    for page in pages.values():
        for number in hidden:
            assert f"{number:.6f}" not in page and repr(float(number)) not in page
    assert any(repr(float(number)) in pages["bob_work.html"] for number in shown)  # those of the notebook are no secret


def test_feedback_is_text_not_markup_and_keeps_to_its_folder():
    mark = Mark("03.1", "<i>", engine.INCORRECT, "<script>1</script>", "<b>", "<img src=x>")
    one = Graded("x", "../..\\<a>/n.ipynb", "03", [mark], ["<u>"])
    page = records.feedback_page(one)
    for raw in ("<script>", "<img", "<u>", "<i>", "<a>"):
        assert raw not in page
    assert "/" not in records.page_name(one) and not records.page_name(one).startswith(".")


def test_folder_without_anything_is_an_empty_table(tmp_path):
    out = tmp_path / "grades.csv"
    (tmp_path / "in").mkdir()
    result = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), "--out", str(out)])
    assert result.exit_code == 0
    assert out.read_text().startswith("student,file,lecture,points,out_of,what_happened")
