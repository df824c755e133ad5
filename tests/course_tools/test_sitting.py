"""What a sitting is: a toy that keeps every rule, and each fault planted and found."""

import dataclasses
import re
import subprocess
from pathlib import Path

import jupytext
import pytest
from nbformat.v4 import new_output

from course_tools import syllabus
from course_tools.authoring import drawing, lint, sitting
from course_tools.authoring.execute import run
from course_tools.authoring.leaks import leaks
from course_tools.authoring.pairing import notebook_text
from course_tools.authoring.student import student_notebook
from tests.course_tools.test_authoring import NBVAL

ROOT = Path(__file__).parents[2]
SITTING = """\
# %% [markdown] slideshow={"slide_type": "slide"}
# # 90 · Toy

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Adding
# Last time we counted. Today we add.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** What is 1 + 1?

# %% slideshow={"slide_type": "fragment"} tags=["reveals"]
print(1 + 1)

# %% [markdown]
# ## More

# %% [markdown] tags=["optional"]
# ## Proof (optional)

# %% [markdown] tags=["optional"]
# Count on your fingers.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
# One and one is two.
#
# **Next.** We multiply.
"""
PROOF = '# %% [markdown] tags=["optional"]\n# ## Proof'
LECTURE = syllabus.Lecture("90", "90_toy", "Toy", 60, 0, 1, (), ())


def notebook(old="", new=""):
    """Return the sitting as a notebook, one piece of its source replaced by another."""
    assert old in SITTING
    return jupytext.reads(SITTING.replace(old, new, 1) if old else SITTING, "py:percent")


def with_cells(cells):
    """Return the sitting with more cells in its section More: the first of them is cell 5."""
    return notebook(PROOF, f"{cells}\n\n{PROOF}")


def markdown(text, tags="[]", slide="-"):
    return f'# %% [markdown] slideshow={{"slide_type": "{slide}"}} tags={tags}\n# {text}\n\n'


def code(text, tags="[]"):
    return f"# %% tags={tags}\n{text}\n\n"


def test_a_sitting_that_keeps_every_rule():
    assert sitting.problems(notebook(), LECTURE) == []


PREDICT = markdown("**Predict first.** What is 2 + 2?", '["predict"]')
REVEALS = code("print(4)", '["reveals"]')
UNANSWERED = "no code tagged reveals answers the prediction in its section"
NOT_ASKED = "tagged reveals, but it is not code that answers a prediction above it"
UNTAGGED = "a prediction is Markdown that says **Predict first.** and is tagged predict"
FAULTS = {
    "answer not tagged": (notebook(' tags=["reveals"]'), f"cell 2: {UNANSWERED}"),
    "answer in the next section": (with_cells(PREDICT + markdown("## New") + REVEALS), f"cell 5: {UNANSWERED}"),
    "two questions, one answer": (with_cells(PREDICT + PREDICT + REVEALS), f"cell 5: {UNANSWERED}"),
    "question at the very end": (notebook("We multiply.\n", "We multiply.\n\n" + PREDICT), f"cell 8: {UNANSWERED}"),
    "answer without a question": (with_cells(REVEALS), f"cell 5: {NOT_ASKED}"),
    "answer that is no code": (with_cells(PREDICT + markdown("4", '["reveals"]')), f"cell 6: {NOT_ASKED}"),
    "question not tagged": (with_cells(markdown("**Predict first.** What is 2 + 2?")), f"cell 5: {UNTAGGED}"),
    "tag without the words": (with_cells(markdown("What is 2 + 2?", '["predict"]') + REVEALS), f"cell 5: {UNTAGGED}"),
    "no prediction": (notebook(' tags=["predict"]\n# **Predict first.**', "\n#"), "no cell is tagged predict"),
    "optional cell untagged": (notebook(' tags=["optional"]\n# Count', "\n# Count"), "cell 6: it is in an optional"),
    "optional heading missing": (notebook(" (optional)"), "cell 5: tagged optional, but no heading above it"),
    "optional heading inside a cell": (
        with_cells(markdown("And\n# ## More (optional)", '["optional"]')),
        "cell 5: an optional section starts",
    ),
    "unknown tag": (with_cells(code("x = 1", '["optionel"]')), "cell 5: tag 'optionel' is none of the course's"),
    "tag without an id": (with_cells(code("x = 1", '["topic:"]')), "cell 5: tag 'topic:' is none of the course's"),
    "no last time": (notebook("Last time", "Once"), "where the sitting stands"),
    "no today": (notebook("Today", "Now"), "where the sitting stands"),
    "nothing next": (notebook("**Next.** We", "We"), "what comes next"),
    "next too late": (
        notebook("**Next.** We", "\n\n# %% [markdown]\n# ## End\n# **Next.** We"),
        "what comes next",
    ),
    "too many cells": (with_cells(markdown("Text.") * 63), "71 cells without exercises and notes"),
    "too much code": (with_cells(code("x = 1\n" * 25) * 14), "351 lines of code without exercises"),
    "too many slides": (with_cells(markdown("Text.", slide="slide") * 24), "29 slides in core sections"),
    "headings are slides": (with_cells(markdown("### Text") * 24), "29 slides in core sections"),
    "two lengths": (with_cells(code("n = settings.by_profile(full=2, fast=1)") * 2), "2 calls of by_profile"),
    "drawn by hand": (with_cells(code("x = 1\n" + "plt.plot(x)\n" * 7)), "cell 5: 7 lines of matplotlib"),
    "long drawing": (with_cells(code("plots.show(\n" + "x,\n" * 6 + ")")), "cell 5: it only draws, in 7 lines"),
}


@pytest.mark.parametrize(("faulty", "complaint"), FAULTS.values(), ids=FAULTS)
def test_planted_fault_is_found(faulty, complaint):
    found = sitting.problems(faulty, LECTURE)
    assert any(complaint in line for line in found), found


def test_minutes_of_the_core_fit_one_sitting():
    found = sitting.problems(notebook(), dataclasses.replace(LECTURE, minutes=90))
    assert found == ["90 minutes in the syllabus, a sitting has at most 75: split it"]


@pytest.mark.parametrize(
    "harmless",
    [
        with_cells(PREDICT + code("x = 4") + REVEALS * 2),  # two cells answer one question
        with_cells(markdown("**Predict first** is what to ask for.", slide="notes")),
        with_cells(markdown("Task.", '["exercise:90.1"]', "slide") * 80),  # practice takes no time of the lesson
        with_cells(markdown("Ask them.", slide="notes") * 80),
        notebook("fingers.\n\n", "fingers.\n\n" + markdown("More.", '["optional"]', "slide") * 50),
        with_cells(code("plots.show(figure)\nx = 1\n" + "y = 2\n" * 9)),  # it also computes
        with_cells(code("plots.show(\n    [\n" + "x,\n" * 5 + '    ],\n    alt="Six.",\n)')),  # brackets and alt text
    ],
)
def test_what_is_fine_is_left_alone(harmless):
    assert sitting.problems(harmless, LECTURE) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("plt.plot(x)", 1),
        ("figure, axes = plt.subplots(\n    1,\n    2,\n)\naxes[0].plot(x)", 5),
        ("axes = plt.subplots(2)[1]\nfor axis, x in zip(axes, values):\n    axis.plot(x)\n    x.sort()", 2),
        ("_, axes = plt.subplots(2)\nfor axis in axes.flat:\n    line, = axis.plot(x)\n    line.remove()", 3),
        ("axis.plot(x)", 0),  # an axis from elsewhere: nothing says that it is one
        ("x = np.ones(3)\nplots.show(x)", 0),
    ],
)  # fmt: skip
def test_lines_of_matplotlib_are_counted(source, lines):
    assert drawing.lines_by_hand(source) == lines


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("plots.show(diagrams.neuron(w, b, x))", True),
        ("figure = diagrams.neuron(w, b, x)\nplots.show(figure)", True),
        ("for image in images:\n    plots.show(image)", True),
        ("plots.show(x)\nassert x > 0", False),
        ("import numpy as np\nplots.show(x)", False),
        ("", False),
    ],
)
def test_a_cell_that_only_draws_is_known(source, draws):
    assert drawing.only_draws(source) is draws


def test_the_student_copy_has_no_answer_to_a_prediction():
    executed = notebook()
    executed.cells[3].execution_count = 1
    executed.cells[3].outputs = [new_output("stream", text="2\n")]
    student = student_notebook(executed)
    assert (student.cells[4].outputs, student.cells[4].execution_count) == ([], None)
    assert student.cells[4].metadata["jupyter"] == {"source_hidden": True}
    assert executed.cells[3].outputs != []
    assert leaks(executed, student) == []
    student.cells[4].outputs = executed.cells[3].outputs
    assert leaks(executed, student) == [
        "cell 4: the student notebook shows the answer to a prediction before it is made"
    ]


def test_the_student_copy_folds_what_follows_an_answer_and_leaves_out_the_notes():
    said, notes = markdown("It is **4**, because 2 and 2 are 4."), markdown("Most say 3.", slide="notes")
    student = student_notebook(with_cells(PREDICT + REVEALS + said + notes + markdown("On we go.")))
    texts = [cell.source.strip() for cell in student.cells]
    (answer,) = (text for text in texts if "It is **4**" in text)
    assert answer.startswith("<details>") and answer.endswith("</details>")
    assert "On we go." in texts and "## More" in texts
    assert not any("Most say 3" in text for text in texts)


def test_the_student_copy_runs_and_compares_what_it_still_shows(tmp_path):
    executed = with_cells(code("print('shown')"))
    run(executed, "fast")
    path = tmp_path / "copy.ipynb"
    path.write_text(notebook_text(student_notebook(executed)), encoding="utf-8")
    good = subprocess.run([*NBVAL, path], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert good.returncode == 0, good.stdout
    path.write_text(path.read_text(encoding="utf-8").replace('"shown\\n"', '"hidden\\n"'), encoding="utf-8")
    bad = subprocess.run([*NBVAL, path], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (bad.returncode, "Cell outputs differ" in bad.stdout) == (1, True)


def test_a_sitting_has_enough_exercises_and_not_too_many_minutes():
    found = lint.source_problems(notebook(), dataclasses.replace(LECTURE, minutes=90))
    assert "exercises: 0 of at least 4" in found
    assert "90 minutes in the syllabus, a sitting has at most 75: split it" in found


@pytest.mark.parametrize(
    ("following", "complains"), [("## Quiz", False), ("## References", False), ("## Summary", True)]
)
def test_the_progress_table_closes_what_runs(following, complains):
    table = code(lint.PROGRESS_CELL.format(number="90"), '["progress:90"]')
    found = lint.source_problems(with_cells(table + markdown(following)), LECTURE)
    wanted = "the progress table does not stand right before ## Quiz or ## References"
    assert (wanted in found) is complains
    assert not any("one cell is tagged progress" in line for line in found)


def test_what_is_left_to_write_is_named():
    faulty = with_cells(markdown("TODO: say why") + code("x = 1  # TODO: a number"))
    found = [line for line in lint.source_problems(faulty, LECTURE) if "written" in line]
    assert found == ["cell 5: still to be written: say why", "cell 6: still to be written: a number"]


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (
            '# %% tags=["setup"\nx = 1\n',
            "its header is not understood: 'tags=[\"setup\"' (incorrectly_encoded_metadata)",
        ),
        ('# %% tag=["setup"]\nx = 1\n', "its header is not understood: ['setup'] (tag)"),
        ("# %%\nx = (1\n", "cell 5, line 1: '(' was never closed"),
        ("# %%\n### BEGIN SOLUTION\nx = 1\n", "each ### BEGIN SOLUTION needs its ### END SOLUTION"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_before_all_else(cell, complaint):
    (found,) = lint.source_problems(with_cells(cell), LECTURE)
    assert complaint in found and found.startswith("cell 5")


def test_contributing_says_what_lint_holds():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    page = " ".join(text.split())
    assert f"{sitting.CELLS} cells" in page and f"{sitting.CODE_LINES} lines of code" in page
    assert f"{sitting.SLIDES} slides" in page and f"to {sitting.MINUTES} minutes" in page
    assert f"at most {sitting.DRAWING_LINES} lines" in page and f"{lint.CODE_LINES} lines of code" in page
    table = re.findall(r"^\| (`.*?) \|", text.partition("### Tags")[2].partition("###")[0], re.MULTILINE)
    listed = {tag for row in table for tag in re.findall(r"`([^`]+)`", row)}
    assert {tag.partition(":")[0] for tag in listed if ":" in tag} == sitting.KINDS
    assert {tag for tag in listed if ":" not in tag} == sitting.TAGS
