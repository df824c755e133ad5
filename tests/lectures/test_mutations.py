"""Every claim can fail: without the effect that it asserts, it does."""

from pathlib import Path

import pytest

from course_tools import syllabus
from course_tools.authoring.mutations import examine, list_problems, listed
from course_tools.authoring.pairing import read_source

LISTS = {lecture: listed(lecture) for lecture in syllabus.lectures()}
QUICK = [
    pytest.param(lecture, of_claim, id=f"{lecture.number}-{claim}")
    for lecture, mutations in LISTS.items()
    for claim in dict.fromkeys(mutation.claim for mutation in mutations)
    if (of_claim := [mutation for mutation in mutations if mutation.claim == claim])
    and not any(mutation.slow for mutation in of_claim)
]


def test_every_list_belongs_to_a_lecture():
    lists = {path.stem.removeprefix("lecture_") for path in Path(__file__).parent.glob("mutations/lecture_*.py")}
    assert lists <= {lecture.number for lecture in LISTS}


@pytest.mark.parametrize("lecture", LISTS, ids=lambda lecture: lecture.number)
def test_every_claim_has_a_mutation_and_every_mutation_a_claim(lecture):
    problems = list_problems(read_source(lecture), lecture, LISTS[lecture])
    assert problems == [], "\n".join(problems)


@pytest.mark.parametrize(("lecture", "mutations"), QUICK)
def test_a_claim_fails_without_its_effect(lecture, mutations):
    report = examine(read_source(lecture), mutations[0].claim, mutations)
    assert report.problems == [], "\n".join(report.problems)
    if report.left_out:
        pytest.skip("checked in full only")
