"""A new lecture runs as it is laid, proves its exercise and its claim, and lacks only what its author must write."""

import dataclasses
import importlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import lint
from course_tools.authoring.leaks import leaks
from course_tools.authoring.mutations import examine, listed
from course_tools.authoring.pairing import read_source
from course_tools.authoring.student import student_notebook
from course_tools.cli import app
from course_utils import exercises, settings
from course_utils.exercises import engine

TABLES = ("syllabus", "glossary", "notation", "wording")
TITLE = 'Birds & "bees"'
CLONE = settings.course_root()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A clone without lectures, whose exercises are found beside those of the course."""
    for folder in ("notebooks/source", "course_utils/exercises", "tests/lectures/answers", "tests/lectures/mutations"):
        (tmp_path / folder).mkdir(parents=True)
    for table in TABLES:
        shutil.copy(CLONE / "notebooks" / f"{table}.toml", tmp_path / "notebooks")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path / "course_utils" / "exercises")])
    importlib.invalidate_caches()
    yield tmp_path
    sys.modules.pop("course_utils.exercises.lecture_90a", None)


def new(*arguments):
    return CliRunner().invoke(app, ["new", *arguments])


def content(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def laid(root):
    """The new lecture 90a."""
    result = new("90a", "birds", TITLE)
    assert result.exit_code == 0, result.output
    *paths, closing = result.stdout.splitlines()
    assert all(Path(path).is_file() for path in paths)
    assert closing == "What is left for you to write: course lint 90a"
    return syllabus.lecture("90a")


def test_lint_names_exactly_what_is_left_to_write(laid):
    found = lint.problems(laid)
    cells = read_source(laid).cells
    left = sum(cell.source.count("TODO:") for cell in cells)
    assert left > 8
    assert [line for line in found if "still to be written: " not in line] == []
    assert len(found) == left
    result = CliRunner().invoke(app, ["lint", "90a"])
    assert result.stderr.splitlines() == [f"90a: {line}" for line in found]


def test_a_guest_may_have_one_exercise_and_no_topic_and_a_sitting_of_the_course_more(laid):
    assert laid.guest
    own = dataclasses.replace(laid, guest=False)
    assert "exercises: 1 of at least 4" in lint.problems(own)
    planned = dataclasses.replace(laid, topics=("neuron",))
    assert any("guest lecture has no topics" in line for line in lint.problems(planned))


def test_its_cells_run_and_its_solution_is_correct(laid, capsys):
    namespace = {}
    for cell in read_source(laid).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), namespace)
    assert engine.outcomes()["90a.1"] == engine.CORRECT
    assert "add up to 100" in capsys.readouterr().out


def test_its_exercise_is_proven(laid, root):
    (exercise,) = engine.of_lecture("90a").values()
    answers = {}
    exec((root / "tests" / "lectures" / "answers" / "lecture_90a.py").read_text(encoding="utf-8"), answers)
    assert exercise.examine(answers["ALTERNATIVES"]["90a.1"]).status == engine.CORRECT
    for mistake in exercise.mistakes:
        assert exercise.examine(mistake.answer).mistake == mistake.name
    assert len(exercise.hints) >= 2 and len(exercise.mistakes) >= 3


def test_its_claim_can_fail(laid):
    (mutation,) = listed(laid)
    report = examine(read_source(laid), mutation.claim, [mutation])
    assert report.problems == []
    assert [outcome.split()[0] for _, outcome, _ in report.rows[:2]] == ["holds", "caught"]


def test_its_student_copy_gives_nothing_away(laid):
    source = read_source(laid)
    student = student_notebook(source)
    assert leaks(source, student) == []
    assert "keepdims" not in "".join(cell.source for cell in student.cells)


def test_the_syllabus_has_its_row_in_order_and_all_others_as_before(laid, root):
    before, after = (
        tomllib.loads((folder / "notebooks" / "syllabus.toml").read_text(encoding="utf-8")) for folder in (CLONE, root)
    )
    assert after["chapters"] == {**before["chapters"], "90": TITLE}
    assert after["lecture"] == [*before["lecture"], after["lecture"][-1]]
    assert (laid.number, laid.slug, laid.title) == ("90a", "90a_birds", TITLE)
    assert after["course"] == before["course"]
    assert new("00b", "bees", "Bees").exit_code == 1  # 00 is one sitting
    assert new("90b", "bees", "Bees").exit_code == 0
    numbers = [one.number for one in syllabus.lectures()]
    assert numbers == sorted(numbers) and numbers[-2:] == ["90a", "90b"]
    assert syllabus.chapters()["90"] == TITLE
    comments = [line for line in (CLONE / "notebooks" / "syllabus.toml").read_text().splitlines() if "#" in line]
    assert all(line in (root / "notebooks" / "syllabus.toml").read_text() for line in comments)


def test_a_row_may_come_before_others(root):
    table = root / "notebooks" / "syllabus.toml"
    rest = table.read_text(encoding="utf-8").replace('number = "00"', 'number = "95"')
    table.write_text(rest.replace('\n00 = "', '\n95 = "'), encoding="utf-8")
    assert new("00a", "layers", "Layers").exit_code == 0
    numbers = [one.number for one in syllabus.lectures()]
    assert numbers[:3] == ["00a", "95", "01a"]  # 95 stands where 00 stood
    assert next(iter(syllabus.chapters())) == "00"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("1", "birds", TITLE), "two digits"),
        (("90A", "birds", TITLE), "two digits"),
        (("90a", "Birds and bees", TITLE), "small letters"),
        (("00", "birds", TITLE), "there is a lecture 00 already"),
        (("00a", "birds", TITLE), "there is a lecture 00 already"),
        (("08", "birds", TITLE), "there is a lecture 08a already"),
    ],
)
def test_what_is_taken_or_misspelt_is_refused(root, arguments, complaint):
    before = content(root)
    result = new(*arguments)
    assert (result.exit_code, complaint in result.stderr) == (1, True)
    assert content(root) == before


def test_nothing_is_written_over(root):
    (root / "tests" / "lectures" / "answers" / "lecture_90a.py").write_text("mine")
    before = content(root)
    result = new("90a", "birds", TITLE)
    assert (result.exit_code, "stays as it is" in result.stderr) == (1, True)
    assert content(root) == before


def test_outside_a_clone_it_says_so(root):
    shutil.rmtree(root / "tests")
    before = content(root)
    result = new("90a", "birds", TITLE)
    assert (result.exit_code, "in a clone of the course" in result.stderr) == (1, True)
    assert content(root) == before


def test_its_files_are_clean(laid, root):
    shutil.copy(CLONE / "pyproject.toml", root)
    for module in ("__init__", "exercises/__init__", "exercises/engine", "exercises/kinds", "exercises/progress"):
        (root / "course_utils" / f"{module}.py").touch()  # by these ruff knows what is the course's own
    for command in ("check", "format --check"):
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *command.split(), "--no-cache", root], capture_output=True, text=True
        )
        assert found.returncode == 0, found.stdout
