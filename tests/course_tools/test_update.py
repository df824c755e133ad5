"""``course update`` on real clones: nothing a reader made is lost, nothing conflicts, and the news are told."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools.cli import app, changelog
from course_utils import settings

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
FIRST = "# What changed\n\n## Autumn\n- The first entry\n  on two lines.\n"
SECOND = FIRST.replace("## Autumn\n", "## Winter\n- Lecture 02 has a figure.\n\n## Autumn\n- A second entry.\n")


def notebook(text: str, version: str = "3.11") -> str:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    return json.dumps({"cells": cells, "metadata": {"language_info": {"version": version}}})


@pytest.fixture
def git(monkeypatch):
    """Return a function that runs git in a folder, with no settings but ours."""
    settings_of_tests = {"init.defaultBranch": "main", "user.name": "T", "user.email": "t@example.org"}
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings_of_tests)))
    for number, (key, value) in enumerate(settings_of_tests.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout

    return run


@pytest.fixture
def upstream(root, git):
    """The published course, with a first version."""
    for number in ("01", "02"):
        (root / "notebooks" / f"{number}_toy.ipynb").write_text(notebook(f"lecture {number}"))
    (root / "CHANGELOG.md").write_text(FIRST)
    (root / ".gitignore").write_text("my_work/\n")
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    return root


@pytest.fixture
def clone(upstream, tmp_path, git, monkeypatch):
    """A reader's clone, in which the command runs."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", str(upstream), str(clone))
    monkeypatch.setattr(settings, "course_root", lambda: clone)
    return clone


@pytest.fixture
def publish(upstream, git):
    """Return a function that publishes a second version: lecture 02 and the changelog are new, lecture 03 is added."""

    def run():
        (upstream / "notebooks" / "02_toy.ipynb").write_text(notebook("lecture 02, better"))
        (upstream / "notebooks" / "03_toy.ipynb").write_text(notebook("lecture 03"))
        (upstream / "CHANGELOG.md").write_text(SECOND)
        git(upstream, "add", ".")
        git(upstream, "commit", "-m", "second")

    return run


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


def kept(clone: Path) -> dict[str, str]:
    """Return what is kept, by its path in the course."""
    folder = clone / "my_work" / "kept"
    return {
        "/".join(path.relative_to(folder).parts[1:]): path.read_text() for path in folder.rglob("*.*") if path.is_file()
    }


def state(clone: Path, git) -> tuple[str, str]:
    return git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain")


def test_nothing_new(clone):
    result = course("update")
    assert (result.exit_code, result.stdout) == (0, "you have the newest version\n")


def test_news_are_told_and_copies_stay(clone, publish, git):
    course("start", "01")
    course("start", "02")
    (clone / "my_work" / "02_toy.ipynb").write_text("mine")
    publish()
    result = course("update")
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()
    assert "Winter" in told and "- Lecture 02 has a figure." in told and "- A second entry." in told
    assert not any("first entry" in line for line in told)
    assert "newer version of 02;" in result.stdout and "course reset 02" in result.stdout
    assert (clone / "my_work" / "02_toy.ipynb").read_text() == "mine"
    assert (clone / "notebooks" / "03_toy.ipynb").exists()
    assert git(clone, "status", "--porcelain") == "" and kept(clone) == {}


def test_what_was_edited_in_place_is_kept(clone, publish, git):
    mine = notebook("lecture 02, with my answer")
    (clone / "notebooks" / "02_toy.ipynb").write_text(mine)
    (clone / "notebooks" / "03_toy.ipynb").write_text("a file of mine that upstream adds")
    publish()
    result = course("update")
    assert result.exit_code == 0, result.output
    assert kept(clone) == {
        "notebooks/02_toy.ipynb": mine,
        "notebooks/03_toy.ipynb": "a file of mine that upstream adds",
    }
    assert all(str(path) in result.stdout for path in (clone / "my_work" / "kept").rglob("*.ipynb"))
    assert (clone / "notebooks" / "02_toy.ipynb").read_text() == notebook("lecture 02, better")
    assert git(clone, "status", "--porcelain") == ""


def test_what_the_update_leaves_alone_is_left_alone(clone, publish, git):
    (clone / "notebooks" / "01_toy.ipynb").write_text(notebook("lecture 01, with my answer"))
    publish()
    assert course("update").exit_code == 0
    assert (clone / "notebooks" / "01_toy.ipynb").read_text() == notebook("lecture 01, with my answer")
    assert kept(clone) == {}


def test_a_notebook_that_was_only_opened_is_no_edit(clone, publish, git):
    (clone / "notebooks" / "02_toy.ipynb").write_text(notebook("lecture 02", version="3.13"))
    publish()
    assert course("update").exit_code == 0
    assert kept(clone) == {} and git(clone, "status", "--porcelain") == ""


def test_a_deleted_notebook_comes_back(clone, publish):
    (clone / "notebooks" / "02_toy.ipynb").unlink()
    publish()
    assert course("update").exit_code == 0
    assert (clone / "notebooks" / "02_toy.ipynb").read_text() == notebook("lecture 02, better")


def test_new_packages_are_named(clone, upstream, git):
    (upstream / "requirements.lock").write_text("numpy==3\n")
    git(upstream, "add", ".")
    git(upstream, "commit", "-m", "packages")
    assert "make lab" in course("update").stdout


def no_git(clone, git, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def archive(clone, git, monkeypatch):
    (clone / ".git").rename(clone.parent / "elsewhere")


def no_upstream(clone, git, monkeypatch):
    git(clone, "branch", "--unset-upstream")


def no_branch(clone, git, monkeypatch):
    git(clone, "checkout", "--detach")


def own_commit(clone, git, monkeypatch):
    git(clone, "commit", "--allow-empty", "-m", "mine")


def staged(clone, git, monkeypatch):
    (clone / "notebooks" / "01_toy.ipynb").write_text(notebook("staged"))
    git(clone, "add", ".")


def offline(clone, git, monkeypatch):
    git(clone, "remote", "set-url", "origin", str(clone.parent / "nowhere"))


def nowhere_to_keep(clone, git, monkeypatch):
    (clone / "notebooks" / "02_toy.ipynb").write_text(notebook("lecture 02, with my answer"))
    (clone / "my_work").write_text("a file of this name")


@pytest.mark.parametrize(
    ("obstacle", "said"),
    [
        (no_git, "not installed"),
        (archive, "was not made by git clone"),
        (no_upstream, "git branch --set-upstream-to=origin/main"),
        (no_branch, "git switch main"),
        (own_commit, "git pull --rebase"),
        (staged, "notebooks/01_toy.ipynb"),
        (offline, "when you are online"),
        (nowhere_to_keep, "course doctor"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_where_it_cannot_update_it_says_why_and_changes_nothing(clone, publish, git, monkeypatch, obstacle, said):
    publish()
    obstacle(clone, git, monkeypatch)
    before = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file() and ".git" not in path.parts}
    result = course("update")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr, result.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_news_are_the_entries_that_were_not_there():
    assert changelog.news(FIRST, FIRST) == ""
    assert changelog.news(FIRST, SECOND) == "Winter\n- Lecture 02 has a figure.\nAutumn\n- A second entry."
    assert changelog.news("", FIRST) == "Autumn\n- The first entry\n  on two lines."
