"""The graph of chapters says what the table of the teaching plan says."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from course_tools import syllabus
from course_tools.authoring import prerequisites
from course_utils import settings

PLAN = (settings.course_root() / "docs" / "teaching-plan.md").read_text(encoding="utf-8")
TABLE = "## What needs what\n| chapter | needs |\n{}\n## Next\n| 09 | 08 |\n"


def test_every_chapter_of_the_course_has_a_row_and_needs_only_earlier_ones():
    needed = prerequisites.needs(PLAN)
    assert set(needed) >= {lecture.chapter for lecture in syllabus.lectures() if not lecture.guest}
    assert all(one < chapter for chapter, ones in needed.items() for one in ones)


@pytest.mark.parametrize(("third", "expected"), [("01", {"01"}), ("00, 01", {"01"}), ("00", {"00"}), ("", set())])
def test_what_is_needed_through_another_is_not_drawn_again(third, expected):
    plan = TABLE.format(f"| 00 | |\n| 01 | 00 | x |\n| 02 | {third} | x |".replace("|  |", "| |"))
    assert prerequisites.needs(plan) == {"00": set(), "01": {"00"}, "02": expected}


def test_there_is_a_line_for_each_need_and_boxes_lie_apart():
    drawn = ElementTree.fromstring(prerequisites.graph(PLAN))
    lines = [node for node in drawn if node.tag.endswith("line")]
    assert len(lines) == sum(map(len, prerequisites.needs(PLAN).values()))
    assert all(float(line.get("x1")) < float(line.get("x2")) for line in lines)
    boxes = [(int(node.get("x")), int(node.get("y"))) for node in drawn if node.tag.endswith("rect")]
    assert len(boxes) == len(set(prerequisites.needs(PLAN)) & set(syllabus.chapters()))
    apart = [
        abs(a[0] - b[0]) >= prerequisites.WIDTH or abs(a[1] - b[1]) >= prerequisites.HEIGHT
        for a, b in combinations(boxes, 2)
    ]
    assert all(apart)
    written = re.sub(r"\s", "", "".join(drawn.itertext()))
    assert all(re.sub(r"\s", "", syllabus.chapters()[chapter]) in written for chapter in prerequisites.needs(PLAN))
