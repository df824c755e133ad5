"""Grade one exercise of a notebook: its cells run in a closed process of their own, and are compared out here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from course_tools.grading.limits import Limits
from course_tools.grading.master import Task
from course_tools.grading.remote import Server
from course_tools.grading.room import RoomClosed
from course_tools.grading.stand_ins import StudentsError
from course_tools.grading.submission import Submission
from course_utils.exercises import engine
from course_utils.exercises.engine import CORRECT, INCORRECT, NOT_ATTEMPTED, Result
from course_utils.exercises.kinds import CASE_NOTE, BuildExercise, FunctionExercise
from course_utils.exercises.layer_kind import LayerExercise

MISSING, BY_HAND = "missing", "look at it by hand"
MANY = 10  # ids of exercises that are listed in a remark
ONLY_THERE = "Right for the inputs that the check in the notebook tries, wrong for others."
ALONE = (
    " In grading, an exercise runs after the imports of the lecture, with the functions, classes, imports and constants"
    " of the notebook. What another cell computes is not there: compute it in the cell of the exercise."
)


@dataclass(frozen=True)
class Mark:
    """What became of one exercise of one student.

    Attributes:
        exercise_id: ``"02.3"``.
        title: of the exercise.
        status: ``"correct"``, ``"incorrect"``, ``"not attempted yet"``, ``"missing"`` or ``"look at it by hand"``.
        message: for the student: what the check in the notebook says; it shows no input of the grading.
        traceback: the student's own part of it.
        answer: source of the cells that were graded.
    """

    exercise_id: str
    title: str
    status: str
    message: str
    traceback: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Graded:
    """What became of one file.

    Attributes:
        student: name under which it was handed in.
        file: path below the folder of submissions.
        lecture: number; empty where nothing could be graded.
        number: of the student on the learning platform, where the name of the file says so.
        marks: one for each exercise of the lecture.
        remarks: what was odd about the file.
        isolation: what closed the processes in which its code ran; empty where none ran.
    """

    student: str
    file: str
    lecture: str = ""
    number: str = ""
    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    isolation: str = ""

    @property
    def points(self) -> int:
        return sum(mark.status == CORRECT for mark in self.marks)


def overview(student: str, file: str, found: Submission, tasks: Mapping[str, Task]) -> Graded:
    """Return what can be said about a file before anything in it has run: its remarks, and no marks.

    Args:
        student, file: who handed in, and what.
        found: what the file holds.
        tasks: of the lecture that it answers, by exercise id; empty where the course has no such lecture.
    """
    if found.problem:
        return Graded(student, file, remarks=[found.problem])
    if not tasks:
        return Graded(student, file, remarks=[f"the course has no lecture {found.lecture[:20]}"])
    remarks = []
    strangers = [exercise_id[:20] for exercise_id in found.ids if exercise_id not in tasks]
    if strangers:
        more = f" and {len(strangers) - MANY} more" if len(strangers) > MANY else ""
        remarks.append(f"exercises that this release does not have: {', '.join(strangers[:MANY])}{more}")
    for exercise_id, task in tasks.items():
        count = len(_edited(task, found))
        if count > 1:
            remarks.append(f"{exercise_id} is answered in {count} cells: they ran one after the other")
    return Graded(student, file, found.lecture, remarks=remarks)


def mark(task: Task, found: Submission, server: Server, seed: int, limits: Limits) -> Mark:
    """Grade one exercise of a file.

    Args:
        task: the exercise.
        found: what the file holds.
        server: forks the processes in which the answer runs.
        seed: of the random inputs; another than the notebook's, so that nobody has seen them.
        limits: of each process.
    """
    exercise = task.exercise
    sources = found.answer(exercise.id)
    if not sources:
        return Mark(exercise.id, exercise.title, MISSING, "The cell of this exercise is not in the notebook.")
    edited = _edited(task, found)
    if not edited:
        return Mark(exercise.id, exercise.title, NOT_ATTEMPTED, "", answer=sources[-1])
    result = examine(task, edited, found.elsewhere(exercise.id), server, seed, limits)
    message = "" if result.status == NOT_ATTEMPTED else result.message.replace(CASE_NOTE, "")
    return Mark(exercise.id, exercise.title, result.status, message, result.traceback, "\n\n".join(edited))


def with_time_for(exercise_id: str, limits: Limits) -> Limits:
    """Return the limits of an exercise: where its task gives time to train a network, the grader gives it, too."""
    exercise = engine.find(exercise_id)
    more = exercise.seconds if isinstance(exercise, BuildExercise) else 0.0
    return replace(limits, cpu_seconds=limits.cpu_seconds + math.ceil(more), wall_seconds=limits.wall_seconds + more)


def _edited(task: Task, found: Submission) -> list[str]:
    """Return the cells that answer an exercise, without copies and without those that are as they were handed out."""
    given = {source.strip() for source in (*task.given, task.stub, "")}
    cells = [source for source in found.answer(task.exercise.id) if source.strip() not in given]
    in_parts = [line for source in cells for line in source.splitlines() if line.strip()]
    if in_parts == [line for line in task.stub.splitlines() if line.strip()]:  # split, but not answered
        return []
    return list({source.strip(): source for source in cells}.values())


def examine(task: Task, answer: list[str], elsewhere: list[str], server: Server, seed: int, limits: Limits) -> Result:
    """Return what the check finds with hidden inputs; what it says is said about those that the notebook tries.

    The two are tried in processes of their own, so that no answer can carry a hidden input from one to the other.
    """
    exercise = task.exercise
    server.prepare(task.imports)
    result, shows_inputs = _judged(task, answer, elsewhere, server, seed, limits)
    if shows_inputs and result.status == INCORRECT:
        result, _ = _judged(task, answer, elsewhere, server, engine.SEED, limits)
        if result.status != INCORRECT:
            return exercise.incorrect(ONLY_THERE)
    return result


def _judged(
    task: Task, answer: list[str], elsewhere: list[str], server: Server, seed: int, limits: Limits
) -> tuple[Result, bool]:
    """Return what the check finds with the inputs of a seed, and True where its message may show some of them."""
    exercise = task.exercise
    before = [("imports", task.imports), *(("given code", source) for source in task.given)]
    name = f"exercise {exercise.id}"
    cells = [(f"{name}, cell {number}" if number > 1 else name, cell) for number, cell in enumerate(answer, start=1)]
    with server.room(with_time_for(exercise.id, limits)) as room:
        try:
            handed_in = room.run(before, cells, elsewhere, task.check)
        except StudentsError as error:
            kind = type(error).__name__
            hint = ALONE if kind == "NameError" else ""
            text = f"The cell raised {kind}: {str(error)[:300]}.{hint}"
            return exercise.incorrect(text, traceback=error.students_trace), False
        except RoomClosed as error:
            return exercise.incorrect(str(error)), False
        if handed_in.blank:
            return exercise.not_attempted(), False
        result = engine.judge(exercise, handed_in.value, seed)
        # Whatever the check made of it: nobody passes by dying.
        if room.fate:
            return exercise.incorrect(room.fate), False
        return result, isinstance(exercise, FunctionExercise | LayerExercise)  # others try what the notebook tries
