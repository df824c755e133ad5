"""Submissions for one lecture, made from its blank notebook and its own solutions.

Any lecture with an exercise that suits serves as the example, so that no test depends on a number.
"""

import copy
import json
import re

import numpy as np

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.authoring.student import student_notebook, tagged
from course_utils.exercises import engine
from course_utils.exercises.kinds import FunctionExercise


def suits(exercise):
    """True for a function of an array of real numbers and a number that returns an array of another shape."""
    if not isinstance(exercise, FunctionExercise):
        return False
    cases = exercise.cases(np.random.default_rng(0))
    arguments = cases[0]
    if len(arguments) != 2 or not isinstance(arguments[0], np.ndarray) or not isinstance(arguments[1], int):
        return False
    expected = exercise.reference(*arguments)
    real = arguments[0].dtype.kind == "f" and isinstance(expected, np.ndarray)
    return real and expected.shape != arguments[0].shape and len(cases) > 2


def example():
    """Return the first lecture with such an exercise and three others, and the id of the exercise."""
    for lecture in syllabus.lectures():
        exercises = engine.of_lecture(lecture.number)
        found = next((exercise.id for exercise in exercises.values() if suits(exercise)), None)
        if found is not None and len(exercises) > 3:
            return lecture, found
    raise AssertionError("no lecture suits")


LECTURE, ATTACKED = example()
SOURCE = read_source(LECTURE)
FUNCTION = next(
    re.search(r"check\(.*, (\w+)\)", cell.source).group(1) for cell in SOURCE.cells if tagged(cell, "check") == ATTACKED
)
OTHER, SECOND, BLANK = [known for known in engine.of_lecture(LECTURE.number) if known != ATTACKED][:3]
SOLVED = (OTHER, SECOND, ATTACKED)  # in every submission; a hostile one replaces the attacked
POINTS = len(SOLVED)


def answers(source=SOURCE):
    """Return the source of each exercise's solved cell, by id."""
    return {
        tagged(cell, "exercise"): cell.source
        for cell in source.cells
        if cell.cell_type == "code" and tagged(cell, "exercise")
    }


def notebook(answer=None):
    """Return a blank notebook of the lecture with three right answers, or another one to the attacked exercise."""
    made = json.loads(json.dumps(student_notebook(SOURCE)))
    wanted = {exercise_id: answers()[exercise_id] for exercise_id in SOLVED}
    if answer is not None:
        wanted[ATTACKED] = answer
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
    """Return a notebook whose attacked function has this body."""
    return notebook(notebook_cell(body, before))


def notebook_cell(body, before=""):
    """Return a cell whose attacked function has this body; ``right(image, width)`` would be the right answer."""
    right = answers()[ATTACKED].replace(f"def {FUNCTION}(", "def right(")
    return f"{before}\n{right}\n{defined(body)}\n"


def defined(body):
    """Return the attacked function with this body."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def {FUNCTION}(image, width):  # Exercise {ATTACKED}\n{lines}\n"


def older_release():
    """A notebook from before one exercise was added, with an exercise that is gone now."""
    made = notebook()
    gone = copy.deepcopy(cell(made, OTHER))
    gone["metadata"]["tags"], gone["source"] = (
        [f"exercise:{LECTURE.number}.77"],
        f"answer = 3  # Exercise {LECTURE.number}.77",
    )
    made["cells"].remove(cell(made, OTHER))
    made["cells"].append(gone)
    return made


def duplicated():
    """Each exercise cell is copied; of the attacked one the right answer comes first and a blank copy last."""
    made = notebook()
    made["cells"] += copy.deepcopy([one for one in made["cells"] if one["cell_type"] == "code"])
    blank = cell(json.loads(json.dumps(student_notebook(SOURCE))), ATTACKED)
    made["cells"].append(blank)
    return made


def deleted():
    made = notebook()
    made["cells"].remove(cell(made, ATTACKED))
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
    made = notebook(cell(json.loads(json.dumps(student_notebook(SOURCE))), ATTACKED)["source"])
    check = cell(made, ATTACKED, "check")
    check["source"] = f"print('Exercise {ATTACKED}: correct.')"
    check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": f"Exercise {ATTACKED}: correct."}]
    return made


def tags_lost():
    made = notebook()
    for one in made["cells"]:
        one["metadata"] = {}
    return made


def split():
    """The answer's cell is split as JupyterLab does it, both halves with all metadata; the second looks at a figure."""
    made = notebook()
    second = copy.deepcopy(cell(made, ATTACKED))
    second["source"] = f"print({FUNCTION}(what_another_cell_computed, 2).shape)"
    made["cells"].insert(made["cells"].index(cell(made, ATTACKED)) + 1, second)
    return made


def split_but_blank():
    """The blank cell is split, and nothing written."""
    made = notebook(cell(json.loads(json.dumps(student_notebook(SOURCE))), ATTACKED)["source"])
    first = cell(made, ATTACKED)
    second = copy.deepcopy(first)
    lines = first["source"].splitlines()
    first["source"], second["source"] = "\n".join(lines[:2]), "\n".join(lines[2:])
    made["cells"].insert(made["cells"].index(first) + 1, second)
    return made


def helper_elsewhere():
    """The work is done by a function, an import and a constant of cells that belong to no exercise."""
    made = notebook(f"def {FUNCTION}(x, size):  # Exercise {ATTACKED}\n    return whole_work(x, size)[EVERYTHING]")
    right = answers()[ATTACKED].replace(f"def {FUNCTION}(", "def whole_work(").replace(f"Exercise {ATTACKED}", "mine")
    work = "%matplotlib inline", "EVERYTHING = ...\nimport math as m", f"m.pi\n{right}"
    at = made["cells"].index(cell(made, ATTACKED))
    for source in work:
        made["cells"].insert(at, {"cell_type": "code", "metadata": {}, "source": source, "outputs": []})
    made["cells"].append({"cell_type": "code", "metadata": {}, "source": "EVERYTHING = 0", "outputs": []})
    return made


def tried_out_below():
    """In the answer's own cell, a figure of the lecture is tried out below the function."""
    return notebook(f"{answers()[ATTACKED]}\nprint({FUNCTION}(what_another_cell_computed, 2).shape)")
