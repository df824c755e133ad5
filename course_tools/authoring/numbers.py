"""The course in numbers, counted from what is there: for the first screen of the README, and the plan of a term."""

from __future__ import annotations

from collections.abc import Sequence

from course_tools import syllabus
from course_tools.authoring.claims import claims
from course_tools.authoring.markers import fill
from course_tools.authoring.mutations import listed
from course_tools.authoring.pairing import read_source
from course_tools.authoring.readme import exercise_count
from course_tools.syllabus import Lecture
from course_utils.exercises import engine


def numbers(lectures: Sequence[Lecture]) -> str:
    """Return a sentence for each promise of the course, with how often it is kept.

    Args:
        lectures: with their sources; exercises and mutations are counted where the tests find them.
    """
    exercises = [one for lecture in lectures for one in engine.of_lecture(lecture.number).values()]
    mistakes = sum(len(one.mistakes) for one in exercises)
    held = sum(len(claims(read_source(lecture))) for lecture in lectures)
    mutations = sum(len(listed(lecture)) for lecture in lectures)
    return "\n".join(
        [
            f"- **{len(lectures)} lectures**, each executed from its first cell to its last in every test run.",
            f"- **{len(exercises)} exercises**, whose checks know **{mistakes} wrong answers** by name.",
            f"- **{held} claims** in these lectures. The tests take away what a claim rests on, in "
            f"**{mutations} ways**, and each time it has to fail.",
            "- **Every slide** of these lectures fits 1280 × 720 pixels, measured in a browser.",
        ]
    )


def plan_text(current: str) -> str:
    """Return the teaching plan with its table of modules up to date.

    Raises:
        ValueError: a pair of markers is missing.
    """
    return fill(current, "modules of the term", module_table(syllabus.lectures()), "teaching-plan.md")


def module_table(lectures: Sequence[Lecture]) -> str:
    """Return a table of the chapters: sittings, minutes of teaching, exercises, and their minutes."""
    lines = ["| chapter | title | lectures | teaching | exercises |", "|---|---|---|--:|--:|"]
    for number, title in syllabus.chapters().items():
        sittings = [one for one in lectures if one.chapter == number]
        named = ", ".join(one.number + (" (guest)" if one.guest else "") for one in sittings)
        teaching, practice = sum(one.minutes for one in sittings), sum(one.exercise_minutes for one in sittings)
        count = sum(map(exercise_count, sittings))
        lines.append(f"| {number} | {title} | {named} | {teaching} min | {count} in {practice} min |")
    return "\n".join(lines)
