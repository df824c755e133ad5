"""A notebook that a person edited is never overwritten: build and execute refuse, and name both ways out."""

import subprocess
from pathlib import Path

import pytest
from nbformat import NotebookNode
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import build
from course_tools.authoring.execute import execute
from course_tools.authoring.pairing import lecture_text, notebook_text, read_notebook, read_source, read_text
from course_tools.cli import app
from course_utils import settings
from tests.course_tools.test_authoring import edit, toy  # noqa: F401 - toy is a fixture

OLD, NEW = "What is 1 + 1?", "What is one and one?"


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def built(toy):  # noqa: F811
    """The toy lecture, built but not executed: edits concern text."""
    build.build()
    return toy


@pytest.fixture
def edited(built):
    """The toy lecture, its solution notebook edited as VS Code or Colab would: without the source."""
    edit(built.solution, OLD, NEW)
    return built


def contents(lecture) -> list[bytes]:
    return [path.read_bytes() for path in (lecture.source, lecture.solution, lecture.student)]


@pytest.mark.parametrize("command", [["build"], ["build", "--check"], ["execute", "90"]])
def test_an_edited_solution_is_not_overwritten(edited, command):
    before = contents(edited)
    result = course(*command)
    assert result.exit_code == 1
    assert "course build --from-notebook 90" in result.stderr
    assert "git restore notebooks/solutions/90_toy.ipynb" in result.stderr
    assert contents(edited) == before


def test_the_edit_can_be_taken_into_the_source(edited):
    before = edited.source.read_text(encoding="utf-8")
    result = course("build", "--from-notebook", "90")
    assert result.exit_code == 0, result.output
    assert edited.source.read_text(encoding="utf-8") == before.replace(OLD, NEW)
    assert NEW in edited.student.read_text(encoding="utf-8")
    assert [line for line in build.problems() if "outputs" not in line] == []
    assert "edited as well" not in result.stdout


def test_both_edited_keeps_the_source_as_well(edited, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    edit(edited.source, "# 90 · Toy", "# 90 · Toy story")
    before = edited.source.read_text(encoding="utf-8")
    assert course("build").exit_code == 1
    result = course("build", "--from-notebook", "90")
    assert result.exit_code == 0, result.output
    assert NEW in edited.source.read_text(encoding="utf-8")
    (kept,) = (tmp_path / "work" / "kept").rglob("*.py")
    assert kept.read_text(encoding="utf-8") == before
    assert str(kept) in result.stdout


def test_an_edited_student_notebook_is_not_overwritten(built):
    edit(built.student, OLD, NEW)
    edit(built.source, OLD, "What is 1 + 2?")
    before = contents(built)
    result = course("build")
    assert (result.exit_code, "copy it to my_work/" in result.stderr) == (1, True)
    assert contents(built) == before


def test_what_a_program_adds_is_no_edit(built):
    notebook = read_notebook(built.solution)
    notebook.metadata.language_info = {"name": "python", "version": "3.99"}
    for cell in notebook.cells:
        cell.metadata.update(execution={}, trusted=True, vscode={"languageId": "python"})
    built.solution.write_text(notebook_text(notebook), encoding="utf-8")
    edit(built.source, OLD, NEW)
    assert course("build").exit_code == 0
    assert NEW in built.solution.read_text(encoding="utf-8")


def test_a_tag_is_an_edit(built):
    notebook = read_notebook(built.solution)
    notebook.cells[0].metadata.slideshow = {"slide_type": "slide"}
    built.solution.write_text(notebook_text(notebook), encoding="utf-8")
    assert course("build").exit_code == 1
    assert course("build", "--from-notebook", "90").exit_code == 0
    assert '# %% [markdown] slideshow={"slide_type": "slide"}' in built.source.read_text(encoding="utf-8")


def test_building_again_and_again_is_no_edit(built):
    for text in ("first", "second"):
        edit(built.source, "# 90 · Toy", f"# 90 · Toy {text}")
        assert course("build").exit_code == 0
    edit(built.source, OLD, NEW)
    edit(built.source, 'check("90.1", answer)', "answer")  # no kernel knows the toy exercise
    execute(built)
    edit(built.source, NEW, OLD)
    assert course("build").exit_code == 0


@pytest.fixture
def without_record(built):
    """The toy lecture as git holds it, after a tool dropped the record of what was written."""
    root = settings.course_root()
    notebook = read_notebook(built.solution)
    del notebook.metadata["written_text"]
    built.solution.write_text(notebook_text(notebook), encoding="utf-8")
    return root


def commit(root: Path) -> None:
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    for arguments in (["init"], ["add", "."], ["commit", "-m", "one"]):
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize("edited_notebook", [True, False])
def test_without_a_record_what_git_holds_counts(built, without_record, in_git, edited_notebook):
    if in_git:
        commit(without_record)
    edit(built.source, OLD, "What is 1 + 2?")
    if edited_notebook:
        edit(built.solution, OLD, NEW)
    assert course("build").exit_code == (0 if in_git and not edited_notebook else 1)


def test_a_pasted_picture_is_not_lost(built):
    notebook = read_notebook(built.solution)
    notebook.cells[0].source += "\n![](attachment:a.png)"
    notebook.cells[0].attachments = NotebookNode({"a.png": {"image/png": "aGk="}})
    built.solution.write_text(notebook_text(notebook), encoding="utf-8")
    before = contents(built)
    result = course("build", "--from-notebook", "90")
    assert (result.exit_code, "cell 0: a source cannot hold the picture" in result.stderr) == (1, True)
    assert contents(built) == before


def test_a_broken_notebook_is_named(built):
    built.solution.write_text(built.solution.read_text(encoding="utf-8")[:500], encoding="utf-8")
    for arguments in ([], ["--check"]):
        result = course("build", *arguments)
        assert (result.exit_code, "90_toy.ipynb is not a valid notebook" in result.stderr) == (1, True)


@pytest.mark.parametrize("lecture", syllabus.lectures(), ids=lambda lecture: lecture.number)
def test_a_source_is_written_as_it_is_read(lecture):
    text = lecture_text(read_source(lecture))
    assert sorted(text) == sorted(lecture.source.read_text(encoding="utf-8"))  # metadata may change places
    assert lecture_text(read_text(text)) == text
