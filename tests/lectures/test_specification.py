"""The test file that sitting 04b gives: the solution passes it, the empty functions and every known mistake do not."""

import inspect
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_utils.exercises import engine
from tests.lectures.blind import lecture_04b as blind

LECTURE = syllabus.lecture("04b")
EXERCISE = engine.find("04b.4")
SOLUTION = next(
    cell.source for cell in read_source(LECTURE).cells if "### BEGIN SOLUTION" in cell.source and "04b.4" in cell.source
)
# The mistakes of the check, put into a file in front of which stands the correct forward pass.
MISTAKES = {
    "largest from zero": (
        "x[n, c, start : start + kernel_size].argmax()",
        "x[n, c, start : start + kernel_size].clip(0).argmax()",
    ),
    "largest size": (
        "x[n, c, start : start + kernel_size].argmax()",
        "abs(x[n, c, start : start + kernel_size]).argmax()",
    ),
    "last of equals": (
        "x[n, c, start : start + kernel_size].argmax()",
        "kernel_size - 1 - x[n, c, start : start + kernel_size][::-1].argmax()",
    ),
    "start of the window forgotten": ("winner = start + ", "winner = "),
    "overwritten": ("sent_back[n, c, winner] +=", "sent_back[n, c, winner] ="),
    "stride forgotten": ("start = j * stride", "start = j"),
    "forward without the stride": ("+ 1, stride)", "+ 1)"),
    "one window too few": ("- kernel_size + 1", "- kernel_size"),
    "input changed": ("sent_back = np.zeros(x.shape)", "x += 1; sent_back = np.zeros(x.shape)"),
}


@pytest.fixture
def work(tmp_path):
    """A folder with the files that the sitting gives."""
    for path in LECTURE.given:
        shutil.copy(path, tmp_path)
    return tmp_path


def run_specification(work):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_layers.py"]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=work, env=alone, capture_output=True, text=True, timeout=120)


def layers(old="", new=""):
    assert old in SOLUTION
    return "import numpy as np\n\n" + SOLUTION.replace(old, new)


def test_the_sitting_gives_a_specification_empty_functions_and_settings():
    assert [path.name for path in LECTURE.given] == ["layers.py", "pytest.ini", "test_layers.py"]


def test_the_solution_passes_the_specification(work):
    (work / "layers.py").write_text(layers(), encoding="utf-8")
    result = run_specification(work)
    assert result.returncode == 0, result.stdout


def test_the_empty_functions_fail_it_and_say_what_is_missing(work):
    result = run_specification(work)
    assert result.returncode == 1
    assert "NotImplementedError" in result.stdout and "passed" not in result.stdout


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_fails_the_specification(work, name):
    (work / "layers.py").write_text(layers(*MISTAKES[name]), encoding="utf-8")
    result = run_specification(work)
    assert result.returncode == 1 and "failed" in result.stdout, result.stdout


def test_what_the_file_asks_for_is_what_is_checked():
    given = next(path for path in LECTURE.given if path.name == "layers.py").read_text(encoding="utf-8")
    names: dict = {}
    exec(given, names)
    for name, part in zip(EXERCISE.names, (EXERCISE.forward, EXERCISE.backward), strict=True):
        cases = part.cases(np.random.default_rng(0))
        assert len(inspect.signature(names[name]).parameters) == len(cases[0])


def test_the_check_tries_both_functions_on_inputs_of_any_seed():
    for seed in range(3):
        for answer in blind.RIGHT["04b.4"]:
            assert EXERCISE.examine(answer, seed).status == engine.CORRECT, seed
        for answer in blind.WRONG["04b.4"]:
            assert EXERCISE.examine(answer, seed).status == engine.INCORRECT, seed


def test_a_function_that_is_still_empty_is_named():
    names: dict = {}
    exec("def max_pool(x, kernel_size, stride): ...", names)
    result = EXERCISE.examine((names["max_pool"], blind.RIGHT["04b.4"][0][1]))
    assert result.status == engine.INCORRECT and result.message == "max_pool is still empty."
