"""Building, executing and checking notebooks, on a toy lecture in a folder of its own, with planted faults."""

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_tools import syllabus
from course_tools.authoring import build, lint
from course_tools.authoring.execute import execute
from course_tools.authoring.leaks import leaks
from course_tools.authoring.pairing import SOURCE_HEADER, read_notebook, read_source
from course_tools.authoring.student import student_notebook
from course_utils import settings
from course_utils.exercises import engine
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ValueExercise

SOURCE = f"""{SOURCE_HEADER}
# %% [markdown]
# # 90 · Toy
# **Predict first.** What is 1 + 1?

# %% tags=["setup"]
from course_utils.exercises import check, hint

# %% tags=["claim"]
two = 1 + 1
print(f"one and one is {{two}}")
assert two == 2

# %% [markdown] tags=["exercise:90.1"]
# ### Exercise 90.1 · Three (2 min)

# %% tags=["exercise:90.1"] nbgrader={{"grade_id": "ex-90-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}}
answer = None  # Exercise 90.1: replace None by a number
### BEGIN SOLUTION
answer = 2 + 1  # the worked solution
print("the answer is", answer)
### END SOLUTION

# %% tags=["check:90.1"]
check("90.1", answer)
"""  # noqa: E501
PROGRESS = """
# %% tags=["progress:90"]
from course_utils.exercises import progress

progress("90")
"""
QUIZ = "\n# %% [markdown]\n# ## Quiz\n"
THREE = ValueExercise(
    id="90.1",
    title="Three",
    minutes=2,
    hints=("Count.", "Two and one."),
    expected=lambda: 3,
    mistakes=(Mistake("two", 2, "One more."),),
)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A course of one lecture, built and executed; kernels of it know the toy exercise through a lecture module."""
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    for page in build.PAGES:
        (tmp_path / page).write_text((settings.course_root() / page).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "notebooks" / "syllabus.toml").write_text(
        '[course]\ntitle = "Toy"\nrepository = ""\n[chapters]\n90 = "Toy"\n'
        '[[lecture]]\nnumber = "90"\nslug = "90_toy"\ntitle = "Toy"\n'
        "minutes = 1\nexercise_minutes = 2\ncpu_seconds = 1\ntopics = []\nerrata = []\n"
    )
    for words in ("glossary.toml", "notation.toml", "wording.toml"):
        shutil.copy(settings.course_root() / "notebooks" / words, tmp_path / "notebooks")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    monkeypatch.setattr(engine, "of_lecture", lambda number: {"90.1": THREE} if number == "90" else {})
    lecture = syllabus.lecture("90")
    lecture.source.write_text(SOURCE, encoding="utf-8")
    return lecture


@pytest.fixture
def built(toy, monkeypatch):
    """The toy lecture with its outputs; its check cell runs without the exercise, which no kernel outside knows."""
    toy.source.write_text(SOURCE.replace('check("90.1", answer)', 'print("checked", answer)'), encoding="utf-8")
    execute(toy)
    build.build()
    return toy


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_build_leaves_nothing_to_mend_and_a_second_run_changes_no_byte(built):
    assert build.problems() == []
    before = built.solution.read_bytes(), built.student.read_bytes()
    execute(built)
    assert build.build() == []
    assert (built.solution.read_bytes(), built.student.read_bytes()) == before


def test_edited_source_is_found(built):
    edit(built.source, "What is 1 + 1?", "What is one and one?")
    found = build.problems()
    assert [line.split()[0] for line in found] == ["notebooks/solutions/90_toy.ipynb", "notebooks/90_toy.ipynb"]
    assert all("course build" in line for line in found)
    build.build()
    assert build.problems() == []


def test_edited_notebook_is_found(built):
    edit(built.student, "What is 1 + 1?", "What is 1 + 2?")
    assert [line.split()[0] for line in build.problems()] == ["notebooks/90_toy.ipynb"]


def test_stale_output_is_found_and_never_kept_under_a_new_cell(built):
    edit(built.source, "two = 1 + 1", "two = 1 + 1.0")
    build.build()
    assert ["outputs are older than the code" in line for line in build.problems()] == [True]
    edited = next(cell for cell in read_notebook(built.solution).cells if "1 + 1.0" in cell.source)
    assert edited.outputs == []
    execute(built)
    build.build()
    assert build.problems() == []


def test_student_notebook_keeps_lecture_outputs_and_blanks_the_exercise(toy):
    toy.source.write_text(SOURCE.replace('check("90.1", answer)', "answer"), encoding="utf-8")
    execute(toy)
    build.build()
    claim, exercise, check = (cell for cell in read_notebook(toy.student).cells[3:] if cell.cell_type == "code")
    assert claim.outputs[0].text == "one and one is 2\n"
    assert "worked solution" not in exercise.source
    assert exercise.source.endswith("# YOUR CODE HERE\npass")
    assert exercise.outputs == []
    assert "not attempted yet" in check.outputs[0].data["text/plain"]
    assert check.outputs[0].execution_count == check.execution_count == 5


def test_leak_is_found(built):
    executed, student = read_notebook(built.solution), read_notebook(built.student)
    assert leaks(executed, student) == []
    student.cells[4].source += "\nanswer = 2 + 1  # the worked solution"
    student.cells[5].outputs = executed.cells[4].outputs
    student.cells[6].outputs = executed.cells[5].outputs
    found = leaks(executed, student)
    assert any("answer = 2 + 1" in line for line in found)
    assert not any("the lecture's own cell" in line for line in found)
    assert any("output of an exercise cell" in line for line in found)
    assert any("another outcome than not attempted" in line for line in found)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (lambda cells: cells[5].update(source="x = 3"), "solution line in the student notebook: x = 3"),
        (
            lambda cells: cells[3].update(source="print(answer)"),
            "the lecture uses answer, which only an exercise defines",
        ),
        (lambda cells: cells[3].outputs[0].update(text="the answer is 3"), "the lecture's own cell does not have"),
        (lambda cells: cells[1].update(source="### BEGIN HIDDEN TESTS"), "cell 1: hidden test"),
    ],
    ids=["short line", "use of an answer", "foreign output", "hidden test"],
)
def test_each_kind_of_leak_is_found(built, fault, complaint):
    executed, student = read_notebook(built.solution), read_notebook(built.student)
    exercise = next(cell for cell in executed.cells if "BEGIN SOLUTION" in cell.source)
    exercise.source = exercise.source.replace("answer = 2 + 1", "x = 3\nanswer = 2 + 1")
    assert leaks(executed, student) == []
    fault(student.cells)
    assert [complaint in line for line in leaks(executed, student)].count(True) == 1


def test_progress_table_of_a_student_shows_blank_exercises(toy):
    toy.source.write_text(SOURCE + PROGRESS + QUIZ, encoding="utf-8")
    executed = read_source(toy)
    student = student_notebook(executed)
    output = student.cells[7].outputs[0]
    assert output.data["text/plain"] == (
        "Lecture 90: 0 of 1 exercises correct, about 2 min to go\n… 90.1  Three  not attempted yet"
    )
    assert leaks(executed, student) == []
    output.data["text/plain"] = output.data["text/plain"].replace("not attempted yet", "correct")
    assert any("progress table" in line for line in leaks(executed, student))


@pytest.mark.parametrize(
    ("ending", "complaint"),
    [
        (PROGRESS + QUIZ, None),
        (QUIZ, "one cell is tagged progress:90"),
        (PROGRESS + PROGRESS + QUIZ, "one cell is tagged progress:90"),
        (PROGRESS + "\n# %%\nx = 1\n" + QUIZ, "one cell is tagged progress:90"),
        (PROGRESS.replace('progress("90")', 'progress("91")') + QUIZ, "holds other code"),
        (PROGRESS + "\n# %% [markdown]\n# ## Summary\n" + QUIZ, "right before ## Quiz"),
    ],
)
def test_progress_cell_is_held_to_the_rules(toy, ending, complaint):
    toy.source.write_text(SOURCE + ending, encoding="utf-8")
    found = [line for line in lint.source_problems(read_source(toy), toy) if "progress" in line]
    assert [complaint in line for line in found] == ([True] if complaint else [])


def test_cell_that_writes_to_stderr_is_refused(toy):
    toy.source.write_text(
        SOURCE.replace("two = 1 + 1", "import sys; two = 2; print('oh', file=sys.stderr)"), encoding="utf-8"
    )
    edit(toy.source, 'check("90.1", answer)', "answer")
    with pytest.raises(RuntimeError, match="cell 2 writes to stderr: oh"):
        execute(toy)
    assert not toy.solution.exists()


def test_outputs_come_from_one_thread_on_any_machine(toy, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    edit(toy.source, 'check("90.1", answer)', "import torch; print('threads:', torch.get_num_threads())")
    execute(toy)
    assert "threads: 1" in toy.solution.read_text(encoding="utf-8")


def test_fast_execution_writes_nothing(toy):
    edit(toy.source, 'check("90.1", answer)', "import os; print(os.environ['COURSE_PROFILE'])")
    report = execute(toy, "fast")
    assert not toy.solution.exists()
    assert report.seconds > report.slowest_seconds > 0


def test_house_rules_find_planted_faults(toy):
    wanted = dataclasses.replace(toy, topics=("ramp",), errata=("E99",), exercise_minutes=5)
    fault = SOURCE.replace("# # 90 · Toy", "# # 90 · Toy\n# ### Too deep\n# ![](picture.png)")
    fault = fault.replace("assert two == 2", "").replace("# Exercise 90.1: replace", "# replace")
    fault += "\n# %% [markdown]\n# # Another H1\n# " + "word " * 200 + "\n# %%\n" + "x = 1\n" * 30 + "y" * 88 + " = 2\n"
    toy.source.write_text(fault, encoding="utf-8")
    found = "\n".join(lint.source_problems(read_source(toy), wanted))
    for expected in (
        "exactly one H1",
        "heading level jumps from 1 to 3",
        "picture without alt text",
        "31 lines of code",
        "a line of 92 characters",
        "words, at most",
        "topics [] are tagged",
        "errata [] are proven",
        "without an assertion",
        "does not say the times of the syllabus: | 1 min | 5 min | 1 s |",
        "does not name it in a comment",
        "the exercises take 2 minutes, the syllabus says 5",
        "no '## Recap'",
        "exercises: 1 of at least 4",
    ):
        assert expected in found, expected


def test_output_rules_find_planted_faults(built):
    notebook = read_notebook(built.solution)
    figure = {"output_type": "display_data", "data": {"image/png": "", "text/plain": "<Figure>"}, "metadata": {}}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}
    warning = {"output_type": "stream", "name": "stderr", "text": "oh"}
    view = {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {}}, "metadata": {}}
    notebook.cells[2].outputs += [type(notebook)(output) for output in (figure, error, warning, view)]
    found = "\n".join(lint.output_problems(notebook))
    for expected in ("without alt text", "stored error ValueError", "stored stderr", "stored widget", "only "):
        assert expected in found, expected


NBVAL = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"one and one is 2\\n"', '"one and one is 3\\n"', "Cell outputs differ"),
        ('"two = 1 + 1\\n"', "\"import warnings; warnings.warn('old', FutureWarning); two = 2\\n\"", "FutureWarning"),
    ],
    ids=["changed output", "deprecation"],
)
def test_nbval_fails_on_a_planted_fault(built, old, new, complaint):
    folder = Path(built.solution).parent
    (folder / "conftest.py").write_text((Path(__file__).parents[2] / "conftest.py").read_text())
    good = subprocess.run([*NBVAL, built.solution], capture_output=True, text=True, cwd=folder, check=False)
    assert good.returncode == 0, good.stdout
    edit(built.solution, old, new)
    bad = subprocess.run([*NBVAL, built.solution], capture_output=True, text=True, cwd=folder, check=False)
    assert bad.returncode == 1, bad.stdout
    assert complaint in bad.stdout
