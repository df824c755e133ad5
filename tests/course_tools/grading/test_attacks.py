"""A folder of submissions, most of them broken or hostile, is graded once; each gets what it deserves and no more."""

import csv
import json
import os
import shutil
import socket
import threading

import psutil
import pytest

from course_tools.grading import pool, records, seccomp
from course_tools.grading.limits import Limits
from course_tools.grading.remote import Server
from tests.course_tools.grading import attacks, makers

# The time on the clock is far above what a busy machine needs; answers that only wait have a test of their own.
LIMITS = Limits(cpu_seconds=2, wall_seconds=300, memory_mb=300, file_mb=4)
RIGHT = makers.POINTS
IT, LECTURE, DEF = makers.ATTACKED, makers.LECTURE.number, f"def {makers.FUNCTION}(image, width)"
NOT_TRIED = f"{makers.BLANK} not attempted yet"
# What the attacked function does, and words of the row's explanation. All other answers are right: one point is lost.
ATTACKS = {
    "endless": (attacks.ENDLESS, "still running at the time limit"),
    "unstoppable": (attacks.UNSTOPPABLE, "still running at the time limit"),
    "exits": (attacks.EXITS, "ended its own process"),
    "leaves": (attacks.LEAVES, "raised SystemExit"),
    "hoards": (attacks.HOARDS, "MemoryError"),
    "forks": (attacks.FORKS, "raised PermissionError"),
    "starts a program": (attacks.STARTS_A_PROGRAM, "raised PermissionError"),
    "shares memory": (attacks.SHARES_MEMORY, "raised PermissionError"),
    "reads keys": (attacks.READS_KEYS, "raised PermissionError"),
    "reads the environment": (attacks.READS_THE_ENVIRONMENT, "Expected shape"),
    "not UTF-8": (attacks.NOT_UTF8, "half a pair"),
    "deletes": (attacks.DELETES, "raised FileNotFoundError"),
    "patches": (attacks.PATCHES, f"{IT} incorrect"),
    "prints": (attacks.PRINTS, "Expected shape"),
    "returns too much": (attacks.RETURNS_TOO_MUCH, "too large to grade"),
    "reads solutions": (attacks.READS_SOLUTIONS, "raised ModuleNotFoundError"),
    "reads a neighbour": (attacks.READS_NEIGHBOUR, "raised FileNotFoundError"),
    "searches memory": (attacks.SEARCHES_MEMORY, "Expected shape"),
    "forges an answer": (attacks.FORGES_AN_ANSWER, "no answer"),
    "calls out": (attacks.CALLS_OUT, "raised PermissionError"),
    "kills": (attacks.KILLS, f"{IT} incorrect"),
    "fills the disk": (attacks.FILLS_THE_DISK, "raised OSError"),
    "breaks out": (attacks.BREAKS_OUT, "raised FileNotFoundError"),
    "pickles": (attacks.PICKLE_BOMB, "got Bomb"),
    "deep": (attacks.DEEP, f"{IT} incorrect"),
}
IN_A_CELL = {
    "cell leaves": ("import sys; sys.exit()", "raised SystemExit"),
    "cell exits": ("import os; os._exit(0)", "ended its own process"),
    "cell endless": ("while True: pass", "still running at the time limit"),
    "cell broken": (DEF, "raised SyntaxError"),
    "cell uses another": (f"{makers.FUNCTION} = helper_of_another_cell", "What another cell computes is not there"),
    "cell replaces check": (f"check = print\n{DEF}: return image", "Expected shape"),
}
# Whole notebooks, the points that they get, and words of the explanation.
NOTEBOOKS = {
    "good": (makers.notebook, RIGHT, NOT_TRIED),
    "homework final (2)": (makers.notebook, RIGHT, NOT_TRIED),
    "=cmd": (makers.notebook, RIGHT, NOT_TRIED),
    "deleted": (makers.deleted, RIGHT - 1, f"{IT} missing: The cell of this exercise is not in the notebook"),
    "duplicated": (makers.duplicated, RIGHT, NOT_TRIED),
    "split": (makers.split, RIGHT, f"{IT} is answered in 2 cells"),
    "helper elsewhere": (makers.helper_elsewhere, RIGHT, NOT_TRIED),
    "tried out below": (makers.tried_out_below, RIGHT, NOT_TRIED),
    "split but blank": (makers.split_but_blank, RIGHT - 1, f"{IT} not attempted yet"),
    "reordered": (makers.reordered, RIGHT, NOT_TRIED),
    "edited": (makers.edited, RIGHT, NOT_TRIED),
    "older release": (makers.older_release, RIGHT - 1, f"exercises that this release does not have: {LECTURE}.77"),
    "score by hand": (makers.score_by_hand, RIGHT - 1, f"{IT} not attempted yet"),
    "tags lost": (makers.tags_lost, RIGHT, NOT_TRIED),
}
# Files with nothing to grade in them.
FILES = {
    "broken.ipynb": (b'{"cells": [{"cell_type": "co', "no JSON"),
    "empty.ipynb": (b"", "the file is empty"),
    "list.ipynb": (b"[1, 2]", "no notebook"),
    "odd.ipynb": (
        b'{"cells": [1, {"cell_type": "code", "metadata": 3, "source": {"a": 1}}]}',
        "no cell of an exercise",
    ),
    "nested.ipynb": (b"[" * 100_000, "no JSON"),
    "bytes.ipynb": (bytes(range(256)), "no JSON"),
    "other.ipynb": (b'{"cells": [{"cell_type": "code", "source": "x = 1  # Exercise 77.1"}]}', "no lecture 77"),
    "essay.pdf": (b"%PDF", "a file of type .pdf"),
    "nothing/readme.txt": (b"sorry", "a file of type .txt"),
}


@pytest.fixture(scope="session")
def listener():
    """A server on this machine that no submission may reach; the list of who did."""
    reached = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            try:
                while True:
                    reached.append(server.accept()[1])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], reached


@pytest.fixture(scope="session")
def folder(tmp_path_factory, listener):
    folder = tmp_path_factory.mktemp("submissions")
    known = {
        "COURSE": str(attacks.ROOT),
        "SUBMISSIONS": str(folder),
        "NEIGHBOUR": str(folder / "good.ipynb"),
        "PORT": listener[0],
        "PARENT": os.getpid(),
        "LECTURE": LECTURE,
        "NUMBER_OF_KEYCTL": seccomp.number("keyctl"),
    }
    before = "\n".join(["import numpy as np", *(f"{name} = {value!r}" for name, value in known.items())])
    made = {name: make() for name, (make, _, _) in NOTEBOOKS.items()}
    made |= {name: makers.hostile(body, before) for name, (body, _) in ATTACKS.items()}
    made |= {name: makers.notebook(source) for name, (source, _) in IN_A_CELL.items()}
    for name, content in made.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    for name, (content, _) in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "linked.ipynb").symlink_to(folder / "good.ipynb")
    (folder / "hidden").mkdir()
    shutil.copy(folder / "good.ipynb", folder / "hidden" / "any name.ipynb")
    return folder


@pytest.fixture(scope="session")
def graded(folder, tmp_path_factory):
    server = Server()
    isolation = server.isolation
    server.close()
    if isolation != "namespaces":  # the audit hook has a test of its own: it stops less, and in other words
        pytest.skip("needs namespaces, which this system does not have or does not allow")
    with pytest.MonkeyPatch.context() as patch:
        # Processes of this grading are told from those of another at the same time by what they are given.
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("marked")))
        patch.setenv("COURSE_TEST_SECRET", "secret of the instructor")
        found = {one.file: one for one in pool.grade_folder(folder, jobs=2, limits=LIMITS)}
        return found, [one for one in psutil.process_iter(["environ", "cmdline"]) if _is_of_this(one)]


def _is_of_this(process):
    """True for a process of this grading; the one that Python keeps for all of its own is none."""
    environment, command = process.info["environ"] or {}, process.info["cmdline"] or []
    mine = environment.get("TMPDIR") == os.environ["TMPDIR"]
    return mine and process.pid != os.getpid() and "resource_tracker" not in str(command)


def row(graded, name):
    one = graded[0][name]
    return one.points, records.what_happened(one)


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_fails_and_costs_one_point(graded, name):
    points, happened = row(graded, f"{name}.ipynb")
    assert points == RIGHT - 1, happened
    assert f"{IT} incorrect: " in happened
    assert ATTACKS[name][1] in happened


@pytest.mark.parametrize("name", IN_A_CELL)
def test_cell_that_breaks_costs_one_point(graded, name):
    points, happened = row(graded, f"{name}.ipynb")
    assert points == RIGHT - 1, happened
    assert IN_A_CELL[name][1] in happened


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_that_was_changed(graded, name):
    points, happened = row(graded, f"{name}.ipynb")
    assert points == NOTEBOOKS[name][1], happened
    assert NOTEBOOKS[name][2] in happened


@pytest.mark.parametrize("name", FILES)
def test_file_with_nothing_to_grade_gets_no_points_and_a_reason(graded, name):
    points, happened = row(graded, name)
    assert points == 0
    assert FILES[name][1] in happened


def test_link_is_not_followed(graded):
    assert row(graded, "linked.ipynb") == (0, "a link, not a file of its own")


def test_student_is_the_folder_or_the_file(graded):
    assert graded[0]["hidden/any name.ipynb"].student == "hidden"
    assert graded[0]["nothing/readme.txt"].student == "nothing"
    assert graded[0]["good.ipynb"].student == "good"


def test_no_process_is_left(graded):
    assert graded[1] == []


def test_nothing_was_deleted_written_or_reached(graded, folder, listener):
    assert not any((place / "planted").exists() for place in (attacks.ROOT, attacks.ROOT / "course_utils"))
    assert len(list(folder.iterdir())) == len(ATTACKS) + len(IN_A_CELL) + len(NOTEBOOKS) + len(FILES) + 2
    assert listener[1] == []


def test_every_file_has_a_row_that_says_what_happened(graded):
    graded = list(graded[0].values())
    rows = list(csv.DictReader(records.details(graded, records.page_names(graded)).splitlines()))
    assert len(rows) == len(graded) == len(ATTACKS) + len(IN_A_CELL) + len(NOTEBOOKS) + len(FILES) + 2
    assert all(one["what_happened"] for one in rows)
    assert {one["file"]: one["points"] for one in rows}["good.ipynb"] == str(RIGHT)
    assert not any(value.startswith(("=", "+", "@")) for one in rows for value in one.values())
