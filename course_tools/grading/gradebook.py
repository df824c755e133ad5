"""One row for each student, with the points of each lecture, in the layout that a learning platform imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from course_tools.grading.grader import Graded
from course_tools.grading.records import csv_text
from course_tools.grading.roster import Person, Roster


@dataclass
class _Student:
    person: Person
    points: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, one: Graded) -> None:
        if not one.lecture:
            self.remarks += one.remarks
            return
        self.points[one.lecture] = max(one.points, self.points.get(one.lecture, 0))


def strangers(graded: Sequence[Graded], roster: Roster) -> list[str]:
    """Return the names under which something was handed in that mean nobody, or more than one, of the roster."""
    return list(dict.fromkeys(one.student for one in graded if roster.find(one.student, one.number) is None))


def table(graded: Sequence[Graded], roster: Roster, layout: str) -> str:
    """Return the table as CSV.

    Of several files for one lecture the one with the most points counts. Everybody of the roster has a row, empty where
    nothing was handed in; whoever is not in it comes after.

    Args:
        graded: what became of each file.
        roster: the students; empty where there is no list of them.
        layout: ``"plain"``, ``"moodle"`` (import of the gradebook, mapped by e-mail or ID number) or ``"canvas"``.
    """
    students: dict[object, _Student] = {person: _Student(person) for person in roster.people}
    out_of: dict[str, int] = {}
    for one in graded:
        person = roster.find(one.student, one.number)
        key = person or (one.student, one.number)
        students.setdefault(key, _Student(Person(one.student, one.number))).add(one)
        if one.lecture:
            out_of[one.lecture] = len(one.marks)
    lectures = sorted(out_of)
    names = [f"Lecture {number}" for number in lectures]
    rows = [(student, [student.points.get(number, "") for number in lectures]) for student in students.values()]
    if layout == "moodle":
        head = ["Full name", "ID number", "Email address", *names]
        return csv_text([head, *([s.person.name, s.person.id, s.person.email, *points] for s, points in rows)])
    if layout == "canvas":
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
        possible = ["    Points Possible", "", "", "", "", *(out_of[number] for number in lectures)]
        return csv_text(
            [head, possible, *([s.person.name, "", s.person.id, s.person.email, "", *points] for s, points in rows)]
        )
    head = ["name", "id", "email", *names, "total", "out_of", "remarks"]
    total = sum(out_of.values())
    return csv_text([head, *(_plain_row(student, points, total) for student, points in rows)])


def _plain_row(student: _Student, points: list[int | str], out_of: int) -> list[int | str]:
    person, total = student.person, sum(student.points.values())
    remarks = " | ".join(student.remarks) or ("" if student.points else "nothing handed in")
    return [person.name, person.id, person.email, *points, total if student.points else "", out_of, remarks]
