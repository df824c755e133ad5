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

SEED = 77_123  # of the hidden inputs
# Shows its inputs wherever it can: printed, in the error, in the traceback, and as a value.
TELLS = "print(image.tolist())\nraise ValueError(repr(image.tolist()))"
# Keeps every input that it sees, in all the ways that outlive a call, and raises them all.
KEEPS = """
import builtins, os
builtins.kept = getattr(builtins, "kept", []) + image.tolist()
with open("kept", "a") as file:
    file.write(repr(image.tolist()))
raise ValueError(repr(builtins.kept) + open("kept").read())
"""
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
        "eve": makers.hostile(KEEPS),
        "cem": makers.hostile(RETURNS_INPUT),
        "dee": makers.hostile(LOOKS_UP, f"import numpy as np\nKNOWN = {seen}"),
    }.items():
        (handed_in / student).mkdir(parents=True)
        (handed_in / student / "work.ipynb").write_text(json.dumps(made), encoding="utf-8")
    arguments = ["grade", str(handed_in), "--jobs", "1", "--out", str(folder / "grades.csv")]
    arguments += ["--feedback", str(folder / "feedback"), "--seed", str(SEED)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "5 files, 5 graded, 0 with nothing to grade" in result.output
    assert re.search("isolation: (namespaces|audit hook)", result.output)
    return folder


def test_table_has_partial_credit_and_reasons(graded):
    rows = list(csv.DictReader((graded / "grades_details.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["student"], row["points"], row["out_of"]) for row in rows] == [
        (name, points, str(len(engine.of_lecture(makers.LECTURE.number))))
        for name, points in (("ann", "3"), ("bob", "2"), ("cem", "2"), ("dee", "2"), ("eve", "2"))
    ]
    assert [row[makers.ATTACKED] for row in rows] == ["1", "0", "0", "0", "0"]


def test_function_that_knows_the_inputs_of_the_notebook_is_found_out(graded):
    assert ONLY_THERE in (graded / "feedback" / "dee_work.html").read_text(encoding="utf-8")


def test_feedback_shows_no_hidden_input(graded):
    exercise = engine.find(makers.ATTACKED)
    hidden = [
        number
        for seed in (SEED, SEED + 1)
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
    assert set(pages) == {"ann_work.html", "bob_work.html", "cem_work.html", "dee_work.html", "eve_work.html"}
    for page in pages.values():
        for number in hidden:
            assert f"{number:.6f}" not in page and repr(float(number)) not in page
    assert any(repr(float(number)) in pages["bob_work.html"] for number in shown)  # those of the notebook are no secret


def test_feedback_is_text_not_markup_and_keeps_to_its_folder():
    mark = Mark("03.1", "<i>", engine.INCORRECT, "<script>1</script>", "<b>", "<img src=x>")
    one = Graded("x", "../..\\<a>/n.ipynb", "03", marks=[mark], remarks=["<u>"])
    page = records.feedback_page(one)
    for raw in ("<script>", "<img", "<u>", "<i>", "<a>"):
        assert raw not in page
    (name,) = records.page_names([one])
    assert "/" not in name and not name.startswith(".")


def test_pages_never_collide_and_have_names_that_a_system_takes():
    files = ["a/b.ipynb", "a_b.ipynb", "A_b.ipynb", "ann!.ipynb", "ann?.ipynb", "!!!.ipynb", "???.ipynb", ".ipynb", "…"]
    files += [f"{'ö' * 150}/{'ö' * 150}{end}.ipynb" for end in "ab"]
    names = records.page_names([Graded("x", file) for file in files])
    assert len({name.casefold() for name in names}) == len(files)
    assert max(len(name.encode()) for name in names) < 200 and all(name.endswith(".html") for name in names)


def test_nothing_that_a_student_writes_cannot_be_written_or_seen():
    odd = "half \ud800, turn \u202e, escape \x1b[31m, nothing \x00\u200b"
    mark = Mark("03.1", "title", engine.INCORRECT, odd, odd, odd)
    one = Graded(odd, odd, "03", marks=[mark], remarks=[odd])
    (name,) = records.page_names([one])
    for text in (records.details([one], [name]), records.feedback_page(one), name):
        text.encode("utf-8")
        assert not any(character in text for character in "\ud800\u202e\x1b\x00\u200b")
    assert r"\ud800, turn \u202e, escape \x1b[31m" in records.feedback_page(one)


@pytest.mark.parametrize("text", ["=1", "x;=HYPERLINK(1)", " +1", "a\n-1", "x; @SUM(1)", "\uff1d1", "\t=1"])
def test_no_cell_of_the_table_is_a_formula_whichever_separator_is_expected(text):
    one = Graded(text, "file", remarks=[text])
    table = records.details([one], ["page.html"])
    for separator in ",;\t":
        cells = [cell for row in csv.reader(table.splitlines(), delimiter=separator) for cell in row]
        assert not any(cell.lstrip(' "')[:1] in tuple("=+-@\uff1d") for cell in cells if cell.strip(' "'))


def test_no_cell_is_longer_than_a_spreadsheet_takes():
    remarks = ["x" * 200_000]
    (row,) = csv.DictReader(records.details([Graded("ann", "ann.ipynb", remarks=remarks)], ["p"]).splitlines())
    assert len(row["what_happened"]) < 6000
    assert (
        len(records.feedback_page(Graded("a", "a", marks=[Mark("03.1", "t", "incorrect", "", "", "x" * 10**6)])))
        < 10**5
    )


def test_folder_without_anything_is_told_and_nothing_is_written(tmp_path):
    (tmp_path / "in").mkdir()
    result = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "grades.csv")])
    assert (result.exit_code, "nothing was handed in" in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
