"""``course adopt`` writes a new owner wherever one is named, once, and git undoes it."""

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import build
from course_tools.authoring.adopt import Owner, adopt
from course_tools.authoring.pairing import SOURCE_HEADER, read_notebook
from course_tools.cli import app
from course_utils import settings

CLONE = settings.course_root()
NAMING = ("README.md", "docs/instructor-guide.md", "CITATION.cff", "LICENSE", "LICENSE-text.md")
COPIED = (*NAMING, "CONTRIBUTING.md", "docs/teaching-plan.md")
SYLLABUS = """
[course]
title = "Deep Learning for Signal & Image Processing"
repository = ""
instructor = ""
term = ""

[chapters]
05 = "Toy"

[[lecture]]
number = "05"
slug = "05_toy"
title = "Toy"
minutes = 1
exercise_minutes = 0
cpu_seconds = 1
topics = []
errata = []
"""
ASKED = ["adopt", "--repository", "lee/deep", "--instructor", 'Ann "Q" Lée', "--term", "spring 2027"]
TODAY = datetime.date(2027, 2, 1)


def git(root, *command):
    identity = ["-c", "user.name=n", "-c", "user.email=e"]
    return subprocess.run(["git", *identity, *command], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A built course of one lecture without exercises, committed."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "docs").mkdir()
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    for name in COPIED:
        shutil.copy(CLONE / name, tmp_path / name)
    (tmp_path / "notebooks" / "syllabus.toml").write_text(SYLLABUS, encoding="utf-8")
    source = f'{SOURCE_HEADER}\n# %% [markdown]\n# # 05 · Toy\n\n# %% tags=["setup"]\nimport math\n'
    (tmp_path / "notebooks" / "source" / "05_toy.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    build.build()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    return tmp_path


def text(root, name):
    return (root / name).read_text(encoding="utf-8")


def test_the_owner_stands_everywhere_and_git_undoes_it(root):
    before = {name: text(root, name) for name in COPIED}
    result = CliRunner().invoke(app, ASKED)
    assert result.exit_code == 0, result.output
    assert {Path(line).name for line in result.stdout.splitlines()[:-1]} == {
        *(Path(name).name for name in NAMING), "syllabus.toml", "05_toy.ipynb"
    }  # fmt: skip
    assert 'taught by Ann "Q" Lée, spring 2027.' in text(root, "README.md")
    assert "mybinder.org/v2/gh/lee/deep/" in text(root, "README.md")
    assert "colab.research.google.com/github/lee/deep/" in text(root, "README.md")
    assert "github.com%2Flee%2Fdeep&" in text(root, "docs/instructor-guide.md")
    assert "lab%2Ftree%2Fdeep%2F" in text(root, "docs/instructor-guide.md")
    first_code = read_notebook(syllabus.lecture("05").student).cells[1].source
    assert "https://github.com/lee/deep" in first_code
    citation = yaml.safe_load(text(root, "CITATION.cff"))
    assert citation["repository-code"] == "https://github.com/lee/deep"
    assert citation["contact"] == [{"name": 'Ann "Q" Lée'}]
    assert citation["authors"] == yaml.safe_load(before["CITATION.cff"])["authors"]
    assert set(before["LICENSE"].splitlines()) < set(text(root, "LICENSE").splitlines())
    assert "Ann" in text(root, "LICENSE") and "Ann" in text(root, "LICENSE-text.md")
    assert build.problems() == [
        "05_toy: outputs are older than the code; mend it with: course execute 05 && course build"
    ]
    git(root, "restore", ".")
    assert {name: text(root, name) for name in COPIED} == before


def test_the_next_term_replaces_the_last(root):
    for term in ("spring 2027", "fall 2027"):
        adopt(Owner("lee/deep", "Ann Lee", term, "Deep things"), TODAY)
        git(root, "commit", "-qam", term)
    assert adopt(Owner("lee/deep", "Ann Lee", "fall 2027", "Deep things"), TODAY) == []
    for name in ("CITATION.cff", "LICENSE", "LICENSE-text.md"):
        assert text(root, name).count("Ann Lee") == 1
    assert (syllabus.title(), syllabus.taught_by()) == ("Deep things", "Ann Lee, fall 2027")
    assert text(root, "README.md").startswith("# Deep things\n")
    assert yaml.safe_load(text(root, "CITATION.cff"))["title"] == "Deep things: lecture notebooks"


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [("--repository", "https://github.com/lee/deep", "owner/name"), ("--instructor", " ", "one line of text")],
)
def test_what_is_misspelt_is_refused(root, option, value, complaint):
    asked = list(ASKED)
    asked[asked.index(option) + 1] = value
    result = CliRunner().invoke(app, asked)
    assert (result.exit_code, complaint in result.stderr) == (1, True)
    assert git(root, "status", "--porcelain") == ""


def test_uncommitted_work_is_never_mixed_with_it(root):
    (root / "README.md").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ASKED)
    assert (result.exit_code, "commit them first" in result.stderr) == (1, True)
    assert git(root, "status", "--porcelain") == " M README.md\n"


def test_a_copy_without_sources_builds_and_says_what_it_cannot_do(root):
    shutil.rmtree(root / "notebooks" / "source")
    shutil.rmtree(root / "notebooks" / "solutions")
    assert build.build() == [] and build.problems() == []
    for command in (ASKED, ["execute", "05"], ["release", "05", "--to", str(root / "out")]):
        result = CliRunner().invoke(app, command)
        assert (result.exit_code, "the full co" in result.stderr) == (1, True), (command, result.output)
