"""A folder of thirty students as Moodle hands it out, with everything that thirty students do to files, graded once."""

import csv
import json
import os
import re

import pytest
from typer.testing import CliRunner

from course_tools.cli import app
from course_utils.exercises import engine
from tests.course_tools.grading import makers

STUDENTS = 30
NAMES = ["Ann Lee", "José García", "Zoë O'Brien", "李 小龙", "Jean-Luc Nuñez", "=cmd Smith", "Ann Lee"]
NAMES += [f"Student Number{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVW"]
OUT_OF = len(engine.of_lecture(makers.LECTURE.number))


def folder_of(number):
    return f"{NAMES[number]}_{1000 + number}_assignsubmission_file"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Everybody hands in three right answers, but: see the comments."""
    course = tmp_path_factory.mktemp("moodle")
    good = json.dumps(makers.notebook())
    for number in range(STUDENTS):
        place = course / "submissions" / folder_of(number)
        place.mkdir(parents=True)
        (place / f"{makers.LECTURE.slug}.ipynb").write_text(good, encoding="utf-8")

    def place(number):
        return course / "submissions" / folder_of(number)

    # 7 an essay; 8 nothing; 9 a link; 10 a broken file; 11 two files: the better counts; 12 a name that is no UTF-8;
    # 13 an error that cannot be written; 14 a name of 255 bytes; 15 a folder in a folder; 16 leaves of an archive.
    for number in (7, 8, 9, 10, 12, 14, 15):
        next(place(number).iterdir()).unlink()
    (place(7) / "essay.pdf").write_bytes(b"%PDF")
    (place(9) / "work.ipynb").symlink_to(place(0) / f"{makers.LECTURE.slug}.ipynb")
    (place(10) / "work.ipynb").write_text(good[: len(good) // 2], encoding="utf-8")
    (place(11) / "a first try.ipynb").write_text(json.dumps(makers.deleted()), encoding="utf-8")
    (place(12) / os.fsdecode(b"l\xf6sung.ipynb")).write_text(good, encoding="utf-8")
    unwritable = 'raise ValueError("\\ud800\\x1b[31m")'
    (place(13) / f"{makers.LECTURE.slug}.ipynb").write_text(json.dumps(makers.hostile(unwritable)), encoding="utf-8")
    (place(14) / f"{'x' * 249}.ipynb").write_text(good, encoding="utf-8")
    (place(15) / "my" / "work").mkdir(parents=True)
    (place(15) / "my" / "work" / "final.ipynb").write_text(good, encoding="utf-8")
    (place(16) / "__MACOSX").mkdir()
    (place(16) / "__MACOSX" / "._a.ipynb").write_bytes(b"\0")
    # The second Ann Lee has her number on the platform as her id; the last student is in no list.
    people = [[name, f"u{number}", f"s{number}@example.org"] for number, name in enumerate(NAMES)][:-1]
    people[6][1] = "1006"
    people.append(["Never Came", "u99", "s99@example.org"])
    with (course / "students.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "id", "email"], *people])
    arguments = ["grade", str(course / "submissions"), "--roster", str(course / "students.csv"), "--format", "moodle"]
    arguments += ["--out", str(course / "grades.csv"), "--feedback", str(course / "feedback"), "--seed", "11"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return course, result.output


def table(graded, name):
    return list(csv.DictReader((graded[0] / name).read_text(encoding="utf-8").splitlines()))


def test_everybody_has_one_row_with_points_of_the_lecture(graded):
    rows = {row["ID number"]: row for row in table(graded, "grades.csv")}
    assert len(rows) == STUDENTS + 2  # one never came, one Ann Lee may be either and so has a row of her own
    points = {number: row[f"Lecture {makers.LECTURE.number}"] for number, row in rows.items()}
    expected = {f"u{number}": str(makers.POINTS) for number in range(STUDENTS)} | {"1006": str(makers.POINTS)}
    expected |= {f"u{number}": "" for number in (7, 8, 9, 10, 99)} | {"u13": str(makers.POINTS - 1)}
    del expected["u6"], expected["u29"], expected["u0"]
    assert {number: points[number] for number in expected} == expected
    assert (points["1000"], points["1029"], points["u0"]) == (str(makers.POINTS), str(makers.POINTS), "")
    assert rows["u2"]["Full name"] == "Zoë O'Brien" and rows["u5"]["Full name"] == "'=cmd Smith"


def test_what_is_not_sure_is_told(graded):
    found = re.findall("not found in the roster, or twice: (.*)", graded[1])
    assert found == ["Ann Lee", "Student NumberW"]


def test_every_file_has_its_row_its_reason_and_its_page(graded):
    rows = table(graded, "grades_details.csv")
    assert len(rows) == STUDENTS + 1
    by_student = {row["number"]: row["what_happened"] for row in rows}
    said = {"1007": "file of type .pdf", "1008": "no notebook", "1009": "a link", "1010": "no JSON"}
    said["1013"] = r"\ud800\x1b[31m"
    assert [words for number, words in said.items() if words not in by_student[number]] == []
    pages = {path.name for path in (graded[0] / "feedback").iterdir()}
    assert pages == {row["page"] for row in rows} and len(pages) == STUDENTS + 1
    for row in rows:
        page = (graded[0] / "feedback" / row["page"]).read_text(encoding="utf-8")
        assert f"{row['points']} of {OUT_OF} exercises correct" in page or "Not graded" in page
        assert "\x1b" not in page
