"""What an answer uses and another cell defines is found by name, and nothing is computed for it."""

import pytest

from course_tools.grading import borrowed

ANSWER = "def answer(x):\n    return helper(x) + LIMIT\n"


def wanted(*elsewhere, answer=ANSWER, known=()):
    return borrowed.wanted([answer], list(elsewhere), known)


def test_definitions_come_after_what_they_need():
    found = wanted(
        "def helper(x):\n    return inner(x)", "LIMIT = -3", "import math as m\ndef inner(x):\n    return m.sqrt(x)"
    )
    assert found == [
        "LIMIT = -3",
        "import math as m",
        "def inner(x):\n    return m.sqrt(x)",
        "def helper(x):\n    return inner(x)",
    ]


def test_nearest_cell_counts_and_within_it_the_last_definition():
    assert wanted("LIMIT = 1\nLIMIT = 2", "LIMIT = 3") == ["LIMIT = 2"]


@pytest.mark.parametrize(
    "source", ["helper = load('x')", "helper(3)", "for helper in (1, 2): pass", "%time\ndef helper(x): pass"]
)
def test_nothing_is_computed(source):
    assert wanted(source) == []


def test_what_is_there_already_is_left_alone():
    assert wanted("def helper(x): pass\nLIMIT = 1", known={"helper", "LIMIT"}) == []
    assert wanted("def print(x): pass", answer="print(1)") == []
    assert wanted("def mine(): pass", answer="def mine(): pass\nmine()") == []


def test_definitions_that_need_each_other_and_broken_cells_end():
    assert len(wanted("def helper(x):\n    return LIMIT(x)\ndef LIMIT(x):\n    return helper(x)")) == 2
    assert wanted("(" * 10_000, "\x00", "def helper(:") == []
    assert wanted(ANSWER, answer="def broken(") == []
