"""Submissions for lecture 02, made from its blank notebook and its own solutions."""

import copy
import json

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.authoring.student import student_notebook, tagged

LECTURE = syllabus.lecture("02")
SOURCE = read_source(LECTURE)
SOLVED = ("02.1", "02.2", "02.3")  # in every submission; a hostile one replaces 02.2
POINTS = len(SOLVED)


def answers(source=SOURCE):
    """Return the source of each exercise's solved cell, by id."""
    return {
        tagged(cell, "exercise"): cell.source
        for cell in source.cells
        if cell.cell_type == "code" and tagged(cell, "exercise")
    }


def notebook(**changed):
    """Return a blank notebook of lecture 02 with three right answers; ``changed`` replaces answers: ``_02_2=...``."""
    made = json.loads(json.dumps(student_notebook(SOURCE)))
    wanted = {exercise_id: answers()[exercise_id] for exercise_id in SOLVED}
    wanted.update({name[1:].replace("_", "."): source for name, source in changed.items()})
    for exercise_id, source in wanted.items():
        cell(made, exercise_id)["source"] = source
    return made


def cell(made, exercise_id, kind="exercise"):
    """Return the code cell of an exercise, or the one that checks it."""
    wanted = f"{kind}:{exercise_id}"
    return next(
        one for one in made["cells"] if one["cell_type"] == "code" and wanted in one["metadata"].get("tags", [])
    )


def hostile(body, before=""):
    """Return a notebook whose function for 02.2 has this body."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return notebook(_02_2=f"{before}\ndef replicate_border(image, width):  # Exercise 02.2\n{lines}\n")


def older_release():
    """A notebook from before 02.3 was added, with an exercise that is gone now."""
    made = notebook()
    gone = copy.deepcopy(cell(made, "02.1"))
    gone["metadata"]["tags"], gone["source"] = ["exercise:02.77"], "answer = 3  # Exercise 02.77"
    made["cells"].remove(cell(made, "02.3"))
    made["cells"].append(gone)
    return made


def duplicated():
    """Each exercise cell is copied; of 02.2 the right answer comes first and a blank copy last."""
    made = notebook()
    made["cells"] += copy.deepcopy([one for one in made["cells"] if one["cell_type"] == "code"])
    blank = cell(json.loads(json.dumps(student_notebook(SOURCE))), "02.2")
    made["cells"].append(blank)
    return made


def deleted():
    made = notebook()
    made["cells"].remove(cell(made, "02.2"))
    return made


def reordered():
    made = notebook()
    made["cells"].reverse()
    return made


def edited():
    """Everything but the answers is changed: checks, imports, text."""
    made = notebook()
    for one in made["cells"]:
        if not (one["cell_type"] == "code" and any("exercise:" in tag for tag in one["metadata"].get("tags", []))):
            one["source"] = "raise SystemExit('edited')"
    return made


def score_by_hand():
    """A blank exercise under a check whose output says that it is correct."""
    made = notebook(_02_2=cell(json.loads(json.dumps(student_notebook(SOURCE))), "02.2")["source"])
    check = cell(made, "02.2", "check")
    check["source"] = "print('Exercise 02.2: correct.')"
    check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Exercise 02.2: correct."}]
    return made


def tags_lost():
    made = notebook()
    for one in made["cells"]:
        one["metadata"] = {}
    return made
