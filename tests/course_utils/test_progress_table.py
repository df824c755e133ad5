"""The progress table in a fresh kernel: what was right yesterday is not called unattempted."""

import json
import os

import pytest

from course_utils.exercises import engine, progress
from course_utils.exercises.kinds import ValueExercise


@pytest.fixture(autouse=True)
def fresh_kernel(monkeypatch, tmp_path):
    """A kernel in which no check has run yet, in a folder without notebooks; lecture 99 has three exercises."""
    exercises = {
        f"99.{number}": ValueExercise(
            id=f"99.{number}", title=f"Number {number}", minutes=1, hints=("a", "b"), expected=lambda: 4.0
        )
        for number in (1, 2, 3)
    }
    monkeypatch.setattr(engine, "of_lecture", lambda number: exercises)
    monkeypatch.setattr(engine, "_outcomes", {})
    monkeypatch.chdir(tmp_path)


def save(folder, name, **said):
    """Save a notebook whose checks said this."""
    cells = [
        {
            "cell_type": "code",
            "metadata": {"tags": [f"check:99.{number[1:]}"]},
            "outputs": [
                {"output_type": "execute_result", "data": {"text/plain": f"Exercise 99.{number[1:]}: {status}."}}
            ],
        }
        for number, status in said.items()
    ]
    (folder / name).write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_what_was_saved_is_shown_and_marked(tmp_path):
    save(tmp_path, "99_toy.ipynb", _1="correct", _2="incorrect", _3="not attempted yet")
    table = progress("99")
    assert repr(table).splitlines() == [
        "Lecture 99: 1 of 3 exercises correct, about 2 min to go",
        "✔ 99.1  Number 1  correct (saved)",
        "✘ 99.2  Number 2  incorrect (saved)",
        "… 99.3  Number 3  not attempted yet",
        "(saved): as this notebook was last saved; run the check again to be sure.",
    ]
    assert "correct (saved)<" in table._repr_html_() and "run the check again" in table._repr_html_()


def test_what_this_kernel_found_counts_more(tmp_path):
    save(tmp_path, "99_toy.ipynb", _1="correct", _2="incorrect")
    engine.check("99.1", 5.0)
    engine.check("99.2", 4.0)
    assert repr(progress("99")).splitlines() == [
        "Lecture 99: 1 of 3 exercises correct, about 2 min to go",
        "✘ 99.1  Number 1  incorrect",
        "✔ 99.2  Number 2  correct",
        "… 99.3  Number 3  not attempted yet",
    ]


def test_of_several_copies_the_one_saved_last_counts(tmp_path):
    save(tmp_path, "99_toy.ipynb", _1="correct")
    save(tmp_path, "99_toy-Copy1.ipynb", _1="incorrect")
    os.utime(tmp_path / "99_toy-Copy1.ipynb", (1, 1))
    assert progress("99").statuses[0] == engine.CORRECT


@pytest.mark.parametrize("content", [None, "cut off", "[1]", '{"cells": [1]}'])
def test_without_a_readable_notebook_only_this_kernel_counts(tmp_path, content):
    if content is not None:
        (tmp_path / "99_toy.ipynb").write_text(content)
    assert repr(progress("99")).splitlines()[-1] == "Only checks that ran since the kernel started count here."
    assert "since the kernel started" in progress("99")._repr_html_()
    for number in (1, 2, 3):
        engine.check(f"99.{number}", 4.0)
    assert repr(progress("99")).splitlines()[-1] == "✔ 99.3  Number 3  correct"
