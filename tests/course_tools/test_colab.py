"""The first code cell of a student notebook: on Colab it sets up the course, elsewhere it says what is wrong."""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import types

import pytest
from packaging.requirements import Requirement

from course_tools import colab
from course_tools.authoring.student import _first_cell
from course_tools.cli import doctor
from course_utils import settings


@pytest.fixture
def on_colab(monkeypatch):
    """Colab's modules, and a list of what pip was asked for."""
    asked, mounted = [], []
    module = types.ModuleType("google.colab")
    module.drive = types.SimpleNamespace(mount=mounted.append)
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", module)
    for variable in ("COURSE_ROOT", "COURSE_WORK"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setattr(colab, "_install", lambda *arguments: asked.append(arguments))
    return types.SimpleNamespace(asked=asked, mounted=mounted)


@pytest.mark.parametrize(("keep", "work"), [(True, colab.WORK_IN_DRIVE), (False, "")])
def test_it_sets_up_the_course_and_says_how_to_hand_in(on_colab, capsys, keep, work):
    colab.set_up(keep)
    assert on_colab.asked == [(), ("--no-deps", "--editable", str(settings.course_root()))]
    assert (os.environ["COURSE_WORK"], len(on_colab.mounted)) == (work, keep)
    printed = capsys.readouterr().out
    assert "hand it in" in printed and str(settings.work_folder()) in printed


def test_only_what_is_missing_or_too_old_is_installed(monkeypatch):
    versions = {"numpy": "2.0.2", "matplotlib": "3.10.0", "typer": "0.20.0", "ipywidgets": "7.7.1"}

    def version(name):
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.delitem(sys.modules, "typer", raising=False)
    asked = ["numpy>=2.0", "matplotlib>=3.10.0", "typer>=0.26", "ipywidgets>=8.1", "left-pad>=1"]
    assert colab.wanted(map(Requirement, asked)) == ["typer>=0.26", "left-pad>=1"]
    with pytest.raises(RuntimeError, match=r"loaded numpy 2\.0\.2.*Restart session"):
        colab.wanted([Requirement("numpy>=99")])


def test_a_failed_installation_is_a_sentence(monkeypatch):
    monkeypatch.setattr(
        subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, stdout="", stderr="no network")
    )
    with pytest.raises(RuntimeError, match="could not install left-pad: no network"):
        colab._install("left-pad")


def test_doctor_does_not_judge_the_page_of_colab(on_colab):
    assert not {row.name for row in doctor.rows()} & colab.FRONT_END


@pytest.mark.parametrize("repository", ["", "lee/deep"])
def test_a_python_without_the_course_is_told_so(monkeypatch, repository):
    cell = compile(_first_cell(repository).source, "cell", "exec")
    namespace = {}
    exec(cell, namespace)  # here the course is installed
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="Select Kernel"):
        exec(cell, {})


def test_on_colab_the_first_cell_fetches_the_course(on_colab, monkeypatch):
    run, done = [], []
    monkeypatch.setattr(subprocess, "run", lambda command, check: run.append(command))
    monkeypatch.setattr(colab, "set_up", done.append)
    monkeypatch.setattr(sys, "path", list(sys.path))
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found(name) if run else None)
    exec(compile(_first_cell("lee/deep").source, "cell", "exec"), {})
    assert run == [["git", "clone", "--depth", "1", "https://github.com/lee/deep", "/content/deep"]]
    assert (sys.path[0], done) == ("/content/deep", [False])
