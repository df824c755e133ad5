"""Who handed in what, and the tables that learning platforms import."""

import csv
import os

import pytest

from course_tools.grading import gradebook, roster, students
from course_tools.grading.grader import Graded, Mark
from course_tools.grading.roster import Person, Roster

ANN = Person("Ann Lee", "u1", "ann.lee@example.org")
JOSE = Person("José García Núñez", "u2", "jgarcia@example.org")
OTHER_ANN = Person("Lee, Ann", "u3", "a.lee2@example.org")


@pytest.mark.parametrize(
    ("name", "student", "number"),
    [
        ("Ann Lee_412345_assignsubmission_file", "Ann Lee", "412345"),
        ("Ann Lee_412345_assignsubmission_file_", "Ann Lee", "412345"),
        ("José García_Núñez_7_assignsubmission_file_03_topic.ipynb", "José García_Núñez", "7"),
        ("leeann_412_8877_03_topic.ipynb", "leeann", "412"),
        ("leeann_LATE_412_8877_03_topic.ipynb", "leeann", "412"),
        ("03_topic.ipynb", "03_topic", ""),
        ("ann_03_topic.ipynb", "ann_03_topic", ""),
        ("homework final (2).ipynb", "homework final (2)", ""),
    ],
)
def test_names_of_uploads_are_read(tmp_path, name, student, number):
    if name.endswith(".ipynb"):
        (tmp_path / name).write_text("{}")
    else:
        (tmp_path / name).mkdir()
    (found,) = students.handed_in(tmp_path)
    assert (found.student, found.number) == (student, number)


def test_what_systems_leave_is_left_out_and_everything_else_has_a_row(tmp_path):
    for name in ("ann/.ipynb_checkpoints/a.ipynb", "ann/a.ipynb", "__MACOSX/ann/._a.ipynb", ".DS_Store", "._b.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / ".mine.ipynb").write_text("{}")
    (tmp_path / "empty").mkdir()
    (tmp_path / os.fsdecode(b"ann\xff.ipynb")).write_text("{}")
    assert [one.file for one in students.handed_in(tmp_path)] == [
        ".mine.ipynb",
        "ann/a.ipynb",
        r"ann\xff.ipynb",
        "empty",
    ]


@pytest.mark.parametrize("above", ["", "ann/", "ann/my_work/"])
def test_of_a_whole_my_work_only_the_own_copies_are_graded(tmp_path, above):
    for name in ("02a.ipynb", "solutions/02a.ipynb", "kept/2026-11-23_22h31/02a.ipynb", "kept.ipynb"):
        path = tmp_path / above / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    assert [one.file for one in students.handed_in(tmp_path)] == [f"{above}02a.ipynb", f"{above}kept.ipynb"]


def test_who_hands_in_solutions_alone_has_a_row_without_points(tmp_path):
    (tmp_path / "ann" / "solutions").mkdir(parents=True)
    (tmp_path / "ann" / "solutions" / "02a.ipynb").write_text("{}")
    assert [(one.student, one.file) for one in students.handed_in(tmp_path)] == [("ann", "ann")]


def test_a_folder_that_cannot_be_read_costs_that_folder(tmp_path, monkeypatch):
    for name in ("ann", "bob", "cem"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.ipynb").write_text("{}")
    listed = os.scandir

    def refusing(place):
        if os.fspath(place).endswith("bob"):
            raise PermissionError(13, "Permission denied", os.fspath(place))
        return listed(place)

    monkeypatch.setattr(os, "scandir", refusing)
    found = students.handed_in(tmp_path)
    assert [(one.file, one.remark) for one in found] == [
        ("ann/a.ipynb", ""),
        ("bob", "a folder in it cannot be read (Permission denied)"),
        ("cem/a.ipynb", ""),
    ]


def test_one_student_cannot_hand_in_without_end(tmp_path):
    (tmp_path / "ann").mkdir()
    for number in range(students.MOST_FILES + 5):
        (tmp_path / "ann" / f"{number}.ipynb").write_text("{}")
    found = students.handed_in(tmp_path)
    assert len(found) == students.MOST_FILES
    assert found[0].remark == "55 notebooks: only the first 50 were graded"


@pytest.mark.parametrize("text", ["u2", "JGARCIA@example.org", "jgarcia", "Jose Garcia Nunez", "garcianunezjose"])
def test_a_person_is_found_by_id_mail_account_and_name_in_any_order(text):
    assert Roster([ANN, JOSE]).find(text) == JOSE


def test_two_of_a_name_are_told_apart_by_number_only():
    both = Roster([ANN, OTHER_ANN])
    assert both.find("Ann Lee") is None and both.find("Ann Lee", "u3") == OTHER_ANN
    assert both.find("") is None and both.find("nobody") is None


@pytest.mark.parametrize(
    "text",
    ["name,id,email\nAnn Lee,u1,ann.lee@example.org\n", "\ufeffE-Mail;Name;ID\nann.lee@example.org;Ann Lee;u1\n\n"],
)
def test_roster_is_read_as_spreadsheets_write_it(tmp_path, text):
    (tmp_path / "students.csv").write_text(text, encoding="utf-8")
    assert roster.read(tmp_path / "students.csv").people == (ANN,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,email\n", "no column 'id'"),
        (b"", "no column 'name'"),
        ("name,id,email\nJosé".encode("latin-1"), "UTF-8"),
    ],
)
def test_roster_that_is_none_is_told_what_to_do(tmp_path, content, said):
    (tmp_path / "students.csv").write_bytes(content)
    with pytest.raises(roster.RosterError, match=said):
        roster.read(tmp_path / "students.csv")
    with pytest.raises(roster.RosterError, match="cannot be read"):
        roster.read(tmp_path / "none.csv")


def graded():
    """Two files of Ann's for lecture 03, one of José's for 05, one that is broken, one of a stranger."""

    def marks(number, right, out_of):
        return [Mark(f"{number}.{i}", "", "correct" if i <= right else "missing", "") for i in range(1, out_of + 1)]

    return [
        Graded("Ann Lee", "a/1.ipynb", "03", marks=marks("03", 2, 9)),
        Graded("Ann Lee", "a/2.ipynb", "03", marks=marks("03", 5, 9)),
        Graded("jgarcia", "j.ipynb", "05", marks=marks("05", 1, 8)),
        Graded("jgarcia", "k.ipynb", remarks=["the file is empty"]),
        Graded("nobody", "n.ipynb", "03", "77", marks=marks("03", 1, 9)),
    ]


def rows(layout, people=(ANN, JOSE, OTHER_ANN)):
    return list(csv.reader(gradebook.table(graded(), Roster(people), layout).splitlines()))


def test_plain_table_has_a_row_for_each_student_and_totals():
    assert rows("plain", (ANN, JOSE, Person("Zoe", "u9"))) == [
        ["name", "id", "email", "Lecture 03", "Lecture 05", "total", "out_of", "remarks"],
        ["Ann Lee", "u1", "ann.lee@example.org", "5", "", "5", "17", ""],
        ["José García Núñez", "u2", "jgarcia@example.org", "", "1", "1", "17", "the file is empty"],
        ["Zoe", "u9", "", "", "", "", "17", "nothing handed in"],
        ["nobody", "77", "", "1", "", "1", "17", ""],
    ]
    assert gradebook.strangers(graded(), Roster([ANN, JOSE])) == ["nobody"]
    assert gradebook.strangers(graded(), Roster([ANN, JOSE, OTHER_ANN])) == ["Ann Lee", "nobody"]


def test_layouts_have_the_columns_that_the_platforms_import():
    moodle = rows("moodle", (ANN, JOSE))
    assert moodle[:2] == [
        ["Full name", "ID number", "Email address", "Lecture 03", "Lecture 05"],
        ["Ann Lee", "u1", "ann.lee@example.org", "5", ""],
    ]
    canvas = rows("canvas", (ANN, JOSE))
    assert canvas[:3] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lecture 03", "Lecture 05"],
        ["    Points Possible", "", "", "", "", "9", "8"],
        ["Ann Lee", "", "u1", "ann.lee@example.org", "", "5", ""],
    ]
